/** All personal data, in the order in which they count. */
import type { Recognizer } from '../engine/recognizer.ts';
import { card } from './card.ts';
import { email } from './email.ts';
import { iban } from './iban.ts';
import { phone } from './phone.ts';

/**
 * National telephone numbers are believed as people in the United States, Canada, Britain and Germany print them:
 * formats that next to nothing else has. Those of other countries need their calling code, or a word before them.
 */
const phones = phone(['US', 'GB', 'DE']);

export const PERSONAL: readonly Recognizer[] = [card, iban, email, phones];

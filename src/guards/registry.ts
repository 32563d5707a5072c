/** All detectors, and the names that a policy calls them by. */
import type { Detector } from './detector.ts';
import { card } from './pii/card.ts';
import { email } from './pii/email.ts';
import { iban } from './pii/iban.ts';
import { phone } from './pii/phone.ts';
import { TOKENS } from './secrets/formats.ts';
import { privateKey } from './secrets/private-key.ts';

/**
 * National telephone numbers are believed as people in the United States, Canada, Britain and Germany print them:
 * formats that next to nothing else has. Those of other countries need their calling code.
 */
const phones = phone(['US', 'GB', 'DE']);

/** Of two findings in the same place, that of the detector which stands first here counts. */
export const DETECTORS: readonly Detector[] = [privateKey, ...TOKENS, card, iban, email, phones];

const BY_TYPE: ReadonlyMap<string, Detector> = new Map(
  DETECTORS.map((detector) => [detector.type, detector]),
);

export function detectorOf(type: string): Detector | undefined {
  return BY_TYPE.get(type);
}

/**
 * The types that a name in a policy stands for: `pii.email` for itself, `pii` and `pii.*` for its whole category.
 * @returns none for a name that stands for nothing
 */
export function expand(pattern: string): readonly string[] {
  const category = pattern.endsWith('.*') ? pattern.slice(0, -2) : pattern;
  const types = [...BY_TYPE.keys()];
  if (!pattern.endsWith('.*') && BY_TYPE.has(pattern)) return [pattern];
  return category.includes('.') ? [] : types.filter((type) => type.startsWith(`${category}.`));
}

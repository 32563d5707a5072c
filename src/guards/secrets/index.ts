/** All secrets, in the order in which they count. */
import type { Recognizer } from '../engine/recognizer.ts';
import { TOKENS } from './formats.ts';
import { privateKey } from './private-key.ts';

export const SECRETS: readonly Recognizer[] = [privateKey, ...TOKENS];

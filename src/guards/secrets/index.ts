/** All secrets, in the order in which they count: what has a form of its own before what has a name alone. */
import type { Recognizer } from '../engine/recognizer.ts';
import { ADDRESSED } from './address.ts';
import { ASSIGNED } from './assigned.ts';
import { BUSINESS_KEYS } from './business.ts';
import { CLOUD_KEYS } from './clouds.ts';
import { DEVELOPMENT_TOKENS } from './development.ts';
import { HASHES } from './hashes.ts';
import { MODEL_KEYS } from './models.ts';
import { NAMED } from './named.ts';
import { OPERATIONS_KEYS } from './operations.ts';
import { privateKey } from './private-key.ts';

export const SECRETS: readonly Recognizer[] = [
  privateKey,
  ...MODEL_KEYS,
  ...CLOUD_KEYS,
  ...DEVELOPMENT_TOKENS,
  ...OPERATIONS_KEYS,
  ...BUSINESS_KEYS,
  ...HASHES,
  ...NAMED,
  ...ADDRESSED,
  ...ASSIGNED,
];

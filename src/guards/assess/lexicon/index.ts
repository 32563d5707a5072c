/** The words of all languages. The letters are folded, so that accents may be written or not. */
import type { Words } from './concepts.ts';
import { EAST_ASIA } from './east-asia.ts';
import { ENGLISH } from './english.ts';
import { EUROPE } from './europe.ts';
import { GERMANIC } from './germanic.ts';
import { INDIA } from './india.ts';
import { NEAR_EAST } from './near-east.ts';
import { ROMANCE } from './romance.ts';
import { SLAVIC } from './slavic.ts';
import { SOUTH_EAST } from './south-east.ts';

export { CONCEPTS, type Concept, type Words } from './concepts.ts';

export const LEXICON: ReadonlyMap<string, Words> = new Map(
  Object.entries({
    en: ENGLISH,
    ...GERMANIC,
    ...ROMANCE,
    ...SLAVIC,
    ...EUROPE,
    ...NEAR_EAST,
    ...INDIA,
    ...EAST_ASIA,
    ...SOUTH_EAST,
  }),
);

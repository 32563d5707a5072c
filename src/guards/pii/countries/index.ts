/** National identifiers. Where several share a place, that of the country which stands first counts. */
import type { Recognizer } from '../../engine/recognizer.ts';
import { AMERICAS } from './americas.ts';
import { EAST } from './east.ts';
import { NORTH } from './north.ts';
import { SOUTH } from './south.ts';
import { WEST } from './west.ts';

export const COUNTRIES: readonly Recognizer[] = [...AMERICAS, ...WEST, ...NORTH, ...EAST, ...SOUTH];

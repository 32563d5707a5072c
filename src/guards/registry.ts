/** All detectors, and the names that a policy calls them by. */
import type { Recognizer } from './engine/recognizer.ts';
import { PERSONAL } from './pii/index.ts';
import { SECRETS } from './secrets/index.ts';

/** Of two findings in the same place, that of the detector which stands first here counts. */
export const DETECTORS: readonly Recognizer[] = [...SECRETS, ...PERSONAL];

const BY_TYPE: ReadonlyMap<string, Recognizer> = new Map(
  DETECTORS.map((detector) => [detector.type, detector]),
);

export function detectorOf(type: string): Recognizer | undefined {
  return BY_TYPE.get(type);
}

/**
 * The types that a name in a policy stands for: `pii.email` for itself, `pii`, `pii.de` and `pii.*` for all that begins
 * so, `pii.*.tax_id` for what every country has.
 * @param regions ISO 3166-1 codes of the countries whose own types are wanted; all if missing
 * @returns none for a name that stands for nothing
 */
export function expand(pattern: string, regions?: readonly string[]): readonly string[] {
  const wanted = pattern.split('.');
  if (wanted.at(-1) === '*') wanted.pop();
  const [category = '*'] = wanted;
  if (category === '*' || category === '') return [];
  const whole = pattern.endsWith('.*');
  return [...BY_TYPE.keys()].filter((type) => {
    const parts = type.split('.');
    if (parts.length < wanted.length || (whole && parts.length === wanted.length)) return false;
    return wanted.every((part, at) => part === '*' || part === parts[at]) && isOf(type, regions);
  });
}

/** The country whose own type it is, if it is one's: `DE` for `pii.de.tax_id`. */
export function regionOf(type: string): string | undefined {
  const [, region, kind] = type.split('.');
  return kind === undefined ? undefined : region?.toUpperCase();
}

function isOf(type: string, regions: readonly string[] | undefined): boolean {
  const region = regionOf(type);
  return region === undefined || regions === undefined || regions.includes(region);
}

/** What is looked for under one policy, for text that is all there and for text that arrives. */
import { byPlace, type Finding } from '../core/finding.ts';
import type { Detector } from './detector.ts';
import { Engine } from './engine/engine.ts';
import { type Looker, lookerOf, rememberingLast } from './looker.ts';
import { DETECTORS } from './registry.ts';
import { decoded } from './views/decoded.ts';
import { dressed } from './views/dressed.ts';

export interface Scanner {
  readonly types: readonly string[];
  /** Those who look, in the order in which their findings count. */
  readonly lookers: readonly Looker[];
  /** Findings of all types in order, overlaps resolved: see `withoutOverlaps`. */
  find(text: string): readonly Finding[];
}

/**
 * Makes a scanner; once a policy, not once a request.
 * @param types as `expand` gives them
 * @param more detectors of a policy's own
 * @param regions the countries whose formats are believed, as ISO 3166-1 codes; every detector's own choice if missing
 * @throws if one is not a detector's: the policy should not have been loaded
 */
export function compileScanner(
  types: Iterable<string>,
  more: readonly Detector[] = [],
  regions?: readonly string[],
): Scanner {
  const wanted = new Set(types);
  const recognizers = DETECTORS.filter(({ type }) => wanted.delete(type));
  if (wanted.size > 0) throw new Error(`No detector of the types ${[...wanted].join(', ')}.`);
  const within = recognizers.map((one) => (regions && one.within ? one.within(regions) : one));
  return scannerOf(
    [...recognizers, ...more].map(({ type }) => type),
    inAllViews([...(within.length > 0 ? [new Engine(within)] : []), ...more.map(lookerOf)]),
  );
}

/** Those who look, and those who look for the same in a text read another way: as it is shown, and decoded. */
export function inAllViews(lookers: readonly Looker[]): readonly Looker[] {
  if (lookers.length === 0) return [];
  const remembered = lookers.map(rememberingLast);
  return [...remembered, ...remembered.map(dressed), decoded(lookers, remembered)];
}

/** @param types that the lookers find */
export function scannerOf(types: readonly string[], lookers: readonly Looker[]): Scanner {
  return { types, lookers, find: (text) => withoutOverlaps(findAll(lookers, text)) };
}

/** What all see, overlaps included: by start, then the longest, then as those stand who look. */
export function findAll(lookers: readonly Looker[], text: string): readonly Finding[] {
  const [only] = lookers;
  if (only !== undefined && lookers.length === 1) return only.find(text);
  const all = lookers.flatMap((looker) => looker.find(text));
  return all.length > 1 ? all.sort(byPlace) : all;
}

/**
 * The one rule for overlaps: the finding that starts first counts whole, of those the longest, of those the first
 * detector's. Of one that begins inside it only what sticks out is left, if anything does: no character that some
 * detector saw is lost.
 */
function withoutOverlaps(findings: readonly Finding[]): readonly Finding[] {
  let covered = 0;
  return findings.flatMap((finding) => {
    const start = Math.max(finding.start, covered);
    if (start >= finding.end) return [];
    covered = finding.end;
    return [start === finding.start ? finding : { ...finding, start }];
  });
}

/** A set of detectors as one, for text that is all there. */
import type { Finding } from '../core/finding.ts';
import type { Detector } from './detector.ts';
import { DETECTORS } from './registry.ts';

export interface Scanner {
  readonly detectors: readonly Detector[];
  /** Findings of all detectors in order, overlaps resolved: see `withoutOverlaps`. */
  find(text: string): readonly Finding[];
  /** As `Detector.open`, for all detectors. */
  open(text: string): number;
  /** The greatest `Detector.reach`. */
  readonly reach: number;
}

/**
 * Makes a scanner; once a policy, not once a request.
 * @param types as `expand` gives them
 * @throws if one is not a detector's: the policy should not have been loaded
 */
export function compileScanner(types: Iterable<string>): Scanner {
  const wanted = new Set(types);
  const detectors = DETECTORS.filter(({ type }) => wanted.delete(type));
  if (wanted.size > 0) throw new Error(`No detector of the types ${[...wanted].join(', ')}.`);
  return {
    detectors,
    find: (text) => withoutOverlaps(findAll(detectors, text)),
    open: (text) => detectors.reduce((least, detector) => Math.min(least, detector.open(text)), text.length),
    reach: detectors.reduce((most, { reach }) => Math.max(most, reach), 0),
  };
}

/** What all detectors see, overlaps included: by start, then the longest, then as the detectors are ordered. */
export function findAll(detectors: readonly Detector[], text: string): Finding[] {
  const all: Finding[] = [];
  for (const detector of detectors) {
    for (const finding of detector.find(text)) all.push(finding);
  }
  return all.length > 1 ? all.sort(byPlace) : all;
}

/** For a stable sort of findings that stand in the order of their detectors. */
export function byPlace(a: Finding, b: Finding): number {
  return a.start - b.start || b.end - a.end;
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

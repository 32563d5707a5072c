/** Canaries of a request's system prompt, as what an answer must not say. */
import { byPlace, type Finding } from '../core/finding.ts';
import type { Detector } from './detector.ts';

/** The type of a canary that is found in an answer. */
export const CANARY = 'canary';

/** @param canaries different ones, none empty */
export function canaryDetector(canaries: readonly string[]): Detector {
  const reach = Math.max(...canaries.map(({ length }) => length)) + 1;
  return {
    type: CANARY,
    label: 'CANARY',
    reach,
    find(text, from = 0) {
      const found: Finding[] = [];
      for (const canary of canaries)
        for (let at = text.indexOf(canary, from); at >= 0; at = text.indexOf(canary, at + canary.length))
          found.push({ type: CANARY, score: 1, start: at, end: at + canary.length });
      return apart(found.sort(byPlace));
    },
    open(text) {
      for (let at = Math.max(0, text.length - reach); at < text.length; at += 1) {
        const tail = text.slice(at);
        if (canaries.some((canary) => canary.startsWith(tail))) return at;
      }
      return text.length;
    },
  };
}

/** Of those that overlap the first, and of those the longest. */
function apart(found: readonly Finding[]): readonly Finding[] {
  let end = 0;
  return found.filter((finding) => {
    if (finding.start < end) return false;
    end = finding.end;
    return true;
  });
}

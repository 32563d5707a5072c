/** A pattern of an organization's own, matched by a linear-time engine. */
import { RE2JS } from 're2js';
import type { Finding } from '../../core/finding.ts';
import type { Detector } from '../detector.ts';
import { type Bounded, parseBounded } from './bounded.ts';
import { labelOf } from './words.ts';

/** @returns the detector, or why the pattern is none */
export function patternDetector(type: string, pattern: string): Detector | { readonly problem: string } {
  const parsed = parseBounded(pattern);
  if ('problem' in parsed) return parsed;
  const compiled = compile(parsed);
  return 'problem' in compiled ? compiled : detectorOf(type, parsed, compiled);
}

interface Compiled {
  readonly whole: RE2JS;
  /** A beginning of it, at the end of a text. */
  readonly tail: RE2JS;
}

function compile({ source, beginnings, ignoreCase }: Bounded): Compiled | { readonly problem: string } {
  const flags = ignoreCase ? RE2JS.CASE_INSENSITIVE : 0;
  try {
    return { whole: RE2JS.compile(source, flags), tail: RE2JS.compile(`${beginnings}\\z`, flags) };
  } catch {
    return { problem: 'it is no pattern of RE2, or too large' };
  }
}

function detectorOf(type: string, { most }: Bounded, { whole, tail }: Compiled): Detector {
  return {
    type,
    label: labelOf(type),
    reach: most + 1,
    find(text, from = 0) {
      const found: Finding[] = [];
      const matcher = whole.matcher(text);
      for (let at = from; at <= text.length && matcher.find(at); at = matcher.end())
        found.push({ type, score: 1, start: matcher.start(), end: matcher.end() });
      return found;
    },
    open(text) {
      const matcher = tail.matcher(text);
      return matcher.find(Math.max(0, text.length - most)) ? matcher.start() : text.length;
    },
  };
}

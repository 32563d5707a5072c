/** What looks for findings, of one type or of many at once, in a text that is all there or still arriving. */
import type { Finding } from '../core/finding.ts';
import type { Detector } from './detector.ts';

/** Where to begin, and what is known already. */
export interface Begun {
  readonly from: number;
  /** Findings that start before `from` and end after it. */
  readonly across: readonly Finding[];
}

export const START: Begun = { from: 0, across: [] };

/** As much as is certain. */
export interface Seen {
  /** The findings that start at `from` or later and before `open`: by start, those of one type not overlapping. */
  readonly found: readonly Finding[];
  /** Every finding that starts before is known and final, and none will be added. At least `from`. */
  readonly open: number;
}

export interface Looker {
  /** As `Detector.reach`. */
  readonly reach: number;
  /** How much before `from` it may look at, where that is more than `LOOK_BEHIND`. */
  readonly behind?: number;
  /** Everything in a text that is all there, from a place on. What stands before it is context only. */
  find(text: string, begun?: Begun): readonly Finding[];
  /** As much of a text that is still arriving as is certain. */
  see(text: string, begun: Begun): Seen;
}

/** A detector as one that looks for its type alone. */
export function lookerOf(detector: Detector): Looker {
  const find = (text: string, { from, across }: Begun = START) =>
    detector.find(
      text,
      across.reduce((most, { end }) => Math.max(most, end), from),
    );
  return {
    reach: detector.reach,
    find,
    see: (text, begun) => {
      const open = Math.max(begun.from, detector.open(text));
      const found = find(text, begun);
      const count = found.findIndex(({ start }) => start >= open);
      return { found: count === -1 ? found : found.slice(0, count), open };
    },
  };
}

/** What is known of a text already, as a whole. */
export function answerLooker(findingsIn: (text: string) => readonly Finding[]): Looker {
  const find = (text: string, { from }: Begun = START) =>
    findingsIn(text).filter(({ start }) => start >= from);
  return {
    reach: 0,
    find,
    see: (text, begun) => ({ found: find(text, begun), open: text.length }),
  };
}

/** Remembers what it saw last, for one that looks at the same text after it. */
export function rememberingLast(looker: Looker): Looker {
  let last: { readonly text: string; readonly from: number; readonly seen: Seen } | undefined;
  return {
    reach: looker.reach,
    find: (text, begun) => looker.find(text, begun),
    see(text, begun) {
      const { from, across } = begun;
      if (across.length > 0) return looker.see(text, begun);
      if (last === undefined || last.from !== from || last.text !== text)
        last = { text, from, seen: looker.see(text, begun) };
      return last.seen;
    },
  };
}

/** Pieces of texts that an assessor takes at once, and texts put together that may have been split. */
import type { Reading } from './assessor.ts';

/** How many UTF-16 code units one call looks at: bounds its time. */
export const ASSESSED = 8192;
/** So much of a slice stands in the next one again, so that nothing lies between two. */
const OVERLAP = 1024;

export interface Slice {
  readonly text: string;
  /** Where it stands in the whole text. */
  readonly start: number;
}

/** Overlapping slices that cover a text; the text itself if it is short. No slice begins within a character. */
export function slicesOf(text: string): readonly Slice[] {
  if (text.length <= ASSESSED) return [{ text, start: 0 }];
  const slices: Slice[] = [];
  let start = 0;
  for (;;) {
    const end = start + ASSESSED >= text.length ? text.length : onBorder(text, start + ASSESSED);
    slices.push({ text: text.slice(start, end), start });
    if (end === text.length) return slices;
    start = onBorder(text, end - OVERLAP);
  }
}

/** A place at or before this one that lies within no surrogate pair. */
function onBorder(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

export interface Read {
  readonly text: string;
  readonly reading: Reading;
}

/** A payload is split into short parts: longer ones are looked at on their own, and at their seams. */
const SEAM = 256;

/**
 * Texts of one request put together where a payload could be split: runs of consecutive texts of one reading, joined
 * without and with a space; of each only what may belong to a seam. Nothing for a text that stands alone. Linear.
 */
export function joinings(texts: readonly Read[]): readonly Read[] {
  return runsOf(texts).flatMap((run) => {
    const [first, second] = run;
    if (first === undefined || second === undefined) return [];
    const parts = run.map(({ text }, at) => seamsOf(text, at === 0, at === run.length - 1));
    return ['', ' '].flatMap((between) =>
      slicesOf(parts.join(between)).map(({ text }) => ({ text, reading: first.reading })),
    );
  });
}

function runsOf(texts: readonly Read[]): readonly (readonly Read[])[] {
  const runs: Read[][] = [];
  for (const one of texts) {
    if (one.text === '') continue;
    const last = runs.at(-1);
    if (last?.[0]?.reading === one.reading) last.push(one);
    else runs.push([one]);
  }
  return runs;
}

/** The beginning and the end of a text; of the first and the last only what touches another. */
function seamsOf(text: string, first: boolean, last: boolean): string {
  if (text.length <= 2 * SEAM) return text;
  const head = first ? '' : text.slice(0, onBorder(text, SEAM));
  const tail = last ? '' : text.slice(onBorder(text, text.length - SEAM));
  return head === '' || tail === '' ? head + tail : `${head}\n${tail}`;
}

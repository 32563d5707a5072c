/** A text summed up in parts of several sizes: an attack of one sentence is seen in a long document, and a long one whole. */
import type { Grams } from './grams.ts';

/** In words; the last takes all of it. */
export const SIZES = [12, 48, 4096] as const;
/** Added to the number of features: a part of few words says little. */
const EASE = 12;

export interface Window {
  readonly from: number;
  readonly to: number;
  /** Which of the sizes. */
  readonly size: number;
  /** The sum of its weights over the root of their number. */
  readonly sum: number;
  /** One over that root. */
  readonly scale: number;
}

/**
 * Sums up every part. @param weightOf a feature's weight, by its hash
 * @param see gets each part, in no order that matters
 */
export function windows(
  grams: Grams,
  weightOf: (hash: number) => number,
  see: (window: Window) => void,
): void {
  const { length, borders } = grams;
  const running = runningSums(grams, weightOf);
  for (let size = 0; size < SIZES.length; size += 1) {
    const width = SIZES[size] ?? length;
    const step = Math.max(1, width >> 1);
    if (size > 0 && length <= (SIZES[size - 1] ?? 0)) break;
    for (let from = 0; from === 0 || from + step < length; from += step)
      see(partOf(running, from, Math.min(length, from + width), size));
  }
  for (let at = 0; at < borders.length; at += 1) {
    const from = borders[at] ?? 0;
    see(partOf(running, from, Math.min(borders[at + 1] ?? length, from + SENTENCE), 0));
  }
}

/** Words of a sentence that are looked at as one; it counts as the smallest of the sizes. */
const SENTENCE = 24;

/** Up to each word, the sum of the weights and their number. */
interface Running {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

function runningSums(grams: Grams, weightOf: (hash: number) => number): Running {
  const { hashes, words, count, length } = grams;
  const sums = new Float64Array(length + 1);
  const counts = new Float64Array(length + 1);
  for (let at = 0; at < count; at += 1) {
    const word = (words[at] ?? 0) + 1;
    sums[word] = (sums[word] ?? 0) + weightOf(hashes[at] ?? 0);
    counts[word] = (counts[word] ?? 0) + 1;
  }
  for (let word = 1; word <= length; word += 1) {
    sums[word] = (sums[word] ?? 0) + (sums[word - 1] ?? 0);
    counts[word] = (counts[word] ?? 0) + (counts[word - 1] ?? 0);
  }
  return { sums, counts };
}

function partOf({ sums, counts }: Running, from: number, to: number, size: number): Window {
  const scale = 1 / Math.sqrt((counts[to] ?? 0) - (counts[from] ?? 0) + EASE);
  return { from, to, size, sum: ((sums[to] ?? 0) - (sums[from] ?? 0)) * scale, scale };
}

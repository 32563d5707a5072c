/** What pieces mean by themselves, where they stand: what the encoder's graph begins with. */
import { unpack } from './blocks.ts';
import { ROW_BYTES, type Vocabulary, WIDTH } from './weights.ts';

/** @param numbers of pieces, at most MOST_PIECES @returns WIDTH numbers for each */
export function meansOf(numbers: readonly number[], { rows, places }: Vocabulary): Float32Array {
  const means = new Float32Array(numbers.length * WIDTH);
  numbers.forEach((number, place) => {
    unpack(rows.subarray(number * ROW_BYTES, (number + 1) * ROW_BYTES), means, place * WIDTH);
  });
  return means.map((mean, at) => mean + (places[at] ?? 0));
}

/** What pieces mean by themselves, where they stand: what the encoder's graph begins with. */
import { BLOCK, ROW_BYTES, type Vocabulary, WIDTH } from './weights.ts';

const BLOCK_BYTES = BLOCK / 2 + 2;
/** Weights of 4 bits are stored with this added. */
const ZERO = 8;

/** @param numbers of pieces, at most MOST_PIECES @returns WIDTH numbers for each */
export function meansOf(numbers: readonly number[], { rows, places }: Vocabulary): Float32Array {
  const means = new Float32Array(numbers.length * WIDTH);
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  numbers.forEach((number, place) => {
    for (let block = 0; block < WIDTH / BLOCK; block += 1) {
      const at = number * ROW_BYTES + block * BLOCK_BYTES;
      const scale = halfFloat(view.getUint16(at, true));
      const to = place * WIDTH + block * BLOCK;
      for (let n = 0; n < BLOCK / 2; n += 1) {
        const byte = rows[at + 2 + n] ?? 0;
        means[to + n] = ((byte & 15) - ZERO) * scale + (places[to + n] ?? 0);
        const upper = to + n + BLOCK / 2;
        means[upper] = ((byte >> 4) - ZERO) * scale + (places[upper] ?? 0);
      }
    }
  });
  return means;
}

/** IEEE 754 binary16. */
export function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Weights in blocks: a scale of 16 bits, and 32 weights of 4 bits, byte n having the weight n below and n + 16 above. */

/** Weights of a block, and its bytes. */
export const BLOCK = 32;
export const BLOCK_BYTES = BLOCK / 2 + 2;
/** Weights are stored with this added. */
const ZERO = 8;

/** Writes what `blocks` hold into `to`, from a place on. */
export function unpack(blocks: Uint8Array, to: Float32Array, from = 0): void {
  const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength);
  for (let at = 0, place = from; at < blocks.length; at += BLOCK_BYTES, place += BLOCK) {
    const scale = halfFloat(view.getUint16(at, true));
    for (let n = 0; n < BLOCK / 2; n += 1) {
      const byte = blocks[at + 2 + n] ?? 0;
      to[place + n] = ((byte & 15) - ZERO) * scale;
      to[place + n + BLOCK / 2] = ((byte >> 4) - ZERO) * scale;
    }
  }
}

/** IEEE 754 binary16. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

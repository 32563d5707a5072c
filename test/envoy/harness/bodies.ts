/** Bodies of exact sizes whose every part differs, so that what is lost, doubled or moved changes the digest. */

export type Pieces = readonly Uint8Array[];

/** Text of exactly `bytes` bytes: numbered words, with characters of two bytes for cuts to fall into. */
export function filler(bytes: number): string {
  const unit = 10;
  const words = Math.floor(bytes / unit);
  let text = '';
  for (let i = 0; i < words; i += 1) text += `${String(i).padStart(7, '0')}é `;
  return text + 'x'.repeat(bytes - words * unit);
}

/** A document with `text` in it, of exactly `bytes` bytes, or with one character of text if that is longer. */
export function sized(bytes: number, make: (text: string) => string): Buffer {
  const structure = Buffer.byteLength(make(''));
  return Buffer.from(make(filler(Math.max(1, bytes - structure))));
}

/** Cuts bytes at uneven places: single bytes first, then ever larger pieces. */
export function cut(bytes: Uint8Array): Pieces {
  const pieces: Uint8Array[] = [];
  let size = 1;
  for (let at = 0; at < bytes.length; ) {
    pieces.push(bytes.subarray(at, at + size));
    at += size;
    size = Math.ceil(size * 1.7);
  }
  return pieces;
}

/** Each byte by itself. */
export function bytesOf(bytes: Uint8Array): Pieces {
  return Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
}

/** The extent of one zstd frame (RFC 8878, 3.1.1), found by its headers alone. */

const MAGIC = 0xfd2fb528;
const RLE_BLOCK = 1;

/** Bytes of the optional header fields by their flags. */
const DICTIONARY_ID = [0, 1, 2, 4];
const CONTENT_SIZE = [0, 2, 4, 8];

/** @returns where the frame that starts the bytes ends, or -1 if it is none, or cut */
export function zstdFrameEnd(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 6 || view.getUint32(0, true) !== MAGIC) return -1;
  const descriptor = view.getUint8(4);
  const last = lastBlockEnd(view, headerEnd(descriptor));
  if (last < 0) return -1;
  const checksum = (descriptor & 0x04) === 0 ? 0 : 4;
  return last + checksum <= bytes.length ? last + checksum : -1;
}

function headerEnd(descriptor: number): number {
  const single = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const size = sizeFlag === 0 && single ? 1 : (CONTENT_SIZE[sizeFlag] ?? 0);
  return 5 + (single ? 0 : 1) + (DICTIONARY_ID[descriptor & 3] ?? 0) + size;
}

/** Each block has three bytes: whether it is the last, its type, and its size. */
function lastBlockEnd(view: DataView, start: number): number {
  for (let at = start; at + 3 <= view.byteLength; ) {
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const size = ((header >> 1) & 3) === RLE_BLOCK ? 1 : header >> 3;
    at += 3 + size;
    if ((header & 1) === 1) return at <= view.byteLength ? at : -1;
  }
  return -1;
}

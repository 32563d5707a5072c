/** The frame of one gzip member (RFC 1952) around its deflate stream. */
import type { Span } from '../core/finding.ts';

/** ID1, ID2 and the only compression method. */
const MAGIC = [0x1f, 0x8b, 8];
const FIXED = 10;
const TRAILER = 8;

const HAS_HEADER_CRC = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;
const RESERVED = 0xe0;

export interface DeflatePlace extends Span {
  readonly crc32: number;
  /** Bytes of the decoded data, modulo 2³². */
  readonly size: number;
}

/** Where the deflate stream stands if the bytes are one member and nothing else; undefined if its frame is not sound. */
export function deflatePlace(bytes: Uint8Array): DeflatePlace | undefined {
  const start = headerEnd(bytes);
  const end = bytes.length - TRAILER;
  if (start === undefined || start > end) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { start, end, crc32: view.getUint32(end, true), size: view.getUint32(end + 4, true) };
}

function headerEnd(bytes: Uint8Array): number | undefined {
  const flags = bytes[3] ?? RESERVED;
  if (!MAGIC.every((byte, i) => bytes[i] === byte) || (flags & RESERVED) !== 0) return undefined;
  let at = FIXED;
  if (flags & HAS_EXTRA) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  if (flags & HAS_NAME) at = afterZero(bytes, at);
  if (flags & HAS_COMMENT) at = afterZero(bytes, at);
  if (flags & HAS_HEADER_CRC) at += 2;
  return at;
}

/** Past the end where no zero follows, so that the caller's bound refuses it. */
function afterZero(bytes: Uint8Array, start: number): number {
  const zero = bytes.indexOf(0, start);
  return zero < 0 ? bytes.length + 1 : zero + 1;
}

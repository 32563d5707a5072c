/** Bytes to text, without a guess. */
import { isUtf8 } from 'node:buffer';
import { type Refusal, refuse } from '../core/refusal.ts';

/**
 * Decodes bytes that must be UTF-8 (RFC 3629): overlong forms, surrogates and cut characters are refused, and so is a
 * byte order mark, which some readers skip and others choke on.
 */
export function decodeUtf8(bytes: Uint8Array): string | Refusal {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if (marked || !isUtf8(bytes)) return refuse('body_not_utf8');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

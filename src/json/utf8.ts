/** Bytes to text, without a guess. */
import { isUtf8 } from 'node:buffer';
import { type Refusal, refuse } from '../core/refusal.ts';

/**
 * Decodes bytes that must be UTF-8 (RFC 3629): overlong forms, surrogates and cut characters have no text.
 * A byte order mark stays a character.
 */
export function textOf(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** Decodes a body, and refuses a byte order mark too, which some readers skip and others choke on. */
export function decodeUtf8(bytes: Uint8Array): string | Refusal {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return (marked ? undefined : textOf(bytes)) ?? refuse('body_not_utf8');
}

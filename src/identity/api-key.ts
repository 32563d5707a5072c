/**
 * The form of an API key: `sp_`, 43 random characters of base62 (62⁴³ > 2²⁵⁶), and 6 check characters.
 *
 * The check characters are the CRC-32 (ISO-HDLC, as in gzip) of all that stands before them. They protect nothing;
 * they let a typing error, and most guesses, be refused without asking the state, and let secret scanners tell a real
 * key from something that looks like one.
 */
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { Random } from '../core/ports.ts';

const PREFIX = 'sp_';
const SECRET_LENGTH = 43;
const CHECK_LENGTH = 6;
const KEY_LENGTH = PREFIX.length + SECRET_LENGTH + CHECK_LENGTH;
const HINT_LENGTH = PREFIX.length + 4;
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const FORM = /^sp_[0-9A-Za-z]{49}$/;

/** Keys the digests; made once by `pepperOf`, which makes each digest six times cheaper than from raw bytes. */
export type Pepper = KeyObject;

/**
 * @param secret at least 32 bytes
 * @throws RangeError if it is shorter
 */
export function pepperOf(secret: Uint8Array): Pepper {
  if (secret.length < 32) throw new RangeError('A pepper needs at least 32 bytes.');
  return createSecretKey(secret);
}

/** Makes a new key. At least 256 bits of it are random. */
export function mint(random: Random): string {
  const body = PREFIX + randomText(random, SECRET_LENGTH);
  return body + checkOf(body);
}

/** Is this text in the form of a key, with the right check characters? Says nothing about whether the key exists. */
export function wellFormed(text: string): boolean {
  if (text.length !== KEY_LENGTH || !FORM.test(text)) return false;
  return text.endsWith(checkOf(text.slice(0, KEY_LENGTH - CHECK_LENGTH)));
}

/** Is the text meant to be one of our keys, well formed or not? */
export function looksLikeKey(text: string): boolean {
  return text.startsWith(PREFIX);
}

/**
 * What is stored of a key. A plain SHA-256 suffices, since nobody can try 2²⁵⁶ keys; with a pepper, which is kept
 * apart from the state, a stolen list of digests cannot even confirm a key that was found elsewhere.
 * @returns `sha256:` or `hmac-sha256:` and 64 hexadecimal digits
 */
export function digestOf(key: string, pepper?: Pepper): string {
  if (pepper === undefined) return `sha256:${hash('sha256', key)}`;
  return `hmac-sha256:${createHmac('sha256', pepper).update(key).digest('hex')}`;
}

/** The first characters of a key, for lists: enough to recognise it, 232 random bits too short to guess it. */
export function hint(key: string): string {
  return `${key.slice(0, HINT_LENGTH)}…`;
}

/** Random base62 characters, each of the 62 equally likely: bytes from 248 on are thrown away, not folded. */
export function randomText(random: Random, length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length - text.length + 8)) {
      if (byte < 248 && text.length < length) text += BASE62.charAt(byte % 62);
    }
  }
  return text;
}

function checkOf(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let i = 0; i < CHECK_LENGTH; i++) {
    text = BASE62.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(ascii: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < ascii.length; i++) {
    crc = (CRC_TABLE[(crc ^ ascii.charCodeAt(i)) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

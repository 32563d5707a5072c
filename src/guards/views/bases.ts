/** Bytes written in a base: 64, 32, 16, 85, and as uuencode does. Only what was so written, a line each. */
import { isUtf8 } from 'node:buffer';
import { extracted, type Traced, type Tracer } from './view.ts';

export function base64(text: string): Traced | undefined {
  const run = /[A-Za-z0-9+/_-]{14,16384}={0,2}/g;
  return extracted(text, run, (tracer, { 0: written, index }) =>
    write(tracer, Buffer.from(written, 'base64'), index, 4 / 3, written.length),
  );
}

export function base32(text: string): Traced | undefined {
  return extracted(text, /[A-Z2-7]{16,16384}={0,6}/g, (tracer, { 0: written, index }) =>
    write(tracer, fromBase32(written), index, 8 / 5, written.length),
  );
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(text: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const char of text) {
    const digit = BASE32.indexOf(char);
    if (digit === -1) break;
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** Pairs of digits, side by side or with one sign or `0x` between. */
export function base16(text: string): Traced | undefined {
  const run = /(?<![0-9A-Za-z])(?:(?:0x|\\x)?[0-9A-Fa-f]{2}(?:[ :,-]|, )?){8,8192}(?![0-9A-Za-z])/g;
  return extracted(text, run, (tracer, { 0: written, index }) => {
    const digits = written.replaceAll(/0x|\\x|[^0-9A-Fa-f]/g, '');
    write(tracer, Buffer.from(digits, 'hex'), index, (written.length * 2) / digits.length, written.length);
  });
}

const ASCII85_FIRST = 33;
const BASE85 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';

/** Both alphabets that are in use. */
export function base85(text: string): Traced | undefined {
  return extracted(text, /[!-~]{20,16384}/g, (tracer, { 0: written, index }) => {
    const inner = written.replace(/^<~/, '').replace(/~>$/, '');
    const ascii = from85(inner, (char) => char.charCodeAt(0) - ASCII85_FIRST);
    const other = from85(inner, (char) => BASE85.indexOf(char));
    for (const bytes of [ascii, other])
      if (bytes !== undefined) write(tracer, bytes, index, 5 / 4, written.length);
  });
}

function from85(text: string, digitOf: (char: string) => number): Uint8Array | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 5) {
    const group = text.slice(at, at + 5);
    let value = 0;
    for (const char of group.padEnd(5, group.length < 5 ? '~' : '')) {
      const digit = char === '~' && group.length < 5 ? 84 : digitOf(char);
      if (digit < 0 || digit > 84) return undefined;
      value = value * 85 + digit;
    }
    if (value > 0xffffffff) return undefined;
    for (let byte = 0; byte < group.length - 1; byte += 1)
      bytes.push(Math.floor(value / 256 ** (3 - byte)) & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** Lines that begin with how many bytes they hold. */
export function uuencode(text: string): Traced | undefined {
  return extracted(text, /(?<=^|\n)[ -`]{17,61}(?=\n|$)/g, (tracer, { 0: line, index }) => {
    const count = (line.charCodeAt(0) - 32) & 63;
    if (count < 12 || line.length !== 1 + 4 * Math.ceil(count / 3)) return;
    const bytes: number[] = [];
    for (let at = 1; at < line.length; at += 4) {
      const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map((n) => (line.charCodeAt(at + n) - 32) & 63);
      bytes.push((a << 2) | (b >> 4), ((b << 4) | (c >> 2)) & 0xff, ((c << 6) | d) & 0xff);
    }
    write(tracer, Uint8Array.from(bytes.slice(0, count)), index, 4 / 3, line.length);
  });
}

const MOST_UNPRINTED = 0.02;
const LEAST = 8;

/** Adds bytes if they are text. @param per how many characters stand for a byte */
function write(tracer: Tracer, bytes: Uint8Array, index: number, per: number, length: number): void {
  if (!isText(bytes)) return;
  const place = (at: number) => index + Math.min(length, Math.floor(at * per));
  tracer.bytes(bytes, place, (at) => index + Math.min(length, Math.ceil((at + 1) * per)));
}

function isText(bytes: Uint8Array): boolean {
  if (bytes.length < LEAST || !isUtf8(bytes)) return false;
  let unprinted = 0;
  for (const byte of bytes) if (byte < 32 && byte !== 10 && byte !== 13 && byte !== 9) unprinted += 1;
  return unprinted <= bytes.length * MOST_UNPRINTED;
}

/** Where the smallest pieces of a JSON text end. */

const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_E = 0x65;
const LOWER_U = 0x75;

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these in strings
const PLAIN = /[^"\\\u0000-\u001f]*/y;

/** @returns where the characters end that mean nothing in a string but themselves */
export function plainEnd(text: string, start: number): number {
  PLAIN.lastIndex = start;
  PLAIN.test(text);
  return PLAIN.lastIndex;
}

/** No number this short is too large for a double unless it has an exponent. */
const SAFE_LENGTH = 300;

/** @returns where the number that starts here ends, or what is wrong with it */
export function numberEnd(text: string, start: number): number | string {
  let at = text.charCodeAt(start) === MINUS ? start + 1 : start;
  at = text.charCodeAt(at) === ZERO ? at + 1 : digitsEnd(text, at);
  if (at > 0 && text.charCodeAt(at) === DOT) at = digitsEnd(text, at + 1);
  const exponent = at > 0 && (text.charCodeAt(at) | 0x20) === LOWER_E;
  if (exponent) {
    const sign = text.charCodeAt(at + 1);
    at = digitsEnd(text, sign === PLUS || sign === MINUS ? at + 2 : at + 1);
  }
  if (at < 0) return 'a number is not complete';
  const unsure = exponent || at - start > SAFE_LENGTH;
  return unsure && !Number.isFinite(Number(text.slice(start, at))) ? 'a number is too large' : at;
}

/** @returns -1 if there is no digit */
function digitsEnd(text: string, start: number): number {
  let at = start;
  let c = text.charCodeAt(at);
  while (c >= ZERO && c <= NINE) c = text.charCodeAt(++at);
  return at === start ? -1 : at;
}

const SHORT_ESCAPES = '"\\/bfnrt';

/** @returns where the escape that starts here ends, a surrogate pair being one, or what is wrong with it */
export function escapeEnd(text: string, at: number): number | string {
  const c = text.charCodeAt(at + 1);
  if (c !== LOWER_U) return SHORT_ESCAPES.includes(String.fromCharCode(c)) ? at + 2 : 'no such escape';
  const unit = hex4(text, at + 2);
  if (unit < 0) return 'an escape is not complete';
  if (unit < 0xd800 || unit > 0xdfff) return at + 6;
  const low = unit < 0xdc00 && text.startsWith('\\u', at + 6) ? hex4(text, at + 8) : -1;
  return low >= 0xdc00 && low <= 0xdfff ? at + 12 : 'an escape is half of a surrogate pair';
}

/** @returns the code unit of four hexadecimal digits, -1 if they are not */
function hex4(text: string, start: number): number {
  const digits = text.slice(start, start + 4);
  return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
}

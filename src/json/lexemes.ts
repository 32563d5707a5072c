/** Where the smallest pieces of a JSON text end. */

const BACKSLASH = 0x5c;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_E = 0x65;
const LOWER_U = 0x75;

/** Control characters that JSON has nowhere; the three that may stand between its values are looked for apart. */
const FORBIDDEN = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)).filter(
  (c) => !'\t\n\r'.includes(c),
);
/** From here on a search of the whole for each of them is faster than a pattern for all on every string. */
const LONG_TEXT = 16 * 1024;

/** Where a character stands next, asked for with ever greater starts: the text is searched once in all. */
class Next {
  readonly #text: string;
  readonly #what: string;
  #at = -1;

  constructor(text: string, what: string) {
    this.#text = text;
    this.#what = what;
  }

  /** @returns past every place where there is none any more */
  from(start: number): number {
    if (this.#at < start) {
      const found = this.#text.indexOf(this.#what, start);
      this.#at = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#at;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these in strings
const PLAIN = /[^"\\\u0000-\u001f]*/y;

/** @returns where the characters end that mean nothing in a string but themselves */
export function plainEnd(text: string, start: number): number {
  PLAIN.lastIndex = start;
  PLAIN.test(text);
  return PLAIN.lastIndex;
}

/**
 * Finds the ends of long strings by searching for what could end them, many times faster than a look at each
 * character. Asked with ever greater starts, it goes over the text a few times in all.
 */
export class LongStrings {
  readonly #text: string;
  /** Undefined until it matters. */
  #clean: boolean | undefined;
  readonly #slash: Next;
  readonly #breaks: readonly Next[];

  constructor(text: string) {
    this.#text = text;
    this.#slash = new Next(text, '\\');
    this.#breaks = ['\n', '\r', '\t'].map((what) => new Next(text, what));
  }

  /**
   * The string that starts here, decoded where it has escapes.
   * @returns undefined for one that is malformed, or may be: that is for a slower look to say
   */
  at(start: number): { readonly end: number; readonly value: string | undefined } | undefined {
    const quote = this.#closingQuote(start + 1);
    if (quote < 0) return undefined;
    if (this.#slash.from(start) > quote)
      return this.#isClean(start, quote) ? { end: quote + 1, value: undefined } : undefined;
    const value = decoded(this.#text.slice(start, quote + 1));
    return value === undefined ? undefined : { end: quote + 1, value };
  }

  #isClean(start: number, end: number): boolean {
    for (const next of this.#breaks) if (next.from(start) < end) return false;
    if (this.#text.length < LONG_TEXT) return plainEnd(this.#text, start + 1) === end;
    this.#clean ??= !FORBIDDEN.some((c) => this.#text.includes(c));
    return this.#clean;
  }

  /** The next quote before which stands an even number of backslashes. */
  #closingQuote(start: number): number {
    let quote = this.#text.indexOf('"', start);
    while (quote >= 0 && this.#isEscaped(quote)) quote = this.#text.indexOf('"', quote + 1);
    return quote;
  }

  /** The opening quote ends the backslashes at the latest. */
  #isEscaped(quote: number): boolean {
    let at = quote - 1;
    while (this.#text.charCodeAt(at) === BACKSLASH) at -= 1;
    return (quote - at) % 2 === 0;
  }
}

/** A string token's value, undefined if it is none, or has half of a surrogate pair. */
function decoded(token: string): string | undefined {
  try {
    const value = JSON.parse(token) as string;
    return value.isWellFormed() ? value : undefined;
  } catch {
    return undefined;
  }
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

const SHORT_ESCAPES = new Set(Array.from('"\\/bfnrt', (c) => c.charCodeAt(0)));

/** @returns where the escape that starts here ends, a surrogate pair being one, or what is wrong with it */
export function escapeEnd(text: string, at: number): number | string {
  const c = text.charCodeAt(at + 1);
  if (c !== LOWER_U) return SHORT_ESCAPES.has(c) ? at + 2 : 'no such escape';
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

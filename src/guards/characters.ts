/** Classes of ASCII characters as one look-up, and where a word begins. */

/** Which of the 128 ASCII codes belong to a class, as ones and zeros. */
export type CharacterSet = Uint8Array;

/** Makes a set of single characters and ranges, written as in a regular expression's class: `A-Za-z0-9_`. */
export function characters(spec: string): CharacterSet {
  const set = new Uint8Array(128);
  for (const one of spec.matchAll(/(.)-(.)|(.)/gsu)) {
    const first = (one[1] ?? one[3] ?? '').charCodeAt(0);
    const last = (one[2] ?? one[3] ?? '').charCodeAt(0);
    set.fill(1, first, last + 1);
  }
  return set;
}

export const DIGIT = characters('0-9');
export const LETTER = characters('A-Za-z');
export const ALPHANUMERIC = characters('A-Za-z0-9');
export const BASE64URL = characters('A-Za-z0-9_-');
export const HEX = characters('0-9a-fA-F');

/** Is the character at `index` in the set? False outside of the text and for all that is not ASCII. */
export function isAt(text: string, index: number, set: CharacterSet): boolean {
  return index >= 0 && index < text.length && set[text.charCodeAt(index)] === 1;
}

/** The first index at or after `from`, and before `limit`, whose character is not in the set; `limit` if all are. */
export function runEnd(text: string, from: number, set: CharacterSet, limit: number): number {
  const last = Math.min(limit, text.length);
  let at = from;
  while (at < last && set[text.charCodeAt(at)] === 1) at += 1;
  return at;
}

const DIGITS = /[0-9]/g;

/** The index of the first digit at or after `from`; the text's length if there is none. */
export function nextDigit(text: string, from: number): number {
  return nextMatch(DIGITS, text, from);
}

/**
 * Where a pattern matches next; the text's length if it does not. A compiled pattern goes through text three times as
 * fast as a loop over its characters.
 * @param pattern global, of a few characters
 */
export function nextMatch(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

const BACKSLASH = 92;
const ESCAPE_LETTER = characters('bfnrt');
/** Runs of backslashes longer than this are not counted through: the bound on looking back. */
const MOST_BACKSLASHES = 8;

/**
 * Does the character at `index` end a JSON escape such as `\n` or `\u003c`? Text that is JSON itself (a tool call's
 * arguments) has them, and their letters belong to no word. Looks back at most 13 characters.
 */
export function endsEscape(text: string, index: number): boolean {
  if (isAt(text, index, ESCAPE_LETTER) && isEscaping(text, index - 1)) return true;
  return (
    isAt(text, index, HEX) &&
    isAt(text, index - 1, HEX) &&
    isAt(text, index - 2, HEX) &&
    isAt(text, index - 3, HEX) &&
    text[index - 4] === 'u' &&
    isEscaping(text, index - 5)
  );
}

/** Is there a backslash at `index` that is not itself escaped? */
export function isEscaping(text: string, index: number): boolean {
  let count = 0;
  while (count < MOST_BACKSLASHES && index - count >= 0 && text.charCodeAt(index - count) === BACKSLASH)
    count += 1;
  return count % 2 === 1;
}

const ESCAPED = characters('bfnrtu');

/** Is the character at `index` the letter of a JSON escape, behind its backslash? */
export function isInEscape(text: string, index: number): boolean {
  return (
    text.charCodeAt(index - 1) === BACKSLASH && isAt(text, index, ESCAPED) && isEscaping(text, index - 1)
  );
}

/**
 * May a word begin at `index`: is what stands before it not of the word's characters, or the end of an escape? Not at
 * the letter of an escape itself.
 */
export function beginsWord(text: string, index: number, word: CharacterSet = ALPHANUMERIC): boolean {
  return (!isAt(text, index - 1, word) && !isInEscape(text, index)) || endsEscape(text, index - 1);
}

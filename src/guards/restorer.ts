/**
 * A detector for the placeholders of one request. It knows which ones there are, so of a text that is being written it
 * holds back nothing but the beginning of one of them.
 */
import type { Finding } from '../core/finding.ts';
import type { Detector } from './detector.ts';

/** The type of a placeholder's finding; no policy can name it. */
export const PLACEHOLDER = 'placeholder';

/** `<`, or as encoders of JSON write it that fear HTML: Go's, and so Ollama's, in a tool call's arguments. */
const OPENERS = ['<', '\\u003c', '\\u003C'];
const CLOSERS = ['>', '\\u003e', '\\u003E'];
const LONGEST_BRACKET = 6;

const NUMBER = /^[1-9]\d{0,9}$/;
const LEADING_NUMBER = /^[1-9]\d{0,9}/;

/** The placeholders of a request: those of each label are numbered from 1, and all end with the nonce. */
export interface Placeholders {
  readonly nonce: string;
  /** Length of the longest name. */
  readonly longest: number;
  /** How many there are by label. */
  readonly counts: ReadonlyMap<string, number>;
}

/** The name between the brackets of a placeholder that was found. */
export function nameOf(placeholder: string): string {
  const opener = OPENERS.find((one) => placeholder.startsWith(one)) ?? '';
  const closer = CLOSERS.find((one) => placeholder.endsWith(one)) ?? '';
  return placeholder.slice(opener.length, placeholder.length - closer.length);
}

export class Restorer implements Detector {
  readonly type = PLACEHOLDER;
  readonly label = 'PLACEHOLDER';
  readonly reach: number;
  readonly #counts: ReadonlyMap<string, number>;
  readonly #ending: string;
  readonly #longest: number;
  readonly #openers: readonly string[];
  readonly #closers: readonly string[];

  /** @param json the text is JSON itself, where the brackets may be escapes */
  constructor({ nonce, longest, counts }: Placeholders, json: boolean) {
    this.#counts = counts;
    this.#ending = `_${nonce}`;
    this.#longest = longest;
    this.#openers = json ? OPENERS : OPENERS.slice(0, 1);
    this.#closers = json ? CLOSERS : CLOSERS.slice(0, 1);
    this.reach = longest + 2 * LONGEST_BRACKET;
  }

  find(text: string, from = 0): readonly Finding[] {
    if (this.#counts.size === 0) return [];
    const found: Finding[] = [];
    let least = from;
    for (let at = text.indexOf(this.#ending, from); at !== -1; at = text.indexOf(this.#ending, at + 1)) {
      const name = at + this.#ending.length;
      const closer = this.#closers.find((one) => text.startsWith(one, name));
      const start = closer === undefined ? -1 : this.#startOf(text, at, least);
      if (closer === undefined || start === -1) continue;
      least = name + closer.length;
      found.push({ type: PLACEHOLDER, start, end: least, score: 1 });
    }
    return found;
  }

  open(text: string): number {
    if (this.#counts.size === 0) return text.length;
    const from = Math.max(0, text.length - this.reach);
    const tail = text.slice(from);
    const places = this.#openers.flatMap((opener) => [
      this.#lastOpen(tail, opener),
      partialStart(tail, opener),
    ]);
    return from + Math.min(...places);
  }

  /** Where the placeholder whose label and number end at `at` opens; -1 if it is none of ours. */
  #startOf(text: string, at: number, from: number): number {
    const least = Math.max(from, at - this.#longest - LONGEST_BRACKET);
    const before = text.slice(least, at);
    for (const opener of this.#openers) {
      const index = before.lastIndexOf(opener);
      if (index === -1 || isEscaped(text, least + index, opener)) continue;
      if (this.#isGiven(before.slice(index + opener.length))) return least + index;
    }
    return -1;
  }

  /** Is it a label and a number that were given out? */
  #isGiven(name: string): boolean {
    const cut = name.lastIndexOf('_');
    const number = name.slice(cut + 1);
    return NUMBER.test(number) && Number(number) <= (this.#counts.get(name.slice(0, cut)) ?? 0);
  }

  /** Where the last opener stands, if what follows it can go on to be a placeholder; else the text's length. */
  #lastOpen(text: string, opener: string): number {
    const index = text.lastIndexOf(opener);
    return index !== -1 && this.#begins(text.slice(index + opener.length)) ? index : text.length;
  }

  #begins(text: string): boolean {
    for (const [label, count] of this.#counts) {
      const rest = after(text, `${label}_`);
      if (rest === undefined) continue;
      const number = LEADING_NUMBER.exec(rest)?.[0] ?? '';
      if (rest !== '' && (number === '' || Number(number) > count)) continue;
      const bracket = after(rest.slice(number.length), this.#ending);
      if (bracket !== undefined && this.#closers.some((one) => one.startsWith(bracket) && one !== bracket))
        return true;
    }
    return false;
  }
}

/** Where a beginning of the opener stands that the text ends with; the text's length if it ends with none. */
function partialStart(text: string, opener: string): number {
  for (let length = opener.length - 1; length > 0; length -= 1) {
    if (text.endsWith(opener.slice(0, length))) return text.length - length;
  }
  return text.length;
}

/** In JSON `\\u003c` is a backslash and five characters, no bracket. */
function isEscaped(text: string, index: number, opener: string): boolean {
  return opener.length > 1 && text[index - 1] === '\\';
}

/** What follows the beginning in a text; empty if the text is no longer than the beginning and goes along with it. */
function after(text: string, beginning: string): string | undefined {
  if (text.startsWith(beginning)) return text.slice(beginning.length);
  return beginning.startsWith(text) ? '' : undefined;
}

/** A text as the assessor reads it: letters that look alike made the same, what nobody sees left out, each with its place. */
import { FOLDED, foldPoint, NOTHING } from '../views/letters.ts';

export interface Folded {
  /** UTF-16 units, small, of which `length` count. */
  readonly codes: Uint16Array;
  readonly length: number;
  /** Where each unit stands in the text; at `length`, the text's length. Identity if missing. */
  readonly places?: Int32Array;
}

export function fold(text: string): Folded {
  const codes = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const folded = FOLDED[code] ?? code;
    if (folded === NOTHING || (code >= 0xd800 && code <= 0xdbff)) return foldFrom(text, codes, at);
    codes[at] = folded;
  }
  return { codes, length: text.length };
}

/** Goes on from the first place where text and codes part. */
function foldFrom(text: string, codes: Uint16Array, from: number): Folded {
  const places = new Int32Array(text.length + 1);
  for (let at = 0; at < from; at += 1) places[at] = at;
  let to = from;
  let last = 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    let folded = FOLDED[code] ?? code;
    const start = at;
    if (code >= 0xd800 && code <= 0xdbff) {
      const point = foldPoint(text.codePointAt(at) ?? code);
      if (point === -1) folded = code;
      else {
        folded = point;
        at += 1;
      }
    }
    if (folded === NOTHING) continue;
    places[to] = start;
    codes[to] = folded;
    to += 1;
    last = at + 1;
  }
  places[to] = Math.max(last, 0);
  return { codes, length: to, places };
}

/** A word of the lexicon, read the same way. */
export function foldWord(word: string): string {
  const { codes, length } = fold(word);
  return String.fromCharCode(...codes.subarray(0, length));
}

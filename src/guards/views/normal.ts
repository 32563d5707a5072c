/** A text with its letters as they look: full width, styles, accents put on and look-alikes undone, what nobody sees left out. */
import { FOLDED, foldPoint, NOTHING } from './letters.ts';
import { type Traced, Tracer } from './view.ts';

const RIGHT_TO_LEFT_OVERRIDE = /\u202e([^\u202c\n]{1,4096})\u202c?/g;
const WORD = /[\p{L}\p{N}\p{M}\p{Cf}\p{S}\u115f\u1160\u3164\uffa0]+/gu;

/** Nothing if the text is as it looks. Case is kept. Words of a script of their own are left alone. */
export function normal(text: string): Traced | undefined {
  const tracer = new Tracer();
  let at = 0;
  let changed = false;
  for (const match of text.matchAll(WORD)) {
    copySigns(tracer, text, at, match.index);
    at = match.index + match[0].length;
    changed = writeWord(tracer, match[0], match.index) || changed;
  }
  copySigns(tracer, text, at, text.length);
  const traced = tracer.done();
  return changed || traced.text !== text ? traced : undefined;
}

/** What stands between words: spaces and quotes of one kind, and what nobody sees left out. */
function copySigns(tracer: Tracer, text: string, from: number, to: number): void {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    const folded = FOLDED[code] ?? code;
    if (folded !== NOTHING) tracer.put(String.fromCharCode(code < 128 ? code : folded), at, at + 1);
  }
}

function writeWord(tracer: Tracer, word: string, start: number): boolean {
  const read = lettersOf(word);
  if (read === undefined) {
    tracer.copy(word, 0, 0);
    for (let at = 0; at < word.length; at += 1) tracer.put(word.charAt(at), start + at, start + at + 1);
    return false;
  }
  let at = start;
  for (const [letter, size] of read) {
    tracer.put(letter, at, at + size);
    at += size;
  }
  return true;
}

/** Each character as an ASCII letter, with its size; nothing if one of them is none, or none of them is dressed up. */
function lettersOf(word: string): (readonly [string, number])[] | undefined {
  const read: (readonly [string, number])[] = [];
  let dressed = false;
  for (const char of word) {
    const point = char.codePointAt(0) ?? 0;
    const folded = point > 0xffff ? foldPoint(point) : (FOLDED[point] ?? point);
    if (folded === -1 || folded > 127) return undefined;
    dressed ||= point > 127;
    const plain = folded === NOTHING ? '' : String.fromCharCode(folded);
    const capital = point < 128 ? char : isCapital(char) ? plain.toUpperCase() : plain;
    read.push([capital, char.length]);
  }
  return dressed ? read : undefined;
}

function isCapital(char: string): boolean {
  const composed = char.normalize('NFKD');
  return composed.toLowerCase() !== composed;
}

/** What is shown from right to left, as it is seen. */
export function unturned(text: string): Traced | undefined {
  if (!text.includes('\u202e')) return undefined;
  const tracer = new Tracer();
  let at = 0;
  for (const match of text.matchAll(RIGHT_TO_LEFT_OVERRIDE)) {
    tracer.copy(text, at, match.index);
    const from = match.index + 1;
    const chars = [...(match[1] ?? '')];
    let end = from + (match[1] ?? '').length;
    for (const char of chars.reverse()) {
      tracer.put(char, end - char.length, end);
      end -= char.length;
    }
    at = match.index + match[0].length;
  }
  tracer.copy(text, at, text.length);
  return tracer.done();
}

const SELECTORS = /(?:[\ufe00-\ufe0f]|\udb40[\udd00-\uddef]){4,4096}/g;
const TWO_UNSEEN = /(?:[\u200b\u200c]|\u200d|[\u2060-\u2064\ufeff]){32,8192}/g;

/** Bytes that are written as variation selectors, or as bits of two signs that nobody sees. */
export function hidden(text: string): Traced | undefined {
  const tracer = new Tracer();
  for (const match of text.matchAll(SELECTORS)) {
    const points = [...match[0]].map((char) => char.codePointAt(0) ?? 0);
    const bytes = Uint8Array.from(points, (point) =>
      point < 0xe0100 ? point - 0xfe00 : point - 0xe0100 + 16,
    );
    writeBytes(tracer, bytes, match.index, match.index + match[0].length);
  }
  for (const match of text.matchAll(TWO_UNSEEN)) {
    const zero = match[0].charAt(0);
    const bits = [...match[0]].map((char) => (char === zero ? '0' : '1')).join('');
    const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
    writeBytes(tracer, Uint8Array.from(bytes), match.index, match.index + match[0].length);
  }
  return tracer.length === 0 ? undefined : tracer.done();
}

const PRINTED = /^[\p{L}\p{N}\p{P}\p{S}\p{Z}\n\r\t]+$/u;

function writeBytes(tracer: Tracer, bytes: Uint8Array, start: number, end: number): void {
  const text = new TextDecoder().decode(bytes);
  if (PRINTED.test(text) && !text.includes('\ufffd')) tracer.put(`${text}\n`, start, end);
}

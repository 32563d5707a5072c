/** Words that may be written in code: base64, percent signs, escapes and the like, which have no spaces in them. */
import { characters } from '../characters.ts';

/** Where something may be written in code, and how far it is there. */
export interface CodedPiece {
  /** What is to be read. A piece of a longer word begins where a group of its base does. */
  readonly start: number;
  readonly end: number;
  /** From here on it is no plain word. */
  readonly coded: number;
  /** What stands before is plain, not a piece that was read already. */
  readonly anew: boolean;
  /** Where to go on. */
  readonly next: number;
  /** Nothing that follows makes it longer. */
  readonly whole: boolean;
}

/** Longest piece of a word that is read at once, in UTF-16 code units. */
export const LONGEST_PIECE = 4096;
/** How far the next one begins before its end. */
const OVERLAP = 512;
/** So much before the place where a word looks coded is read with it. As OVERLAP, a multiple of the groups of all bases. */
export const HEAD = 64;

const PLAIN = 0;
const CODED = 1;
const CAPITAL = 2;
const END = 3;
const KINDS: Uint8Array = kinds();

const BACKSLASH = 92;
const ESCAPED = characters('bfnrt');

function kinds(): Uint8Array {
  const all = new Uint8Array(0x10000).fill(END);
  const put = (spec: string, kind: number) =>
    characters(spec).forEach((one, code) => {
      if (one === 1) all[code] = kind;
    });
  put('!-~', PLAIN);
  put('"\'`<>(){}[],|', END);
  put('0-9%&\\\\=+', CODED);
  put('A-Z', CAPITAL);
  // Signs that nobody sees, of which bytes are made.
  for (const [first, last] of [
    [0x200b, 0x200d],
    [0x2060, 0x2064],
    [0xfe00, 0xfe0f],
    [0xfeff, 0xfeff],
    [0xdb40, 0xdb40],
    [0xdd00, 0xddef],
  ] as const)
    all.fill(CODED, first, last + 1);
  return all;
}

/** In JSON a line ends as `\n`: its letter belongs to no word. */
function kindAt(text: string, at: number): number {
  if (at < 0 || at >= text.length) return END;
  const code = text.charCodeAt(at);
  const escaped = ESCAPED[code] === 1 && text.charCodeAt(at - 1) === BACKSLASH;
  return escaped ? END : (KINDS[code] as number);
}

/** The first piece that is coded at a place or behind it; undefined if none is, up to the end of the text. */
export function codedPiece(text: string, from: number): CodedPiece | undefined {
  const anew = !isCodedBefore(text, from);
  const coded = anew ? nextCoded(text, from) : from;
  if (coded === -1) return undefined;
  const start = beginningOf(text, coded);
  const limit = start + LONGEST_PIECE;
  let end = coded;
  while (end < limit && kindAt(text, end) !== END) end += 1;
  return end === limit
    ? { start, end, coded, anew, next: end - OVERLAP + HEAD, whole: true }
    : { start, end, coded, anew, next: end, whole: end < text.length };
}

/** Where the word begins that a place is in or behind, no further back than is read with it. */
export function beginningOf(text: string, at: number): number {
  let start = at;
  while (at - start < HEAD && kindAt(text, start - 1) !== END) start -= 1;
  return start;
}

/** Goes a coded word on here? */
function isCodedBefore(text: string, at: number): boolean {
  if (kindAt(text, at) === END) return false;
  for (let before = at - 1; at - before <= HEAD && kindAt(text, before) !== END; before -= 1)
    if (isCoded(text, before)) return true;
  return false;
}

/** -1 if there is none. */
function nextCoded(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) if (isCoded(text, at)) return at;
  return -1;
}

/** Plain words have no digits nor such signs, and capitals only where they begin. */
function isCoded(text: string, at: number): boolean {
  const kind = KINDS[text.charCodeAt(at)];
  return kind === CODED || (kind === CAPITAL && kindAt(text, at - 1) !== END);
}

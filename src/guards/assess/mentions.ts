/** Where a folded text speaks of what attacks speak of: one walk along a trie of all languages' words, linear. */
import type { Folded } from './fold.ts';
import { foldWord } from './fold.ts';
import { CONCEPTS, type Concept, LEXICON } from './lexicon/index.ts';

/** A word or phrase of the lexicon, in places of the folded text. */
export interface Mention {
  /** One bit for each concept that it may stand for. */
  readonly concepts: number;
  readonly start: number;
  readonly end: number;
}

export function bitOf(concept: Concept): number {
  return 1 << CONCEPTS.indexOf(concept);
}

/** The bit of words near which a sign may stand. */
export const SIGN = bitOf('sign');

const SPACE = 32;
const STAR = 42;
const DOT = 46;
const LINE_END = 10;
const HYPHEN = 45;
const UNDERSCORE = 95;
/** No phrase is longer, and no walk goes farther. */
const LONGEST = 64;

interface Node {
  readonly next: Map<number, Node>;
  /** Concepts of what ends here, whole or with any ending. */
  whole: number;
  begun: number;
}

const ROOT = trieOf();
/** Most words begin with what no phrase does: the first step needs no map. */
const FIRST: readonly (Node | undefined)[] = Array.from({ length: 0x10000 }, (_, code) =>
  ROOT.next.get(code),
);

export const WORD: Uint8Array = wordUnits();

function wordUnits(): Uint8Array {
  const units = new Uint8Array(0x10000);
  const word = /[\p{L}\p{N}\p{M}_]/u;
  for (let code = 0; code < 0x10000; code += 1) {
    const inHan = code >= 0x3400 && code <= 0xd7a3;
    units[code] = inHan || word.test(String.fromCharCode(code)) ? 1 : 0;
  }
  return units;
}

/** Scripts whose words stand without spaces between them, and Korean, whose endings are glued on. */
export function isSpaceless(code: number): boolean {
  return code >= 0x0e00 && (code < 0x1100 || (code >= 0x3040 && code <= 0xd7a3));
}

function nodeOf(): Node {
  return { next: new Map(), whole: 0, begun: 0 };
}

function trieOf(): Node {
  const root = nodeOf();
  for (const words of LEXICON.values()) {
    for (const concept of CONCEPTS)
      for (const word of (words[concept] ?? '').split('|')) if (word !== '') add(root, word, bitOf(concept));
  }
  return root;
}

function add(root: Node, word: string, bit: number): void {
  const any = word.endsWith('*');
  const folded = foldWord(any ? word.slice(0, -1) : word);
  let node = root;
  for (let at = 0; at < folded.length; at += 1) {
    const code = folded.charCodeAt(at);
    const next = node.next.get(code) ?? nodeOf();
    node.next.set(code, next);
    node = next;
  }
  if (any) node.begun |= bit;
  else node.whole |= bit;
}

/** Phrases and the words in them are mentions of their own. */
export function mentionsIn({ codes, length }: Folded): readonly Mention[] {
  const found: Mention[] = [];
  let inWord = false;
  for (let at = 0; at < length; at += 1) {
    const code = codes[at] ?? 0;
    const word = WORD[code] === 1;
    const begins = word ? !inWord || code >= 0x0e00 : code === DOT;
    inWord = word;
    const node = begins ? FIRST[code] : undefined;
    if (node === undefined) continue;
    const mention = longestFrom(codes, length, at, node);
    if (mention !== undefined) found.push(mention);
  }
  return found;
}

function longestFrom(codes: Uint16Array, length: number, start: number, first: Node): Mention | undefined {
  const limit = Math.min(length, start + LONGEST);
  let node: Node | undefined = first;
  let best: Mention | undefined;
  let at = start + 1;
  while (node !== undefined) {
    const concepts = node.begun | (node.whole !== 0 && isEnd(codes, at, length) ? node.whole : 0);
    if (concepts !== 0) best = { concepts: concepts | (best?.concepts ?? 0), start, end: at };
    if (at >= limit) break;
    const code: number = codes[at] ?? 0;
    const next: Node | undefined = node.next.get(code) ?? pastGap(node, code);
    if (next === undefined) {
      node = node.next.get(STAR);
      at = runEnd(codes, at, limit, isWord);
    } else {
      node = next;
      at = isGap(code) ? runEnd(codes, at + 1, limit, isGap) : at + 1;
    }
  }
  if (best === undefined || isEnd(codes, best.end, length)) return best;
  return { ...best, end: runEnd(codes, best.end, length, isWord) };
}

/** Does a word end before this place? In scripts without spaces, anywhere. */
function isEnd(codes: Uint16Array, at: number, length: number): boolean {
  if (at >= length || !isWord(codes[at] ?? 0)) return true;
  return isSpaceless(codes[at] ?? 0) || isSpaceless(codes[at - 1] ?? 0);
}

function runEnd(codes: Uint16Array, from: number, limit: number, belongs: (code: number) => boolean): number {
  let at = from;
  while (at < limit && belongs(codes[at] ?? 0)) at += 1;
  return at;
}

function isWord(code: number): boolean {
  return WORD[code] === 1;
}

function isGap(code: number): boolean {
  return code === SPACE || code === LINE_END;
}

/** Where a phrase has a space, a text may have a line's end, a hyphen or an underscore. */
function pastGap(node: Node, code: number): Node | undefined {
  return code === LINE_END || code === HYPHEN || code === UNDERSCORE ? node.next.get(SPACE) : undefined;
}

/**
 * What the classifier sees of a text: hashes of its words, of neighbouring words by their stems, of what the lexicon
 * says that they mean, alone and with what came before, and of the techniques found. Each belongs to a word's place, so
 * that any part of a text can be summed up at once.
 */
import type { Finding } from '../../core/finding.ts';
import { type CharacterSet, characters } from '../characters.ts';
import { type Folded, fold } from './fold.ts';
import { isSpaceless, type Mention, SIGN, WORD } from './mentions.ts';
import { TECHNIQUES } from './techniques.ts';

export interface Grams {
  /** Of each feature, its hash and the number of its word. */
  readonly hashes: Uint32Array;
  readonly words: Uint32Array;
  readonly count: number;
  /** How many words there are. */
  readonly length: number;
  /** The words that sentences, lines and cells of tables begin with. */
  readonly borders: readonly number[];
  /** Is it English, by its commonest words? Short texts in ASCII letters are. */
  readonly english: boolean;
}

/** All but what only says that a sign may stand there. */
const MEANT = ~SIGN;
const STEM = 5;
/** How far apart what is meant may stand to be meant together, in code units, and how many mentions back. */
const TOGETHER = 80;
const BACK = 4;

/** Hash spaces of the kinds of features. */
const KIND = { word: 1, stems: 2, skip: 3, stem: 4, concept: 5, concepts: 6, technique: 7 } as const;

/** Features that say nothing of any language's words are these kinds and above: see `isMeaning`. */
export function gramsOf(folded: Folded, mentions: readonly Mention[], found: readonly Finding[]): Grams {
  const list = new List(folded.length);
  const starts = wordsIn(folded, list);
  meanings(mentions, starts, list);
  for (const { type, score, start } of found)
    list.add(
      mix(TECHNIQUES.indexOf(type as never) * 16 + Math.round(score * 10), KIND.technique),
      wordAt(starts, start),
    );
  return list.done(Math.max(1, starts.length), isEnglish(folded, starts.length, list.common));
}

/** The top bit tells what the lexicon and the patterns say from what the words say. */
export function isMeaning(hash: number): boolean {
  return hash >= 0x80000000;
}

class List {
  hashes: Uint32Array;
  words: Uint32Array;
  count = 0;
  /** Function words of English. */
  common = 0;
  readonly borders: number[] = [];

  constructor(length: number) {
    this.hashes = new Uint32Array(length * 2 + 64);
    this.words = new Uint32Array(length * 2 + 64);
  }

  add(hash: number, word: number): void {
    if (this.count === this.hashes.length) this.#grow();
    this.hashes[this.count] = hash;
    this.words[this.count] = word;
    this.count += 1;
  }

  #grow(): void {
    const hashes = new Uint32Array(this.hashes.length * 2);
    const words = new Uint32Array(this.words.length * 2);
    hashes.set(this.hashes);
    words.set(this.words);
    this.hashes = hashes;
    this.words = words;
  }

  done(length: number, english: boolean): Grams {
    return {
      hashes: this.hashes,
      words: this.words,
      count: this.count,
      length,
      english,
      borders: this.borders,
    };
  }
}

/** Adds the features of all words. Gives where each begins. */
function wordsIn(folded: Folded, list: List): number[] {
  const { codes, length } = folded;
  const starts: number[] = [];
  const word: Word = { end: 0, hash: 0, stem: 0 };
  let stem1 = 0;
  let stem2 = 0;
  let begins = true;
  for (let at = 0; at < length; at += 1) {
    const code = codes[at] ?? 0;
    if (WORD[code] !== 1) {
      begins ||= code < 128 ? BORDER[code] === 1 : isFullStop(code);
      continue;
    }
    readWord(folded, at, word);
    if (begins) list.borders.push(starts.length);
    begins = false;
    const { hash, stem } = word;
    const number = starts.length;
    starts.push(at);
    if (COMMON.has(hash)) list.common += 1;
    list.add(mix(hash, KIND.word), number);
    list.add(mix(Math.imul(stem1, GOLDEN) + stem, KIND.stems), number);
    list.add(mix(Math.imul(stem2, GOLDEN) + stem, KIND.skip), number);
    if (stem !== hash) list.add(mix(stem, KIND.stem), number);
    stem2 = stem1;
    stem1 = stem;
    at = word.end - 1;
  }
  return starts;
}

/** The share of function words from which on a text is English, and how few words tell nothing. */
const SHARE = 0.12;
const FEW = 5;
const LAST_ASCII = 0x7f;

function isEnglish({ codes, length }: Folded, words: number, common: number): boolean {
  if (words >= FEW) return common >= words * SHARE;
  for (let at = 0; at < length; at += 1) if ((codes[at] ?? 0) > LAST_ASCII) return false;
  return true;
}

/** What ends a sentence, a line or a cell. */
const BORDER: CharacterSet = characters('.!?:;|\n');

function isFullStop(code: number): boolean {
  return code === 0x3002 || code === 0x0964 || code === 0xff01 || code === 0xff1f;
}

const GOLDEN = 0x9e3779b1;
const PRIME = 0x01000193;

interface Word {
  end: number;
  hash: number;
  stem: number;
}

/** In scripts without spaces, two characters are a word, and each begins one. */
function readWord({ codes, length }: Folded, start: number, into: Word): void {
  const alone = isSpaceless(codes[start] ?? 0);
  const limit = alone ? Math.min(length, start + 2) : length;
  let hash = 0;
  let at = start;
  for (; at < limit; at += 1) {
    const code = codes[at] ?? 0;
    if (WORD[code] !== 1 || isSpaceless(code) !== alone) break;
    hash = (Math.imul(hash, PRIME) + code) | 0;
    if (at - start < STEM) into.stem = hash;
  }
  into.hash = hash;
  into.end = alone ? start + 1 : at;
}

const COMMON: ReadonlySet<number> = new Set(
  'the of and to a in is you for that it with as on are this be or your i not have from by an what how me my can do all will if'
    .split(' ')
    .map((word) => {
      const read: Word = { end: 0, hash: 0, stem: 0 };
      readWord(fold(word), 0, read);
      return read.hash;
    }),
);

function meanings(mentions: readonly Mention[], starts: readonly number[], list: List): void {
  for (let at = 0; at < mentions.length; at += 1) {
    const { concepts, start } = mentions[at] as Mention;
    const word = wordAt(starts, start);
    for (let bits = concepts & MEANT; bits !== 0; bits &= bits - 1) {
      const bit = 31 - Math.clz32(bits & -bits);
      list.add(mix(bit, KIND.concept), word);
      for (let back = Math.max(0, at - BACK); back < at; back += 1) {
        const before = mentions[back] as Mention;
        if (start - before.end > TOGETHER) continue;
        for (let others = before.concepts & MEANT; others !== 0; others &= others - 1)
          list.add(mix((31 - Math.clz32(others & -others)) * 32 + bit, KIND.concepts), word);
      }
    }
  }
}

/** The number of the word that a place belongs to. */
function wordAt(starts: readonly number[], place: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

function mix(value: number, kind: number): number {
  let hash = Math.imul(value ^ (kind * 0x51ed270b), 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 13;
  return kind >= KIND.concept ? (hash | 0x80000000) >>> 0 : (hash & 0x7fffffff) >>> 0;
}

/**
 * What the classifier sees of a text: hashes of its words, of neighbouring words by their stems, of what the lexicon
 * says that they mean, alone and with what came before, and of the techniques found. Each belongs to a word's place, so
 * that any part of a text can be summed up at once.
 */
import type { Finding } from '../../core/finding.ts';
import type { Folded } from './fold.ts';
import { isSpaceless, type Mention, WORD } from './mentions.ts';
import { TECHNIQUES } from './techniques.ts';

export interface Grams {
  /** Of each feature, its hash and the number of its word. */
  readonly hashes: Uint32Array;
  readonly words: Uint32Array;
  readonly count: number;
  /** How many words there are. */
  readonly length: number;
}

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
    list.add(mix(TECHNIQUES.indexOf(type as never) * 16 + Math.round(score * 10), KIND.technique), wordAt(starts, start));
  return list.done(Math.max(1, starts.length));
}

/** The top bit tells what the lexicon and the patterns say from what the words say. */
export function isMeaning(hash: number): boolean {
  return hash >= 0x80000000;
}

class List {
  hashes: Uint32Array;
  words: Uint32Array;
  count = 0;

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

  done(length: number): Grams {
    return { hashes: this.hashes, words: this.words, count: this.count, length };
  }
}

/** Adds the features of all words. Gives where each begins. */
function wordsIn({ codes, length }: Folded, list: List): number[] {
  const starts: number[] = [];
  let stem1 = 0;
  let stem2 = 0;
  for (let at = 0; at < length; at += 1) {
    const code = codes[at] ?? 0;
    if (WORD[code] !== 1) continue;
    const start = at;
    let hash = 0;
    let stem = 0;
    const alone = isSpaceless(code);
    // In scripts without spaces, two characters are a word, and each begins one.
    const most = alone ? 2 : length;
    for (let size = 0; at < length && size < most && WORD[codes[at] ?? 0] === 1; at += 1, size += 1) {
      hash = (Math.imul(hash, 0x01000193) + (codes[at] ?? 0)) | 0;
      if (size < STEM) stem = hash;
      if (!alone && isSpaceless(codes[at] ?? 0)) break;
    }
    const word = starts.length;
    starts.push(start);
    list.add(mix(hash, KIND.word), word);
    list.add(mix(Math.imul(stem1, 0x9e3779b1) + stem, KIND.stems), word);
    list.add(mix(Math.imul(stem2, 0x9e3779b1) + stem, KIND.skip), word);
    if (stem !== hash) list.add(mix(stem, KIND.stem), word);
    stem2 = stem1;
    stem1 = stem;
    at = alone ? start : at - 1;
  }
  return starts;
}

function meanings(mentions: readonly Mention[], starts: readonly number[], list: List): void {
  for (let at = 0; at < mentions.length; at += 1) {
    const { concepts, start } = mentions[at] as Mention;
    const word = wordAt(starts, start);
    for (let bits = concepts; bits !== 0; bits &= bits - 1) {
      const bit = 31 - Math.clz32(bits & -bits);
      list.add(mix(bit, KIND.concept), word);
      for (let back = Math.max(0, at - BACK); back < at; back += 1) {
        const before = mentions[back] as Mention;
        if (start - before.end > TOGETHER) continue;
        for (let others = before.concepts; others !== 0; others &= others - 1)
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

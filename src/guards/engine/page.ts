/** A text under the eyes of an engine, and what its readers ask about it more than once. */
import { CONTEXT, NO_CONTEXT, type PhraseSet, phrasesAt } from '../context/phrases.ts';
import { fold } from './fold.ts';

/** A phrase that stands somewhere. */
interface Hit {
  readonly phrase: number;
  readonly start: number;
  readonly end: number;
}

export class Page {
  /** As it is read: every code unit in its place, other scripts' digits as ASCII ones. */
  readonly text: string;
  #at = -1;
  #context: PhraseSet = NO_CONTEXT;
  /** Phrases that begin before `#sought`, and not long before. */
  #hits: Hit[] = [];
  #sought = 0;

  constructor(raw: string) {
    this.text = fold(raw);
  }

  /** The phrases that begin and end in the last `CONTEXT` code units before a place. */
  contextAt(at: number): PhraseSet {
    if (at === this.#at) return this.#context;
    const from = at - CONTEXT;
    if (at < this.#at) {
      this.#hits = [];
      this.#sought = 0;
    }
    this.#seek(Math.max(from, this.#sought, 0), at);
    this.#at = at;
    this.#context = NO_CONTEXT;
    if (this.#hits.length === 0) return NO_CONTEXT;
    this.#hits = this.#hits.filter(({ start }) => start >= from);
    const there = this.#hits.filter(({ end }) => end <= at);
    if (there.length > 0) this.#context = new Set(there.map(({ phrase }) => phrase));
    return this.#context;
  }

  /** Readers go from left to right, and so does this: no place is looked at twice. */
  #seek(from: number, to: number): void {
    for (let at = from; at < to; at += 1)
      phrasesAt(this.text, at, (phrase, end) => this.#hits.push({ phrase, start: at, end }));
    this.#sought = to;
  }
}

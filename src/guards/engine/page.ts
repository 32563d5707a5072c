/** A text under the eyes of an engine, and what its readers ask about it more than once. */
import { NO_CONTEXT, type PhraseSet, phrasesBefore } from '../context/phrases.ts';
import { fold } from './fold.ts';

export class Page {
  /** As it is read: every code unit in its place, other scripts' digits as ASCII ones. */
  readonly text: string;
  #at = -1;
  #context: PhraseSet = NO_CONTEXT;

  constructor(raw: string) {
    this.text = fold(raw);
  }

  /** The phrases that stand shortly before a place. */
  contextAt(at: number): PhraseSet {
    if (at !== this.#at) {
      this.#context = phrasesBefore(this.text, at);
      this.#at = at;
    }
    return this.#context;
  }
}

/**
 * A text in passages: where what a text is decides whether it may leave, it leaves a passage at a time, each looked at
 * together with what stands before it. Where passages end depends on the text alone, not on the pieces it came in.
 */

/** UTF-16 code units: a passage ends with the first sentence that is so long, and is never longer than the second. */
const LEAST = 128;
const MOST = 384;
/** So much of what stands before is looked at with it. */
const CONTEXT = 640;

const SENTENCE_END = /[.!?。！？…\n]/g;

export interface Passage {
  /** With what stands before. */
  readonly text: string;
  /** Where the passage ends in the whole text. */
  readonly end: number;
}

/** Cuts a text while it arrives. */
export interface Cutter {
  /** Takes the next piece; the passages that are whole now. */
  push(text: string): readonly Passage[];
  /** What is left, if anything: no more text comes. */
  finish(): readonly Passage[];
}

/** A text that is one passage, known when it is all there. Beside a call of a tool there may be none. */
export class Uncut implements Cutter {
  #text = '';

  push(text: string): readonly Passage[] {
    this.#text += text;
    return [];
  }

  finish(): readonly Passage[] {
    return this.#text === '' ? [] : [{ text: this.#text, end: this.#text.length }];
  }
}

/** Holds no more of a text than a passage and its context. */
export class Passages implements Cutter {
  /** The text from `#base` on. */
  #kept = '';
  #base = 0;
  /** Where the last passage ended. */
  #end = 0;

  push(text: string): readonly Passage[] {
    this.#kept += text;
    const whole: Passage[] = [];
    for (let end = this.#nextEnd(); end !== undefined; end = this.#nextEnd()) whole.push(this.#cut(end));
    return whole;
  }

  finish(): readonly Passage[] {
    const end = this.#base + this.#kept.length;
    return end > this.#end ? [this.#cut(end)] : [];
  }

  #nextEnd(): number | undefined {
    const begun = this.#end - this.#base;
    SENTENCE_END.lastIndex = begun + LEAST - 1;
    const found = SENTENCE_END.exec(this.#kept);
    if (found !== null && found.index < begun + MOST) return this.#base + found.index + 1;
    return this.#kept.length >= begun + MOST ? this.#end + MOST : undefined;
  }

  #cut(end: number): Passage {
    const text = this.#kept.slice(0, end - this.#base);
    this.#end = end;
    const base = Math.max(this.#base, end - CONTEXT);
    this.#kept = this.#kept.slice(base - this.#base);
    this.#base = base;
    return { text, end };
  }
}

/** The passages of a text that is all there. */
export function passagesOf(text: string): readonly Passage[] {
  const passages = new Passages();
  return [...passages.push(text), ...passages.finish()];
}

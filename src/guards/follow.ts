/**
 * Those who look for findings, on a text that arrives in pieces. Each goes on where it was sure, so that a character is
 * looked at again only while a finding it may belong to is open, or as context.
 */
import { byPlace, type Finding } from '../core/finding.ts';
import { LOOK_BEHIND } from './detector.ts';
import type { Looker } from './looker.ts';

export interface Followed {
  /** No finding that is not among these starts before it; places are in the whole text, here and below. */
  readonly horizon: number;
  /** The findings that start before the horizon and were not given before, overlaps included, as `byPlace` orders them. */
  readonly found: readonly Finding[];
  /** Findings after the horizon that are certain as well; they will be given again. */
  readonly ahead: readonly Finding[];
}

/** One who looks, and how far it got. */
interface Cursor {
  readonly looker: Looker;
  /** Its place among them. */
  readonly order: number;
  /** Findings that start before are known. */
  open: number;
  /** Those of them that end after it. */
  across: readonly Finding[];
}

interface Known extends Finding {
  readonly order: number;
}

/** Keeps what may still be needed of the text: the longest finding at most, and the last piece. */
export class Follower {
  readonly #cursors: readonly Cursor[];
  readonly #whole: Cursor | undefined;
  readonly #behind: number;
  #known: Known[] = [];
  /** The text from `#base` on. */
  #window = '';
  #base = 0;
  #horizon = 0;

  /**
   * @param lookers whose findings are looked for
   * @param whole one of them whose findings must be complete as far as any given finding goes
   */
  constructor(lookers: readonly Looker[], whole?: Looker) {
    this.#cursors = lookers.map((looker, order) => ({ looker, order, open: 0, across: NONE }));
    this.#behind = lookers.reduce((most, { behind = 0 }) => Math.max(most, behind), LOOK_BEHIND);
    this.#whole = this.#cursors.find(({ looker }) => looker === whole);
  }

  /** How much text came. */
  get length(): number {
    return this.#base + this.#window.length;
  }

  /** How much of the text is kept. */
  get kept(): number {
    return this.#window.length;
  }

  /** A part of the text that starts at or after the horizon before this one. */
  slice(start: number, end: number): string {
    return this.#window.slice(start - this.#base, end - this.#base);
  }

  /** Takes the next piece. */
  push(text: string): Followed {
    const keep = Math.max(this.#base, this.#horizon - this.#behind);
    this.#window = this.#window.slice(keep - this.#base) + text;
    this.#base = keep;
    return this.#follow(true);
  }

  /** Nothing more comes. */
  finish(): Followed {
    return this.#follow(false);
  }

  #follow(arriving: boolean): Followed {
    for (const cursor of this.#cursors) this.#advance(cursor, arriving);
    this.#horizon = Math.max(this.#horizon, this.#nextHorizon());
    if (this.#known.length === 0) return { horizon: this.#horizon, found: NONE, ahead: NONE };
    this.#known.sort((a, b) => byPlace(a, b) || a.order - b.order);
    const count = this.#known.findIndex(({ start }) => start >= this.#horizon);
    const found = count === -1 ? this.#known : this.#known.slice(0, count);
    this.#known = count === -1 ? [] : this.#known.slice(count);
    return { horizon: this.#horizon, found, ahead: this.#known };
  }

  #advance(cursor: Cursor, arriving: boolean): void {
    const { looker, order, across } = cursor;
    const begun = { from: cursor.open - this.#base, across: across.map((one) => moved(one, -this.#base)) };
    const { found, open } = arriving
      ? looker.see(this.#window, begun)
      : { found: looker.find(this.#window, begun), open: this.#window.length };
    cursor.open = this.#base + open;
    if (found.length === 0 && across.length === 0) return;
    const known = found.map((one) => moved(one, this.#base));
    for (const one of known) this.#known.push({ ...one, order });
    cursor.across = across.concat(known).filter(({ end }) => end > cursor.open);
  }

  /** Where the first of them is unsure, or before a finding into which `whole` may still see something. */
  #nextHorizon(): number {
    let horizon = this.length;
    for (const { open } of this.#cursors) horizon = Math.min(horizon, open);
    const limit = this.#whole?.open ?? this.length;
    const reaching = this.#known.filter(({ start, end }) => start < horizon && end > limit);
    return reaching.reduce((least, { start }) => Math.min(least, start), horizon);
  }
}

const NONE: readonly Finding[] = [];

function moved({ type, score, start, end }: Finding, by: number): Finding {
  return { type, score, start: start + by, end: end + by };
}

/**
 * Detectors on a text that arrives in pieces. Each goes on where it was sure, so that a character is looked at again
 * only while a finding it may belong to is open.
 */
import type { Finding } from '../core/finding.ts';
import { type Detector, LOOK_BEHIND } from './detector.ts';
import { byPlace } from './scan.ts';

export interface Followed {
  /** No finding that is not among these starts before it; places are in the whole text, here and below. */
  readonly horizon: number;
  /** The findings that start before the horizon and were not given before, overlaps included, as `byPlace` orders them. */
  readonly found: readonly Finding[];
  /** Findings after the horizon that are certain as well; they will be given again. */
  readonly ahead: readonly Finding[];
}

/** A detector and how far it got. */
interface Cursor {
  readonly detector: Detector;
  /** Its place among the detectors. */
  readonly order: number;
  /** Findings that start before are known. */
  open: number;
  /** Where to look on: `open`, or the end of the last known finding. */
  from: number;
}

interface Known extends Finding {
  readonly order: number;
}

/** Keeps what the detectors may still need of the text: their reach at most, and the last piece. */
export class Follower {
  readonly #cursors: readonly Cursor[];
  readonly #whole: Cursor | undefined;
  #known: Known[] = [];
  /** The text from `#base` on. */
  #window = '';
  #base = 0;
  #horizon = 0;

  /**
   * @param detectors whose findings are looked for
   * @param whole one of them whose findings must be complete as far as any given finding goes
   */
  constructor(detectors: readonly Detector[], whole?: Detector) {
    this.#cursors = detectors.map((detector, order) => ({ detector, order, open: 0, from: 0 }));
    this.#whole = this.#cursors.find(({ detector }) => detector === whole);
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
    const keep = Math.max(this.#base, this.#horizon - LOOK_BEHIND);
    this.#window = this.#window.slice(keep - this.#base) + text;
    this.#base = keep;
    return this.#follow((detector) => detector.open(this.#window));
  }

  /** Nothing more comes. */
  finish(): Followed {
    return this.#follow(() => this.#window.length);
  }

  #follow(openOf: (detector: Detector) => number): Followed {
    for (const cursor of this.#cursors) this.#advance(cursor, openOf(cursor.detector));
    this.#horizon = Math.max(this.#horizon, this.#nextHorizon());
    if (this.#known.length === 0) return { horizon: this.#horizon, found: NONE, ahead: NONE };
    this.#known.sort((a, b) => byPlace(a, b) || a.order - b.order);
    const count = this.#known.findIndex(({ start }) => start >= this.#horizon);
    const found = count === -1 ? this.#known : this.#known.slice(0, count);
    this.#known = count === -1 ? [] : this.#known.slice(count);
    return { horizon: this.#horizon, found, ahead: this.#known };
  }

  #advance(cursor: Cursor, openInWindow: number): void {
    cursor.open = Math.max(cursor.open, this.#base + openInWindow);
    for (const { type, score, start, end } of cursor.detector.find(this.#window, cursor.from - this.#base)) {
      if (this.#base + start >= cursor.open) break;
      this.#known.push({
        type,
        score,
        start: this.#base + start,
        end: this.#base + end,
        order: cursor.order,
      });
      cursor.from = this.#base + end;
    }
    cursor.from = Math.max(cursor.from, cursor.open);
  }

  /** Where the first detector is unsure, or before a finding into which `whole` may still see something. */
  #nextHorizon(): number {
    let horizon = this.length;
    for (const { open } of this.#cursors) horizon = Math.min(horizon, open);
    const limit = this.#whole?.open ?? this.length;
    const reaching = this.#known.filter(({ start, end }) => start < horizon && end > limit);
    return reaching.reduce((least, { start }) => Math.min(least, start), horizon);
  }
}

const NONE: readonly Finding[] = [];

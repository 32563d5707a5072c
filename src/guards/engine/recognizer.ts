/**
 * What an engine is made of: readers that stand at a place of a text and say what begins there. A reader is pure,
 * looks no further back than `LOOK_BEHIND` and no further on than its reach, and is honest about an unfinished tail.
 */
import type { CharacterSet } from '../characters.ts';
import type { Shapes } from '../shapes/shape.ts';
import type { Page } from './page.ts';

/** What one reader saw. */
export interface Reading {
  /** Where the finding begins, or would begin if it is open. */
  readonly start: number;
  /** -1 if there is none. */
  readonly end: number;
  /** 0 to 1. */
  readonly score: number;
  /** Could more text after the end of this one change that? */
  readonly open: boolean;
}

export const NOTHING: Reading = { start: -1, end: -1, score: 0, open: false };

export function found(start: number, end: number, score: number, open: boolean): Reading {
  return { start, end, score, open };
}

/** Nothing yet: what begins at `start` is not written to its end. */
export function unfinished(start: number): Reading {
  return { start, end: -1, score: 0, open: true };
}

/** Where a reader is asked. */
export type Trigger =
  /** Where a word of ASCII letters and digits begins with one of these. */
  | { readonly on: 'word'; readonly first: CharacterSet }
  /** Where a letter of Latin begins that is not ASCII, and is a capital. */
  | { readonly on: 'accent' }
  /** Where one of these stands, in either case of its letters. */
  | {
      readonly on: 'literal';
      readonly literals: readonly string[];
      /** What may not stand before it; anything may if it is missing. */
      readonly word?: CharacterSet;
      /** The finding begins here, or here at the earliest: a beginning of the literal is to be held back. */
      readonly begins: boolean;
    };

export interface Reader {
  readonly triggers: readonly Trigger[];
  /** From the start of the longest finding to the last that must be seen to be sure of it, in UTF-16 code units. */
  readonly reach: number;
  /** @param at where the trigger stands */
  read(page: Page, at: number): Reading;
  /** The first place where something may begin whose trigger has not come yet; the text's length if nothing may. */
  tail?(text: string): number;
}

/** Everything that is found under one type. */
export interface Recognizer {
  /** `pii.email`, `pii.de.tax_id`, `secret.github`, … */
  readonly type: string;
  /** A name for people, used in placeholders: `EMAIL`. Upper case, digits and underscores. */
  readonly label: string;
  readonly readers: readonly Reader[];
  /** What is told by its shape, a check and the words before it. All recognizers' shapes are read at once. */
  readonly shapes?: Shapes;
  /** The same for certain countries only, where it has formats of countries within. @param regions as in ISO 3166-1 */
  within?(regions: readonly string[]): Recognizer;
}

/**
 * Identifiers that are told by their shape: so many letters and digits, with separators in certain places, a check over
 * them, and words that stand before them.
 */
import type { PhraseSet } from '../context/phrases.ts';

export interface Shapes {
  /**
   * Shapes as their owners print them, believed by themselves. `9` stands for a digit, `A` for a letter, `X` for either;
   * all else for itself.
   */
  readonly printed?: readonly string[];
  /** Shapes that much else has, too: believed only where one of the phrases stands before them. */
  readonly plain?: readonly string[];
  /** The phrases: `tax id`, `steuernummer`, `税号`. */
  readonly context: PhraseSet;
  /**
   * Is it one? The identifier in upper case, without its separators; and as it is written.
   * Where there is no check, the shape and the context have to do.
   */
  readonly check?: (id: string, written: string) => boolean;
}

/** What one wrong character in an identifier of so many makes of its shape. */
export const LETTER_MARK = 'A';
export const DIGIT_MARK = '9';
const EITHER_MARK = 'X';

/** The shapes without `X`, one for each way to read it. */
export function spelledOut(shape: string): readonly string[] {
  const at = shape.indexOf(EITHER_MARK);
  if (at === -1) return [shape];
  return [LETTER_MARK, DIGIT_MARK].flatMap((mark) =>
    spelledOut(shape.slice(0, at) + mark + shape.slice(at + 1)),
  );
}

const WORDLIKE = /^[A-Za-z0-9]*$/;

export function compact(written: string): string {
  return (WORDLIKE.test(written) ? written : written.replaceAll(/[^A-Za-z0-9]/g, '')).toUpperCase();
}

/** The contract of a detector: pure, linear in the length of the text, and honest about an unfinished tail. */
import type { Finding } from '../core/finding.ts';

/**
 * How many UTF-16 code units before the start of a finding a detector may look at. Whoever gives a detector a piece
 * of a longer text keeps at least so many before `from`.
 */
export const LOOK_BEHIND = 96;

export interface Detector {
  /** `pii.email`, `secret.github`, … */
  readonly type: string;
  /** A name for people, used in placeholders: `EMAIL`. Upper case, digits and underscores. */
  readonly label: string;
  /**
   * All findings that start at `from` or later, ordered by start, not overlapping one another. What stands before
   * `from` is context only. To go on after a finding is to call again with its end: nothing else is remembered.
   */
  find(text: string, from?: number): readonly Finding[];
  /**
   * For text that is still arriving: an index before which every finding's start is known. A finding that starts
   * before it is final, its end included, whatever follows, and none will be added. `text.length` if nothing is open.
   * The distance to the end of the text is bounded by `reach`.
   */
  open(text: string): number;
  /** The longest finding possible, in UTF-16 code units, with what must follow it to be sure of its end. */
  readonly reach: number;
}

/** The contract of a detector: pure, linear in the length of the text, and honest about an unfinished tail. */
import type { Finding } from '../core/finding.ts';

export interface Detector {
  /** `pii.email`, `secret.github`, … */
  readonly type: string;
  /** A name for people, used in placeholders: `EMAIL`. */
  readonly label: string;
  /** All findings, ordered by start, not overlapping one another. */
  find(text: string): readonly Finding[];
  /**
   * For text that is still arriving: the first index from which on more text could make a finding, or make a finding
   * that ends at the end of the text longer or void. `text.length` if the text is settled whatever follows. What lies
   * before the index never changes, so it may be released. The distance to the end is bounded by `reach`.
   */
  open(text: string): number;
  /** The longest finding possible, in UTF-16 code units; also how much text before a place can matter to it. */
  readonly reach: number;
}

/** What an organization wants to know of a text as a whole, rather than of something that stands in it. */

/** UTF-16 code units of the longest text that is judged whole: bounds the time. */
export const LONGEST_JUDGED = 128 * 1024;

export interface Judge {
  /** `content.<name>`. */
  readonly type: string;
  /** Of any passage of a text, or only of a text that is all there. */
  readonly of: 'passage' | 'whole';
  /**
   * Is the text what the rule means? Pure, synchronous and about linear.
   * @returns 0 to 1; 0 where it is not
   */
  score(text: string): number;
}

/** What detectors see, and what is done about it. Never carries the text itself. */

/** Half-open, in UTF-16 code units of the text that was looked at. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What one detector saw. `type` is `category.kind`, such as `pii.email` or `secret.github`. */
export interface Finding extends Span {
  readonly type: string;
  /** 0 to 1. */
  readonly score: number;
  /** How the text was read to see it, if not as it is written: `base64`, `normal`. */
  readonly view?: string;
}

/** By start, the longest first. For a stable sort of what stands in the order of those who found it. */
export function byPlace(a: Span, b: Span): number {
  return a.start - b.start || b.end - a.end;
}

/** `route` sends the request to another model; `warn` lets it pass, and tells the client. */
export const ACTIONS = ['block', 'mask', 'route', 'warn', 'log'] as const;
export type Action = (typeof ACTIONS)[number];

/** A change to a text: the span and what stands there instead. */
export interface Edit extends Span {
  readonly text: string;
}

/** How often each type was found and what was done about it, for the record. */
export interface FindingCount {
  readonly type: string;
  readonly direction: 'input' | 'output';
  readonly action: Action;
  readonly count: number;
  /** What a rule in shadow would have done. */
  readonly shadow?: true;
}

/**
 * Puts edits into a text and leaves all else as it is.
 * @param edits ordered by start, not overlapping
 */
export function splice(text: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return text;
  let out = '';
  let at = 0;
  for (const edit of edits) {
    out += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return out + text.slice(at);
}

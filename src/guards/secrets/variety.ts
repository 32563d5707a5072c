/** What tells a key from a stand-in in somebody's documentation. */

/** Fewer different characters than this among its last are a stand-in. */
const LEAST_VARIETY = 5;
const LAST = 16;

export function isVaried(text: string, end: number): boolean {
  return new Set(text.slice(Math.max(0, end - LAST), end)).size >= LEAST_VARIETY;
}

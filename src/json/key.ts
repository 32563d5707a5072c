/** Keys as careless readers take them. */
import type { Member } from './document.ts';

const QUOTE = 0x22;
const ZERO = 0x30;
const NINE = 0x39;
const UNDERSCORE = 0x5f;
const LOWER_A = 0x61;
const LOWER_Z = 0x7a;

/** A name as readers take it that do not tell cases apart: Go's JSON folds them, to the point that `ſ` is an `s`. */
export function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}

/** A key as the same readers take it. */
export function foldedKey({ key, plain }: Member): string {
  return plain ? key : folded(key);
}

/**
 * Where the key ends whose first character is at `start`, its quote not included, if it has nothing to decode and
 * nothing to fold: lower case letters, digits and underscores. Most are so.
 * @returns -1 for any other
 */
export function plainKeyEnd(text: string, start: number): number {
  for (let at = start; ; at += 1) {
    const c = text.charCodeAt(at);
    if (c === QUOTE) return at;
    if (!((c >= LOWER_A && c <= LOWER_Z) || c === UNDERSCORE || (c >= ZERO && c <= NINE))) return -1;
  }
}

/**
 * Patterns of names: `*` stands for any run of characters, also none; all else is literal, case included.
 * No regular expression is made of a pattern, so none can be slow: the literal pieces are searched from left to
 * right, each once, which is at most pieces × length steps.
 */

export type Matcher = (text: string) => boolean;

export const isGlob = (pattern: string): boolean => pattern.includes('*');

export function matcher(pattern: string): Matcher {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === pattern;
  const middle = rest.filter((piece) => piece !== '');
  return (text) => matches(text, head, middle, tail);
}

/** The leftmost place for each piece leaves the most room for the next, so no choice is ever taken back. */
function matches(text: string, head: string, middle: readonly string[], tail: string): boolean {
  const end = text.length - tail.length;
  if (end < head.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  let at = head.length;
  for (const piece of middle) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

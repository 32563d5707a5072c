/**
 * Credential formats as sequences of literals and bounded runs. Unlike a regular expression, a pattern says whether
 * more text could change what it found, and it never goes back: one look at each character.
 */
import { type CharacterSet, characters, isAt, runEnd } from '../characters.ts';

export type Part =
  /** One of these; where one begins another, the longer stands first. An empty one makes the part optional. */
  | { readonly literals: readonly string[] }
  /** As many characters of the set as there are, between two bounds; those of `edge` are not its last. */
  | { readonly set: CharacterSet; readonly least: number; readonly most: number; readonly edge: CharacterSet }
  /** Not followed by a character of the set. */
  | { readonly not: CharacterSet };

const NO_CHARACTER = characters('');

export interface Match {
  /** -1 if the pattern is not there. */
  readonly end: number;
  /** Could more text after the end of this one change that? */
  readonly open: boolean;
}

export const literal = (...literals: readonly string[]): Part => ({ literals });
export const run = (set: CharacterSet, least: number, most: number, edge = NO_CHARACTER): Part => ({
  set,
  least,
  most,
  edge,
});
/** Exactly so many, and no more of them. */
export const exactly = (set: CharacterSet, count: number): readonly Part[] => [
  run(set, count, count),
  { not: set },
];

/** Reads the pattern at `start`. */
export function matchAt(text: string, start: number, parts: readonly Part[]): Match {
  let end = start;
  let open = false;
  for (const part of parts) {
    const next = matchPart(text, end, part);
    open ||= next.open;
    if (next.end === -1) return { end: -1, open };
    end = next.end;
  }
  return { end, open };
}

function matchPart(text: string, at: number, part: Part): Match {
  if ('literals' in part) return matchLiteral(text, at, part.literals);
  if ('not' in part) return { end: isAt(text, at, part.not) ? -1 : at, open: at === text.length };
  const stop = runEnd(text, at, part.set, at + part.most);
  let end = stop;
  while (end > at && isAt(text, end - 1, part.edge)) end -= 1;
  return { end: end - at < part.least ? -1 : end, open: stop === text.length && stop - at < part.most };
}

function matchLiteral(text: string, at: number, literals: readonly string[]): Match {
  let open = false;
  for (const one of literals) {
    if (text.startsWith(one, at)) return { end: at + one.length, open };
    open ||= text.length - at < one.length && one.startsWith(text.slice(at));
  }
  return { end: -1, open };
}

/** The longest text that a pattern takes up, with what it must see after it. */
export function reachOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + longest(part), 1);
}

function longest(part: Part): number {
  if ('literals' in part) return Math.max(...part.literals.map((one) => one.length));
  return 'not' in part ? 0 : part.most;
}

/**
 * Credential formats as a reader of regular expressions knows them: literals, classes with a count, and a backslash
 * before what would mean something else. `ghp_[A-Za-z0-9]{36,255}`, `SG\.[\w-]{22}`. Nothing goes back in such a
 * pattern: each class takes what it can.
 */
import { type CharacterSet, characters } from '../characters.ts';
import { literal, type Part, run } from './pattern.ts';

export interface Format {
  /** What it begins with. */
  readonly prefix: string;
  readonly body: readonly Part[];
}

/** A full stop behind it ends a sentence. */
const DOT = characters('.');

const PIECE = /\[((?:[^\]\\]|\\.)+)\]\{(\d+)(?:,(\d+))?\}|\\(.)|([^\\[\]{}()|?*+.^$])/gy;

/**
 * Reads a format. A class with one count that ends it may not go on after it: it would be something longer.
 * @throws at what is not of this notation: it stands in our own code
 */
export function parseFormat(source: string): Format {
  const parts: Part[] = [];
  let text = '';
  let last: CharacterSet | undefined;
  const flush = () => {
    if (text !== '') parts.push(literal(text));
    text = '';
  };
  PIECE.lastIndex = 0;
  let read = 0;
  for (const [whole, set, least, most, escaped, plain] of source.matchAll(PIECE)) {
    read += whole.length;
    if (set === undefined) {
      text += escaped ?? plain;
      last = undefined;
      continue;
    }
    flush();
    const members = characters(set.replaceAll('\\w', 'A-Za-z0-9_').replaceAll('\\', ''));
    parts.push(run(members, Number(least), Number(most ?? least), DOT));
    last = most === undefined ? members : undefined;
  }
  flush();
  if (read !== source.length) throw new Error(`Not a format: ${source}`);
  if (last !== undefined) parts.push({ not: last });
  const [first] = parts;
  if (first === undefined || !('literals' in first)) return { prefix: '', body: parts };
  return { prefix: first.literals[0] ?? '', body: parts.slice(1) };
}

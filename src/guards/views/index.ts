/**
 * The ways in which a text may be read besides as it stands. Only those that something in the text suggests, and again
 * on what they give, to a bounded depth and size.
 */
import { base16, base32, base64, base85, uuencode } from './bases.ts';
import { atbash, reversed, reversedWords, rot13 } from './ciphers.ts';
import { CLUE, cluesIn } from './clues.ts';
import { braille, morse, nato } from './codes.ts';
import { joined, unleet } from './collapsed.ts';
import { backslashes, entities, percent, quotedPrintable } from './escapes.ts';
import { hidden, normal, unturned } from './normal.ts';
import type { Traced, View } from './view.ts';

export type { View } from './view.ts';

/** A way to read: its name, what suggests it, and how. */
interface Way {
  readonly name: string;
  readonly clue: number;
  readonly read: (text: string) => Traced | undefined;
}

const WAYS: readonly Way[] = [
  { name: 'normal', clue: CLUE.letters, read: normal },
  { name: 'hidden', clue: CLUE.letters, read: hidden },
  { name: 'bidi', clue: CLUE.letters, read: unturned },
  { name: 'percent', clue: CLUE.percent, read: percent },
  { name: 'entities', clue: CLUE.entity, read: entities },
  { name: 'escapes', clue: CLUE.backslash, read: backslashes },
  { name: 'quoted-printable', clue: CLUE.equals, read: quotedPrintable },
  { name: 'base64', clue: CLUE.run, read: base64 },
  { name: 'base32', clue: CLUE.run, read: base32 },
  { name: 'base16', clue: CLUE.run | CLUE.hex, read: base16 },
  { name: 'base85', clue: CLUE.run, read: base85 },
  { name: 'uuencode', clue: CLUE.run | CLUE.collapsed, read: uuencode },
  { name: 'joined', clue: CLUE.collapsed, read: joined },
  { name: 'leet', clue: CLUE.collapsed, read: unleet },
  { name: 'morse', clue: CLUE.morse, read: morse },
  { name: 'braille', clue: CLUE.braille, read: braille },
  { name: 'nato', clue: CLUE.nato, read: nato },
  { name: 'rot13', clue: CLUE.cipher, read: rot13 },
  { name: 'atbash', clue: CLUE.cipher, read: atbash },
  { name: 'reversed', clue: CLUE.cipher, read: reversed },
  { name: 'reversed-words', clue: CLUE.cipher, read: reversedWords },
];

const ONCE = CLUE.cipher | CLUE.letters | CLUE.collapsed;
/** How often what was read is read again. */
const DEPTH = 2;
const MOST_VIEWS = 24;
/** All views together are at most so many times as long as the text. */
const MOST_TIMES = 6;

/** Not the text itself. Nothing for nearly all texts. @param text of bounded length: see ASSESSED */
export function viewsOf(text: string): readonly View[] {
  const views: View[] = [];
  const seen = new Set([text]);
  let left = text.length * MOST_TIMES;
  /** What one of a kind gave is not read by its kind again, but for what has layers. */
  const read = (parent: View | undefined, depth: number, before: number) => {
    const source = parent?.text ?? text;
    const clues = cluesIn(source);
    for (const way of WAYS) {
      if ((clues & way.clue) === 0 || views.length >= MOST_VIEWS || way.clue === before) continue;
      const traced = way.read(source);
      if (traced === undefined || traced.text.length > left || seen.has(traced.text)) continue;
      seen.add(traced.text);
      left -= traced.text.length;
      const view = viewOf(way.name, traced, parent);
      views.push(view);
      if (depth < DEPTH) read(view, depth + 1, way.clue & ONCE);
    }
  };
  read(undefined, 0, 0);
  return views;
}

function viewOf(name: string, { text, starts, ends }: Traced, parent: View | undefined): View {
  const toRaw = (start: number, end: number) => {
    let first = starts[start] ?? 0;
    let last = ends[Math.max(start, end - 1)] ?? 0;
    // What is turned round ends where it begins.
    if (last <= first) [first, last] = [starts[Math.max(start, end - 1)] ?? 0, ends[start] ?? 0];
    return parent === undefined ? { start: first, end: last } : parent.toRaw(first, last);
  };
  return { name: parent === undefined ? name : `${parent.name}>${name}`, text, toRaw };
}

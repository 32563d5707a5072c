/** Detectors for credentials that begin with a prefix of their own. */
import type { Finding } from '../../core/finding.ts';
import { ALPHANUMERIC, beginsWord, type CharacterSet } from '../characters.ts';
import type { Detector } from '../detector.ts';
import { literal, type Match, matchAt, type Part, reachOf } from './pattern.ts';

export interface TokenForm {
  readonly prefixes: readonly string[];
  /** A part of every prefix that is rare in other text: what is looked for first. */
  readonly anchor: string;
  /** What follows the prefix. */
  readonly body: readonly Part[];
  /** What may not stand before the prefix. */
  readonly word: CharacterSet;
}

/** A form of a credential. The anchor is the prefix itself, unless several prefixes share a rarer part. */
export function form(
  prefixes: string | readonly string[],
  body: readonly Part[],
  anchor?: string,
): TokenForm {
  const all = typeof prefixes === 'string' ? [prefixes] : prefixes;
  return { prefixes: all, anchor: anchor ?? all[0] ?? '', body, word: ALPHANUMERIC };
}

/** Fewer different characters than this among its last are a stand-in in somebody's documentation. */
const LEAST_VARIETY = 5;
const LAST = 16;

/** A form, ready to be looked for. */
interface Compiled {
  readonly anchor: string;
  /** Where the anchor stands in the prefixes, each offset once. */
  readonly offsets: readonly number[];
  readonly parts: readonly Part[];
  readonly word: CharacterSet;
}

/** Finds every form of one provider's credentials. */
export function token(type: string, label: string, forms: readonly TokenForm[]): Detector {
  const compiled = forms.map(compile);
  const beginnings = beginningsOf(forms);
  const reach = Math.max(...compiled.map(({ parts }) => reachOf(parts)));

  const find = (text: string, from = 0): readonly Finding[] => {
    const found: Finding[] = [];
    for (const form of compiled) collect(text, from, form, type, found);
    return found.length > 1 ? withoutOverlaps(found) : found;
  };

  const open = (text: string): number => {
    let first = partialPrefix(text, beginnings);
    const from = Math.max(0, text.length - reach);
    for (const form of compiled) first = Math.min(first, firstOpen(text, from, form));
    return first;
  };

  return { type, label, find, open, reach };
}

function compile({ prefixes, anchor, body, word }: TokenForm): Compiled {
  const offsets = [...new Set(prefixes.map((prefix) => prefix.indexOf(anchor)))];
  return { anchor, offsets, parts: [literal(...prefixes), ...body], word };
}

function collect(text: string, from: number, form: Compiled, type: string, found: Finding[]): void {
  for (let at = text.indexOf(form.anchor, from); at !== -1; at = text.indexOf(form.anchor, at + 1)) {
    for (const offset of form.offsets) {
      const start = at - offset;
      const { end } = start >= from ? matchWord(text, start, form) : NOTHING;
      if (end !== -1 && isVaried(text, end)) found.push({ type, start, end, score: 0.98 });
    }
  }
}

const NOTHING: Match = { end: -1, open: false };

/** Where a word begins is the cheaper question, and asked first. */
function matchWord(text: string, start: number, { parts, word }: Compiled): Match {
  return start >= 0 && beginsWord(text, start, word) ? matchAt(text, start, parts) : NOTHING;
}

function isVaried(text: string, end: number): boolean {
  return new Set(text.slice(end - LAST, end)).size >= LEAST_VARIETY;
}

/** The earliest first, of two that start together the longer, and nothing that begins inside of one kept. */
function withoutOverlaps(found: Finding[]): Finding[] {
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return found.filter((one) => {
    if (one.start < end) return false;
    end = one.end;
    return true;
  });
}

/** The first place with a whole anchor whose credential is not at its end yet. */
function firstOpen(text: string, from: number, form: Compiled): number {
  let first = text.length;
  for (let at = text.indexOf(form.anchor, from); at !== -1; at = text.indexOf(form.anchor, at + 1)) {
    for (const offset of form.offsets) {
      if (at - offset < first && matchWord(text, at - offset, form).open) first = at - offset;
    }
  }
  return first;
}

/** Beginnings of prefixes too short to hold their anchor, by the code of their last character. */
type Beginnings = ReadonlyMap<number, readonly { readonly text: string; readonly word: CharacterSet }[]>;

function beginningsOf(forms: readonly TokenForm[]): Beginnings {
  const all = new Map<number, { text: string; word: CharacterSet }[]>();
  for (const { prefixes, anchor, word } of forms) {
    for (const text of new Set(prefixes.flatMap((prefix) => beginnings(prefix, anchor)))) {
      const last = text.charCodeAt(text.length - 1);
      all.set(last, [...(all.get(last) ?? []), { text, word }]);
    }
  }
  return all;
}

function beginnings(prefix: string, anchor: string): string[] {
  const most = prefix.indexOf(anchor) + anchor.length - 1;
  return Array.from({ length: most }, (_, at) => prefix.slice(0, at + 1));
}

/** Where the longest beginning of a prefix starts that the text ends with; the text's length if it ends with none. */
function partialPrefix(text: string, all: Beginnings): number {
  let first = text.length;
  for (const { text: beginning, word } of all.get(text.charCodeAt(text.length - 1)) ?? []) {
    const start = text.length - beginning.length;
    if (start < first && text.endsWith(beginning) && beginsWord(text, start, word)) first = start;
  }
  return first;
}

/** The strings of a JSON text: their values, and edits of their values as edits of the text. */
import type { Edit, Span } from '../core/finding.ts';

const BACKSLASH = 0x5c;
const LOWER_U = 0x75;

/** The value of a string token. */
export function stringValue(
  text: string,
  token: Span & { readonly escaped: boolean; readonly value?: string | undefined },
): string {
  if (token.value !== undefined) return token.value;
  if (!token.escaped) return text.slice(token.start + 1, token.end - 1);
  return JSON.parse(text.slice(token.start, token.end)) as string;
}

/** A text as a JSON string, quotes included. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** A text as it stands between the quotes of a JSON string. */
export function quoteInner(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

const BREAKS: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/**
 * A string's value that is JSON itself, or a piece of it, as a detector should see it: as it is written, but for
 * escapes of white space and of characters beyond ASCII. Those become spaces and the character, as long as they were,
 * so that no `n` of a line break looks like the beginning of a word and every place stays the same.
 */
export function nestedView(value: string): string {
  let at = value.indexOf('\\');
  if (at < 0) return value;
  let view = '';
  let copied = 0;
  for (; at >= 0; at = value.indexOf('\\', copied)) {
    const end = at + escapeLength(value, at);
    const shown = shownAs(value, at, end);
    view += value.slice(copied, at) + shown.padStart(end - at);
    copied = end;
  }
  return view + value.slice(copied);
}

function shownAs(value: string, start: number, end: number): string {
  const written = value.slice(start, end);
  if (written.length !== 6) return BREAKS.get(written.slice(1)) ?? written;
  const unit = Number.parseInt(written.slice(2), 16);
  return unit < 0x80 ? written : String.fromCharCode(unit);
}

/**
 * Edits of a string's value as edits of the text that the string stands in. Every character of the token that no
 * edit covers stays as it is, escapes as they were written.
 * @param token the string token, quotes included
 * @param edits of the value; ordered, not overlapping
 * @param json the value is JSON itself: what is put in is escaped twice, and no escape inside is cut in two
 */
export function editString(text: string, token: Span, edits: readonly Edit[], json: boolean): Edit[] {
  const whole = json ? keepEscapesWhole(JSON.parse(text.slice(token.start, token.end)), edits) : edits;
  const offsets = whole.flatMap((edit) => [edit.start, edit.end]);
  const places = positions(text, { start: token.start + 1, end: token.end - 1 }, offsets);
  return edits.map((edit, i) => ({
    start: places[2 * i] ?? token.end - 1,
    end: places[2 * i + 1] ?? token.end - 1,
    text: quoteInner(json ? quoteInner(edit.text) : edit.text),
  }));
}

/** An edit that starts inside an escape starts behind it; one that ends inside an escape takes all of it. */
function keepEscapesWhole(value: string, edits: readonly Edit[]): Edit[] {
  let at = 0;
  const boundary = (offset: number): number => {
    while (at < offset) at += escapeLength(value, at);
    return at;
  };
  return edits.map((edit) => ({ ...edit, start: boundary(edit.start), end: boundary(edit.end) }));
}

/** Where the code units of an escaped text begin in the text itself. @param offsets ascending */
function positions(text: string, inner: Span, offsets: readonly number[]): number[] {
  let at = inner.start;
  let unit = 0;
  return offsets.map((offset) => {
    for (; unit < offset && at < inner.end; unit += 1) at += escapeLength(text, at);
    return at;
  });
}

/** How long the writing of one code unit is: 1 if it is no escape, or not a complete one. */
function escapeLength(text: string, at: number): number {
  if (text.charCodeAt(at) !== BACKSLASH) return 1;
  if (text.charCodeAt(at + 1) === LOWER_U) return /^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6)) ? 6 : 1;
  return '"\\/bfnrt'.includes(text[at + 1] ?? ' ') ? 2 : 1;
}

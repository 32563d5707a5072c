/**
 * `NAME = value` in its many spellings: `api_key: "…"`, `--token=…`, `{"client_secret":"…"}`, `<password>…</password>`,
 * `Set("token", "…")`. Where the value stands behind a name; what it must be, is each recognizer's own.
 */
import { characters, isAt, runEnd } from '../characters.ts';

/** What a name goes on with behind the word that makes it one of a secret. */
const NAME = characters('A-Za-z0-9_. -');
const MOST_NAME = 24;
/** What closes the name: a quote, a bracket, the backslash of an escape. */
const CLOSING = characters(' \t"\'`)]\\');
const MOST_CLOSING = 4;
/** `=`, `:=`, `=>`, `::`, `||`, `,`, `>`, `?=`. */
const OPERATOR = characters('=:>|?,');
const MOST_OPERATOR = 4;
/** What opens the value, on this line or the next. */
const OPENING = characters(' \t\r\n"\'`([\\');
const MOST_OPENING = 12;

/** `my password is …`, `das Passwort für den Server lautet …`: how people say it. */
const SAID =
  /[A-Za-z0-9_. -]{0,24}?["'`]?[ ](?:is|was|are|ist|war|lautet|es|est|é|è|wäre)(?:[ ]?:)?[ \t\r\n]{1,2}["'`(]{0,2}/y;
/** `API_KEY abc`, `token abc`: nothing but a space between. */
const BESIDE = /[A-Za-z0-9_-]{0,24}[ ]{1,2}["'`]?/y;

/** The longest name behind its word, with all that stands between it and its value. */
export const MOST_BETWEEN = MOST_NAME + MOST_CLOSING + MOST_OPERATOR + MOST_OPENING;

/**
 * Where the value begins that is given to the name whose word ends at `from`.
 * @returns -1 if none is; a value that has not come yet begins nowhere, either
 */
export function valueAfter(text: string, from: number): number {
  const given = valueGiven(text, from);
  return given === -1 ? endOf(SAID, text, from) : given;
}

/** The same of a name with nothing but space behind it. */
export function valueBeside(text: string, from: number): number {
  return endOf(BESIDE, text, from);
}

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) && pattern.lastIndex < text.length ? pattern.lastIndex : -1;
}

function valueGiven(text: string, from: number): number {
  const named = nameEnd(text, from);
  const closed = runEnd(text, named, CLOSING, named + MOST_CLOSING);
  const given = runEnd(text, closed, OPERATOR, closed + MOST_OPERATOR);
  if (given === closed || (text[closed] === ',' && !isAt(text, named, QUOTE))) return -1;
  const start = runEnd(text, given, OPENING, given + MOST_OPENING);
  // `\n` and its like: the letter belongs to the escape.
  return text[start - 1] === '\\' || start === text.length ? -1 : start;
}

/** A name does not end in spaces: they stand before its operator. */
function nameEnd(text: string, from: number): number {
  let end = runEnd(text, from, NAME, from + MOST_NAME);
  while (end > from && isAt(text, end - 1, SPACE)) end -= 1;
  return end;
}

const SPACE = characters(' ');
/** Behind a name in quotes, a comma gives it the next argument. */
const QUOTE = characters('"\'`\\');

const STOP = characters('.,;:');

/** Where a value ends that stops at `stop`: what ends a sentence is not of its last word. */
export function withoutStops(text: string, start: number, stop: number): number {
  let end = stop;
  while (end > start && isAt(text, end - 1, STOP)) end -= 1;
  return end;
}

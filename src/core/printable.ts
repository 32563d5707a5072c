/**
 * Text of others, made fit for a log, a record or a terminal: every character that could steer a reader's screen or
 * hide in it is written as a JSON escape. What is left reads the same to a JSON parser.
 */

/**
 * Controls (ANSI escape sequences begin with one), format characters (bidirectional controls, zero-width characters,
 * tags), line and paragraph separators, lone surrogates, and whatever else Unicode says a reader does not see.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** Escapes what cannot be printed safely, as `\uXXXX` for each UTF-16 code unit. Linear in the length of the text. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escapeUnits);
}

/** At most `length` UTF-16 code units of a text, an ellipsis in place of the rest, all of it printable. */
export function excerpt(text: string, length: number): string {
  return printable(clip(text, length));
}

/** At most `length` UTF-16 code units of a text, with an ellipsis as the last where something is missing. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function escapeUnits(match: string): string {
  let out = '';
  for (let i = 0; i < match.length; i++) out += `\\u${match.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return out;
}

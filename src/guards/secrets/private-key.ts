/**
 * Private keys in textual encoding (RFC 7468, and the older forms of OpenSSL, OpenSSH and PGP): from the opening
 * line through the closing one or, where that is missing, through the last long line of base64. Line ends may be
 * written as escapes, as they are in JSON and in environment files.
 */
import { characters, isAt, runEnd } from '../characters.ts';
import type { Page } from '../engine/page.ts';
import { found, NOTHING, type Reading, type Recognizer } from '../engine/recognizer.ts';
import { literal, type Match, matchAt, type Part, reachOf } from './pattern.ts';

const DASHES = '-----';
const BEGIN = `${DASHES}BEGIN `;
const KINDS = ['RSA ', 'DSA ', 'EC ', 'OPENSSH ', 'ENCRYPTED ', 'ANY ', 'PGP ', ''];
const OPENING: readonly Part[] = [
  literal(BEGIN),
  literal(...KINDS),
  literal('PRIVATE KEY'),
  literal(' BLOCK', ''),
  literal(DASHES),
];
const CLOSING: readonly Part[] = [literal(`${DASHES}END `), ...OPENING.slice(1)];

/** Enough for an RSA key of 8,192 bits with its headers. */
const MOST_BODY = 8192;
const REACH = reachOf(OPENING) + MOST_BODY + reachOf(CLOSING);

const BASE64 = characters('A-Za-z0-9+/=');
/** What stands between lines of base64: white space, escapes, and the rest of an encrypted key's headers. */
const BETWEEN = characters(' \t\r\n\\:,.()');
/** A line of base64 at least this long makes it a key and not a text about keys. */
const LONG_LINE = 32;
/** What lies between two such lines, or before the first, is no longer than this. */
const MOST_GAP = 256;

/** Where the body that begins at `from` stops, and where its last long line ends (-1 if it has none). */
function readBody(text: string, from: number): { readonly stop: number; readonly lastLine: number } {
  const limit = from + MOST_BODY;
  let lastLine = -1;
  let at = from;
  for (;;) {
    const stop = runEnd(text, at, BASE64, limit);
    if (stop - at >= LONG_LINE) lastLine = stop;
    if (stop >= limit || !isBetween(text, stop)) return { stop, lastLine };
    at = stop + 1;
    if (at - Math.max(from, lastLine) > MOST_GAP) return { stop: at, lastLine };
  }
}

/** A single hyphen stands in headers; more of them begin the next line of the frame. */
function isBetween(text: string, at: number): boolean {
  if (text[at] === '-') return at + 1 < text.length && text[at + 1] !== '-';
  return isAt(text, at, BETWEEN);
}

/** Reads the key that opens at `start`. */
function readKey(text: string, start: number): Match {
  const opening = matchAt(text, start, OPENING);
  if (opening.end === -1) return opening;
  const { stop, lastLine } = readBody(text, opening.end);
  const closing = matchAt(text, stop, CLOSING);
  const end = lastLine !== -1 && closing.end !== -1 ? closing.end : lastLine;
  return { end, open: closing.open };
}

function read({ text }: Page, start: number): Reading {
  const { end, open } = readKey(text, start);
  return end === -1 && !open ? NOTHING : found(start, end, 1, open);
}

export const privateKey: Recognizer = {
  type: 'secret.private_key',
  label: 'PRIVATE_KEY',
  readers: [{ triggers: [{ on: 'literal', literals: [BEGIN], begins: true }], reach: REACH, read }],
};

/**
 * Private keys in textual encoding (RFC 7468, and the older forms of OpenSSL, OpenSSH and PGP): from the opening
 * line through the closing one or, where that is missing, through the last long line of base64. Line ends may be
 * written as escapes, as they are in JSON and in environment files.
 */
import type { Finding } from '../../core/finding.ts';
import { characters, isAt, runEnd } from '../characters.ts';
import type { Detector } from '../detector.ts';
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

function find(text: string, from = 0): readonly Finding[] {
  const found: Finding[] = [];
  for (let at = text.indexOf(BEGIN, from); at !== -1; at = text.indexOf(BEGIN, at + 1)) {
    const { end } = readKey(text, at);
    if (end === -1) continue;
    found.push({ type: privateKey.type, start: at, end, score: 1 });
    at = end - 1;
  }
  return found;
}

function open(text: string): number {
  const from = Math.max(0, text.length - REACH);
  for (let at = text.indexOf(BEGIN, from); at !== -1; at = text.indexOf(BEGIN, at + 1)) {
    if (readKey(text, at).open) return at;
  }
  for (let length = Math.min(BEGIN.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(BEGIN.slice(0, length))) return text.length - length;
  }
  return text.length;
}

export const privateKey: Detector = {
  type: 'secret.private_key',
  label: 'PRIVATE_KEY',
  find,
  open,
  reach: REACH,
};

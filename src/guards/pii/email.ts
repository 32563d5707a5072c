/**
 * E-mail addresses: what people write of RFC 5321's grammar, without quoted local parts and address literals.
 * Latin letters with diacritics count as letters on both sides of the `@`. A domain ends with its last label that
 * begins with two letters, so that a full stop, a version or a path after it is no part of the address.
 */
import type { Finding } from '../../core/finding.ts';
import type { CharacterSet } from '../characters.ts';
import { characters, endsEscape, isAt } from '../characters.ts';
import type { Detector } from '../detector.ts';

/** RFC 5321, 4.5.3.1: the longest local part and domain; RFC 1035, 2.3.4: the longest label. */
const LOCAL = 64;
const DOMAIN = 253;
const LABEL = 63;
const REACH = LOCAL + 1 + DOMAIN + 1;

const LOCAL_PART = characters("A-Za-z0-9._%+'-");
/** Not believed as the first character of a local part: quotes, bullets, the rest of an ellipsis. */
const LOCAL_EDGE = characters(".'%-");
const LABEL_PART = characters('A-Za-z0-9-');
const ASCII_LETTER = characters('A-Za-z');

/** Is it a letter of the Latin-1 or Latin Extended blocks? */
function isLatin(code: number): boolean {
  return code >= 0xc0 && code <= 0x24f && code !== 0xd7 && code !== 0xf7;
}

function isPart(text: string, index: number, set: CharacterSet): boolean {
  return isAt(text, index, set) || isLatin(text.charCodeAt(index));
}

/** Where the local part that ends before `at` begins; `at` if there is none. Never before `from`. */
function localStart(text: string, at: number, from: number): number {
  const least = Math.max(from, at - LOCAL);
  let start = at;
  while (start > least && isPart(text, start - 1, LOCAL_PART) && !endsEscape(text, start - 1)) {
    if (text[start - 1] === '.' && text[start] === '.') break;
    start -= 1;
  }
  while (start < at && isAt(text, start, LOCAL_EDGE)) start += 1;
  return start;
}

/** Where the domain that begins at `at` ends (-1 if there is none), and whether more text could change that. */
function readDomain(text: string, at: number): { readonly end: number; readonly open: boolean } {
  const limit = at + DOMAIN;
  let end = -1;
  let label = at;
  for (;;) {
    const stop = labelEnd(text, label, limit);
    if (stop - label > LABEL || stop === label) return { end, open: stop === text.length && stop === label };
    const top = label === at ? label : topLevelEnd(text, label, stop);
    if (top > label) end = top;
    if (stop === text.length) return { end, open: stop < limit };
    if (text[stop] !== '.' || stop + 1 >= limit) return { end, open: false };
    label = stop + 1;
  }
}

function labelEnd(text: string, from: number, limit: number): number {
  const most = Math.min(limit, from + LABEL + 1, text.length);
  let at = from;
  while (at < most && isPart(text, at, LABEL_PART)) at += 1;
  return at;
}

/** The end of a label read as a top-level domain: its leading letters, or all of it if it is in Punycode. */
function topLevelEnd(text: string, label: number, stop: number): number {
  if (text.startsWith('xn--', label)) return stop;
  let at = label;
  while (at < stop && (isAt(text, at, ASCII_LETTER) || isLatin(text.charCodeAt(at)))) at += 1;
  return at - label >= 2 ? at : label;
}

function find(text: string, from = 0): readonly Finding[] {
  const found: Finding[] = [];
  let least = from;
  for (let at = text.indexOf('@', from); at !== -1; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at, least);
    if (start === at) continue;
    const { end } = readDomain(text, at + 1);
    if (end === -1) continue;
    found.push({ type: email.type, start, end, score: 0.95 });
    least = end;
    at = end - 1;
  }
  return found;
}

function open(text: string): number {
  const from = Math.max(0, text.length - REACH);
  for (let at = text.indexOf('@', from); at !== -1; at = text.indexOf('@', at + 1)) {
    if (!readDomain(text, at + 1).open) continue;
    const start = localStart(text, at, 0);
    if (start < at) return start;
  }
  return localStart(text, text.length, 0);
}

export const email: Detector = { type: 'pii.email', label: 'EMAIL', find, open, reach: REACH };

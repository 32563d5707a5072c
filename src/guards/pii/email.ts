/**
 * E-mail addresses: what people write of RFC 5321's grammar, without quoted local parts and address literals.
 * Latin letters with diacritics count as letters on both sides of the `@`. A domain ends with its last label that
 * begins with two letters, so that a full stop, a version or a path after it is no part of the address.
 */
import type { CharacterSet } from '../characters.ts';
import { characters, endsEscape, isAt } from '../characters.ts';
import type { Page } from '../engine/page.ts';
import { found, NOTHING, type Reading, type Recognizer } from '../engine/recognizer.ts';

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

/** Where the local part that ends before `at` begins; `at` if there is none. */
function localStart(text: string, at: number): number {
  const least = Math.max(0, at - LOCAL);
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

/** @param at of the `@` */
function read({ text }: Page, at: number): Reading {
  const start = localStart(text, at);
  if (start === at) return NOTHING;
  const { end, open } = readDomain(text, at + 1);
  return end === -1 && !open ? NOTHING : found(start, end, 0.95, open);
}

export const email: Recognizer = {
  type: 'pii.email',
  label: 'EMAIL',
  readers: [
    {
      triggers: [{ on: 'literal', literals: ['@'], begins: true }],
      reach: REACH,
      read,
      tail: (text) => localStart(text, text.length),
    },
  ],
};

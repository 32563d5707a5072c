/**
 * Payment card numbers (ISO/IEC 7812-1): 12 to 19 digits that begin as a known issuer's and pass Luhn's check,
 * written without gaps or in equal groups with one space or hyphen between them, as cards print them or as somebody
 * does who wants them not to be found.
 */
import { beginsWord, characters, DIGIT, isAt, runEnd } from '../characters.ts';
import { hasPhrase, phrases } from '../context/phrases.ts';
import type { Page } from '../engine/page.ts';
import { found, NOTHING, type Reading, type Recognizer } from '../engine/recognizer.ts';
import { passesLuhn } from './checks.ts';

const LEAST = 12;
const MOST = 19;
/** Twelve digits are much else: only a word before them makes them a card. */
const CARD = phrases(
  'card, card number, credit card, debit card, cc, karte, kartennummer, kreditkarte, carte, tarjeta, cartão, carta',
);
/** Every digit with its separator, and what follows the last. */
const REACH = 2 * MOST + 2;

/** First and last prefix of an issuer, and the lengths it issues. */
type Issuer = readonly [first: number, last: number, lengths: readonly number[]];

const LONG = [16, 17, 18, 19];
const ISSUERS: readonly Issuer[] = [
  [4, 4, [13, 16, 19]], // Visa
  [51, 55, [16]], // Mastercard
  [2221, 2720, [16]],
  [34, 34, [15]], // American Express
  [37, 37, [15]],
  [6011, 6011, LONG], // Discover
  [644, 659, LONG],
  [300, 305, [14, 16, 17, 18, 19]], // Diners Club
  [3095, 3095, [14, 16, 17, 18, 19]],
  [36, 36, [14, 15, 16, 17, 18, 19]],
  [38, 39, [14, 16, 17, 18, 19]],
  [3528, 3589, LONG], // JCB
  [2131, 2131, [15]],
  [1800, 1800, [15]],
  [62, 62, LONG], // UnionPay
  [810, 817, LONG],
  [50, 50, [12, 13, 14, 15, ...LONG]], // Maestro
  [56, 58, [12, 13, 14, 15, ...LONG]],
  [63, 63, [12, 13, 14, 15, ...LONG]],
  [67, 67, [12, 13, 14, 15, ...LONG]],
  [2200, 2204, LONG], // Mir
  [60, 60, [16]], // RuPay
  [81, 82, [16]],
  [9792, 9792, [16]], // Troy
];

/** Lengths that are issued, by the first four digits, one bit a length. */
const LENGTHS = issuedLengths();

function issuedLengths(): Uint32Array {
  const table = new Uint32Array(10_000);
  for (const [first, last, lengths] of ISSUERS) {
    const scale = 10 ** (4 - String(first).length);
    for (let prefix = first * scale; prefix < (last + 1) * scale; prefix += 1) {
      for (const length of lengths) table[prefix] = (table[prefix] ?? 0) | (1 << length);
    }
  }
  return table;
}

function isCard(digits: string): boolean {
  const lengths = LENGTHS[Number(digits.slice(0, 4))] ?? 0;
  return (lengths & (1 << digits.length)) !== 0 && passesLuhn(digits);
}

const WORD = characters('A-Za-z0-9_');
const SEPARATOR = characters(' -');

/** May a number begin at the digit at `index`? Not inside a word, another number or a decimal fraction. */
function begins(text: string, index: number): boolean {
  return beginsWord(text, index, WORD) && !(text[index - 1] === '.' && isAt(text, index - 2, DIGIT));
}

/** May a number end before `index`? */
function ends(text: string, index: number): boolean {
  return !isAt(text, index, WORD) && !(text[index] === '.' && isAt(text, index + 1, DIGIT));
}

/** Is a single separator at `index` with a digit on the other side of it? */
function joins(text: string, index: number, step: 1 | -1): boolean {
  return isAt(text, index, SEPARATOR) && isAt(text, index + step, DIGIT);
}

/** The groups of digits from `start` on that one separator joins, as far as they make up to 19 digits. */
function readGroups(
  text: string,
  start: number,
): { readonly sizes: readonly number[]; readonly digits: string } {
  const sizes: number[] = [];
  let digits = '';
  let end = start;
  const separator = text[runEnd(text, start, DIGIT, start + MOST + 1)];
  for (let from = start; ; from = end + 1) {
    const stop = runEnd(text, from, DIGIT, from + MOST + 1);
    if (digits.length + stop - from > MOST) break;
    sizes.push(stop - from);
    digits += text.slice(from, stop);
    end = stop;
    if (text[end] !== separator || !joins(text, end, 1)) break;
  }
  return { sizes, digits };
}

/** Is it one group, groups of one size with a shorter one last, or the way American Express and Diners Club print? */
function isPrinted(sizes: readonly number[]): boolean {
  const [first = 0, second = 0, third = 0] = sizes;
  if (first === 4 && second === 6 && sizes.length === 3) return third === 4 || third === 5;
  return sizes.every((size, at) => size === first || (at === sizes.length - 1 && size < first));
}

/**
 * The end of the card number that starts with the digit at `start`, or -1. The longest wins. Groups of fewer than
 * four digits are believed only if nothing else joins them: else every table of numbers would hold cards.
 */
function cardEnd(page: Page, start: number): number {
  const { text } = page;
  const alone = !joins(text, start - 1, -1);
  const { sizes, digits } = readGroups(text, start);
  const [first = 0] = sizes;
  if (first < 4 && !alone) return -1;
  for (let count = sizes.length, length = digits.length; length >= LEAST; length -= sizes[--count] ?? 0) {
    const end = start + length + count - 1;
    const whole = first >= 4 || !joins(text, end, 1);
    if (!whole || !ends(text, end) || !isPrinted(sizes.slice(0, count)) || !isCard(digits.slice(0, length)))
      continue;
    if (length > LEAST || hasPhrase(page.contextAt(start), CARD)) return end;
  }
  return -1;
}

/** Is the number that starts with the digit at `start` not at its end yet: do single separators join it to the end? */
function isOpen(text: string, start: number): boolean {
  let at = start;
  for (let left = MOST; left >= 0; ) {
    const stop = runEnd(text, at, DIGIT, at + left + 1);
    left -= stop - at;
    if (left < 0) return false;
    if (stop === text.length) return true;
    if (stop + 1 === text.length) return text[stop] === '.' || isAt(text, stop, SEPARATOR);
    if (!joins(text, stop, 1)) return false;
    at = stop + 1;
  }
  return false;
}

function read(page: Page, at: number): Reading {
  const { text } = page;
  if (!begins(text, at)) return NOTHING;
  const open = isOpen(text, at);
  const end = cardEnd(page, at);
  return end === -1 && !open ? NOTHING : found(at, end, 0.95, open);
}

export const card: Recognizer = {
  type: 'pii.card',
  label: 'CARD',
  readers: [{ triggers: [{ on: 'word', first: DIGIT }], reach: REACH, read }],
};

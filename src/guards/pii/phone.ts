/**
 * Telephone numbers: international ones (ITU-T E.123 and what people make of it) of every numbering plan, national
 * ones only as some countries print them, because digits in groups are most often something else.
 */
import type { Finding } from '../../core/finding.ts';
import { beginsWord, characters, DIGIT, isAt, nextMatch, runEnd } from '../characters.ts';
import type { Detector } from '../detector.ts';
import { type Region, regionalEnd } from './national.ts';
import { callingCodeLength, isAssigned } from './numbering.ts';

/** Room for 19 digits, each with as many separators as the patterns allow, and for what must follow. */
const REACH = 96;
const LEAST_DIGITS = 7;

const WORD = characters('A-Za-z0-9_');
const FIRST = /[0-9+(]/g;
const INNER = characters('0-9+()./ -');
const SEPARATOR = characters(' -');
const TIE = characters('./');

/**
 * A plus sign, then up to 19 digits: brackets only near the beginning, later single separators or a hyphen between
 * spaces. Neither repetition can fail once the first digit was there, so nothing is tried twice.
 */
const INTERNATIONAL = /\+\(?[1-9](?:[ ()-]{0,3}\d|[./]\d){0,6}(?:(?: - |[-. /])?\d){0,12}/y;

/** The end of the international number whose plus sign is at `start`, or -1: the longest one that is assigned. */
function internationalEnd(text: string, start: number): number {
  if (!beginsWord(text, start, WORD)) return -1;
  INTERNATIONAL.lastIndex = start;
  const written = INTERNATIONAL.exec(text)?.[0] ?? '';
  const digits = written.replaceAll(/\D/g, '');
  const code = callingCodeLength(digits);
  if (code === 0) return -1;
  let count = digits.length;
  for (let at = written.length; count >= LEAST_DIGITS; at -= 1) {
    if (!isAt(written, at - 1, DIGIT)) continue;
    if (!isAt(text, start + at, DIGIT) && isNumber(digits.slice(0, code), digits.slice(code, count)))
      return start + at;
    count -= 1;
  }
  return -1;
}

/** With the trunk prefix that many leave in, as in `+44 (0)20`. */
function isNumber(code: string, national: string): boolean {
  return isAssigned(code, national) || (national[0] === '0' && isAssigned(code, national.slice(1)));
}

/** The end of the national number that starts at `start`, or -1: the longest one of any region. */
function nationalEnd(text: string, start: number, regions: readonly Region[]): number {
  if (!beginsWord(text, start, WORD) || text[start - 1] === '+') return -1;
  let longest = -1;
  for (const region of regions) {
    const end = regionalEnd(text, start, region);
    if (end > longest && standsAlone(text, start, end)) longest = end;
  }
  return longest;
}

/** False where a separator that the number itself uses, a dot or a slash ties it to more digits on either side. */
function standsAlone(text: string, start: number, end: number): boolean {
  if (isAt(text, end, WORD)) return false;
  const written = text.slice(start, end);
  const ties = (at: number, digit: number) =>
    isAt(text, digit, DIGIT) &&
    (isAt(text, at, TIE) || (isAt(text, at, SEPARATOR) && written.includes(text[at] ?? '')));
  return !ties(start - 1, start - 2) && !ties(end, end + 1);
}

/**
 * @param regions whose national formats to believe. More of them find more, and mistake more.
 */
export function phone(regions: readonly Region[]): Detector {
  const type = 'pii.phone';
  const find = (text: string, from = 0): readonly Finding[] => {
    const found: Finding[] = [];
    for (let at = nextMatch(FIRST, text, from); at < text.length; at = nextMatch(FIRST, text, at)) {
      const international = text[at] === '+';
      const end = international ? internationalEnd(text, at) : nationalEnd(text, at, regions);
      if (end !== -1) found.push({ type, start: at, end, score: international ? 0.9 : 0.7 });
      at = end === -1 ? Math.max(at + 1, runEnd(text, at, DIGIT, text.length)) : end;
    }
    return found;
  };
  return { type, label: 'PHONE', find, open, reach: REACH };
}

/** The first character that may begin a number, of those that reach the end of the text by a number's characters. */
function open(text: string): number {
  const least = Math.max(0, text.length - REACH);
  let at = text.length;
  while (at > least && isAt(text, at - 1, INNER)) at -= 1;
  at = nextMatch(FIRST, text, at);
  return isAt(text, at, DIGIT) && isAt(text, at - 1, DIGIT)
    ? nextMatch(FIRST, text, runEnd(text, at, DIGIT, text.length))
    : at;
}

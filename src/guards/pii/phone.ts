/**
 * Telephone numbers: international ones (ITU-T E.123 and what people make of it) of every numbering plan, national
 * ones only as some countries print them, or after a word such as `tel`: digits in groups are most often something else.
 */
import { beginsWord, characters, DIGIT, isAt, runEnd } from '../characters.ts';
import { hasPhrase, phrases } from '../context/phrases.ts';
import type { Page } from '../engine/page.ts';
import { found, NOTHING, type Reading, type Recognizer } from '../engine/recognizer.ts';
import { REGIONS, type Region, regionalEnd } from './national.ts';
import { callingCodeLength, callingCodeOf, isAssigned } from './numbering.ts';

/** Room for 19 digits, each with as many separators as the patterns allow, and for what must follow. */
const REACH = 96;
const LEAST_DIGITS = 7;

const WORD = characters('A-Za-z0-9_');
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

/** What people write before a number that they want to be called at. */
const CALLED = phrases(
  'phone, phone number, telephone, tel, tel no, mobile, mobile number, cell, cellphone, call me at, fax, fax no',
  'text me at, whatsapp, contact number, phone no, telefon, telefonnummer, rufnummer, handy, handynummer, mobil',
  'téléphone, numéro de téléphone, teléfono, móvil, celular, telefone, telemóvel, telefono, cellulare',
  'telefoon, mobiel, telefonnr, puhelin, komórka, telefonu, тел, телефон, моб, τηλέφωνο, هاتف, جوال, טלפון',
  '电话, 電話, 手机, 手機, 携帯, 전화, 휴대폰, फ़ोन, फोन, โทร, điện thoại',
);

/** Digits in groups, as anybody may write them. */
const LOOSE = /\(?\d(?:[ ()./-]{0,3}\d){6,14}/y;
const MOST_LOOSE = 15;

/** Are there few digits, and no separator with another after them? So it is with most numbers. */
function isAlone(text: string, start: number): boolean {
  const end = runEnd(text, start, DIGIT, start + LEAST_DIGITS);
  return end > start && end < start + LEAST_DIGITS && !isAt(text, end, INNER);
}

/** The end of a number that the words before it call one, or -1. */
function calledEnd(text: string, start: number, plans: readonly string[] | undefined): number {
  if (!beginsWord(text, start, WORD) || text[start - 1] === '+') return -1;
  if (isAlone(text, start)) return -1;
  LOOSE.lastIndex = start;
  const written = LOOSE.exec(text)?.[0];
  if (written === undefined) return -1;
  const end = start + written.length;
  const digits = written.replaceAll(/\D/g, '');
  if (isAt(text, end, WORD) || !standsAlone(text, start, end) || new Set(digits).size < 2) return -1;
  return isCallable(digits, plans) ? end : -1;
}

/** Could it be dialled in one of these plans, or from anywhere, as far as its length goes? */
function isCallable(digits: string, plans: readonly string[] | undefined): boolean {
  const abroad = digits.startsWith('00') ? digits.slice(2) : digits;
  const code = callingCodeLength(abroad);
  if (code > 0 && isNumber(abroad.slice(0, code), abroad.slice(code))) return true;
  if (plans === undefined) return digits.length < MOST_LOOSE - 1;
  return plans.some((plan) => isNumber(plan, digits) || isAssigned(plan, digits.slice(1)));
}

/** Is more to come: do characters of numbers reach the end? */
function isOpen(text: string, start: number): boolean {
  const end = runEnd(text, start, INNER, start + REACH);
  return end === text.length && end < start + REACH;
}

/**
 * @param printed regions whose national formats are believed by themselves. More of them find more, and mistake more.
 * @param called regions whose numbers are believed after a word such as `tel`; those of all if missing
 */
export function phone(printed: readonly Region[], called?: readonly string[]): Recognizer {
  const plans = called?.map(callingCodeOf).filter((code) => code !== undefined);
  const read = (page: Page, at: number): Reading => {
    const { text } = page;
    const open = isOpen(text, at);
    if (text[at] === '+') {
      const end = internationalEnd(text, at);
      return end === -1 && !open ? NOTHING : found(at, end, 0.9, open);
    }
    const local = nationalEnd(text, at, printed);
    if (local !== -1) return found(at, local, 0.7, open);
    const loose = calledEnd(text, at, plans);
    const end = loose !== -1 && hasPhrase(page.contextAt(at), CALLED) ? loose : -1;
    return end === -1 && !open ? NOTHING : found(at, end, 0.8, open);
  };
  return {
    type: 'pii.phone',
    label: 'PHONE',
    readers: [
      {
        triggers: [
          { on: 'literal', literals: ['+', '('], begins: true },
          { on: 'word', first: DIGIT },
        ],
        reach: REACH,
        read,
      },
    ],
    within: (regions) =>
      phone(
        REGIONS.filter((region) => regions.includes(region)),
        regions,
      ),
  };
}

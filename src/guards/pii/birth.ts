/** Dates of birth: dates after words that say so. */
import { characters, DIGIT, isAt, runEnd } from '../characters.ts';
import { hasPhrase, phrases } from '../context/phrases.ts';
import type { Page } from '../engine/page.ts';
import { found, NOTHING, type Reading, type Recognizer, unfinished } from '../engine/recognizer.ts';
import { isDay } from './checks.ts';

const BORN = phrases(
  'born, born on, date of birth, dob, d o b, birth date, birthdate, birthday, birth, geboren, geboren am, geburtsdatum, geb, geb am',
  'né le, née le, date de naissance, naissance, fecha de nacimiento, nacido, nacida, nacimiento, data di nascita, nato il, nata il',
  'data de nascimento, nascido, nascida, nascimento, geboortedatum, geboren op, född, fødselsdato, født, syntymäaika',
  'data urodzenia, urodzony, urodzona, datum narození, narozen, дата рождения, родился, родилась, дата народження, ημερομηνία γέννησης',
  'doğum tarihi, تاريخ الميلاد, תאריך לידה, 出生, 出生日期, 生年月日, 생년월일, ngày sinh, जन्म तिथि, วันเกิด, tanggal lahir',
);

const MONTHS = new Map<string, number>(
  [
    'january jan janvier januar enero gennaio janeiro januari января',
    'february feb février februar febrero febbraio fevereiro februari февраля',
    'march mar mars märz marzo março maart марта',
    'april apr avril abril aprile апреля',
    'may mai mayo maggio maio mei мая',
    'june jun juin juni junio giugno junho июня',
    'july jul juillet juli julio luglio julho июля',
    'august aug août agosto augustus августа',
    'september sep sept septembre septiembre settembre setembro сентября',
    'october oct octobre oktober octubre ottobre outubro oktober октября',
    'november nov novembre noviembre novembro ноября',
    'december dec décembre dezember diciembre dicembre dezembro december декабря',
  ].flatMap((names, at) => names.split(' ').map((name) => [name, at + 1] as const)),
);

const AFTER_DAY = characters('-./ srnte');
const MONTH_BEGINNINGS = new Set([...MONTHS.keys()].map((name) => name.slice(0, 3)));

const isYear = (year: number) => year >= 1880 && year <= 2100;

function isNumericDate(id: string, written: readonly number[]): boolean {
  const [first = 0, second = 0, third = 0] = written;
  if (id.length === 0) return false;
  if (first > 31) return isYear(first) && isDay(second, third, first);
  const year = third < 100 ? 1900 + third : third;
  return isYear(year) && (isDay(second, first, year) || isDay(first, second, year));
}

const NUMERIC = /\d{1,4}([-./]| ?\. ?)\d{1,2}\1\d{2,4}/y;
const WORDED = /(?:\d{1,2}(?:st|nd|rd|th|\.|er)?(?: of| de)? )(\p{L}{3,10})\.?(?: de)?,? \d{4}/uy;
const MONTH_FIRST = /(\p{L}{3,10})\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}/uy;
/** The longest of them, and what follows. */
const REACH = 40;
const WORD = characters('A-Za-z0-9_');

function lengthAt(text: string, at: number): number {
  NUMERIC.lastIndex = at;
  const numeric = NUMERIC.exec(text)?.[0];
  if (numeric !== undefined && isNumericDate(numeric, numeric.split(/\D+/).map(Number)))
    return numeric.length;
  for (const shape of [WORDED, MONTH_FIRST]) {
    shape.lastIndex = at;
    const [worded = '', month = ''] = shape.exec(text) ?? [];
    const numbers = worded.match(/\d+/g)?.map(Number) ?? [];
    const known = MONTHS.get(month.toLowerCase());
    if (known !== undefined && isYear(numbers[1] ?? 0) && isDay(known, numbers[0] ?? 0, numbers[1]))
      return worded.length;
  }
  return 0;
}

function read(page: Page, at: number): Reading {
  const { text } = page;
  if (isAt(text, at - 2, DIGIT) && !isAt(text, at - 1, WORD) && text[at - 1] !== ' ') return NOTHING;
  const open = isBegun(text, at);
  const length = mayBeDate(text, at) ? lengthAt(text, at) : 0;
  const end = at + length;
  const whole = length > 0 && !isAt(text, end, WORD);
  if (!(whole || open) || !hasPhrase(page.contextAt(at), BORN)) return NOTHING;
  return whole ? found(at, end, 0.9, open) : unfinished(at);
}

/** A month begins with one of few letters, a year or a day goes on in few ways. */
function mayBeDate(text: string, at: number): boolean {
  if (isAt(text, at, DIGIT)) return isAt(text, runEnd(text, at, DIGIT, at + 5), AFTER_DAY);
  return MONTH_BEGINNINGS.has(text.slice(at, at + 3).toLowerCase());
}

/** Beginnings of dates, as long as they may go on. */
const BEGUN =
  /^(?:\d{1,4}(?:[-./ ]{0,3}\d{0,2}(?:[-./ ]{0,3}\d{0,4})?)?|\d{1,2}(?:st|nd|rd|th|\.|er)?(?: (?:o|of|d|de)?)? ?\p{L}{0,10}\.?(?: (?:d|de)?)?,? ?\d{0,4}|\p{L}{1,10}\.? ?\d{0,2}(?:s|st|n|nd|r|rd|t|th)?,? ?\d{0,4})$/u;

function isBegun(text: string, at: number): boolean {
  return text.length - at < REACH && BEGUN.test(text.slice(at));
}

export const birthDate: Recognizer = {
  type: 'pii.birth_date',
  label: 'BIRTH_DATE',
  readers: [
    {
      triggers: [{ on: 'word', first: characters('A-Z0-9') }],
      reach: REACH,
      read,
    },
  ],
};

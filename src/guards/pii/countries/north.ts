/** The Nordic and Baltic countries. */
import { digitAt, isDay, isDayMonthYear, isUniform, passesLuhn, raised, weighted } from '../checks.ts';
import { national, PERSON_NUMBER, TAX_NUMBER } from './identifier.ts';

const PERSON = new Set([...PERSON_NUMBER, ...TAX_NUMBER]);

/** Coordination numbers have 60 added to the day. */
const isSwedish = (id: string) => {
  const digits = id.slice(-10);
  const day = Number(digits.slice(4, 6));
  return isDay(Number(digits.slice(2, 4)), raised(day, 60)) && passesLuhn(digits);
};

/** Two check digits, modulus 11; 40 is added to the day of D numbers, 40 or 80 to the month of others. */
const isNorwegian = (id: string) => {
  const day = raised(Number(id.slice(0, 2)), 40);
  const month = Number(id.slice(2, 4)) % 40;
  return (
    isDay(month, day) &&
    weighted(id, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 === 0 &&
    weighted(id, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
  );
};

/** The sign between birthday and number tells the century; the check is a character of 31. */
const FINNISH = '0123456789ABCDEFHJKLMNPRSTUVWXY';
const isFinnish = (id: string) => {
  const digits = id.slice(0, 6) + id.slice(-4, -1);
  return isDayMonthYear(id) && /^\d+$/.test(digits) && FINNISH[Number(digits) % 31] === id.at(-1);
};

/** Days, months and a serial number; modulus 11 has not been kept since 2007. */
const isDanish = (id: string) => isDayMonthYear(id) && !isUniform(id);

const isIcelandic = (id: string) =>
  isDay(Number(id.slice(2, 4)), raised(Number(id.slice(0, 2)), 40)) &&
  weighted(id, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0 &&
  /[089]$/.test(id);

/** Estonia's and Lithuania's: where the first weights leave ten, the second ones count. */
const isBaltic = (id: string) => {
  const first = weighted(id, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  const check = first < 10 ? first : (weighted(id, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11) % 10;
  return (
    /^[1-8]/.test(id) && isDay(Number(id.slice(3, 5)), Number(id.slice(5, 7))) && check === digitAt(id, 10)
  );
};

/** Numbers given since 2017 begin with 32 and hold no birthday and no check. */
const isLatvian = (id: string) => {
  if (id.startsWith('32')) return true;
  const check = (1101 - weighted(id, [1, 6, 3, 7, 9, 10, 5, 8, 4, 2])) % 11;
  return isDayMonthYear(id) && check === digitAt(id, 10);
};

export const NORTH = [
  national('se.personal_number', {
    printed: ['99999999-9999', '99999999+9999'],
    plain: ['9999999999', '999999999999', '999999-9999', '999999+9999'],
    words: 'personnummer, samordningsnummer, pnr',
    kind: PERSON,
    check: isSwedish,
  }),
  national('no.national_id', {
    printed: ['999999 99999'],
    plain: ['99999999999'],
    words: 'fødselsnummer, fodselsnummer, fnr, personnummer, d nummer',
    kind: PERSON,
    check: isNorwegian,
  }),
  national('dk.cpr', {
    plain: ['999999-9999', '9999999999', '999999 9999'],
    words: 'cpr, cpr nummer, cpr nr, personnummer',
    kind: PERSON,
    check: isDanish,
  }),
  national('fi.hetu', {
    printed: ['999999-999X', '999999A999X', '999999+999X'],
    words: 'henkilötunnus, hetu, personbeteckning',
    kind: PERSON,
    check: isFinnish,
  }),
  national('is.kennitala', {
    plain: ['999999-9999', '9999999999'],
    words: 'kennitala, kt',
    kind: PERSON,
    check: isIcelandic,
  }),
  national('ee.personal_code', { plain: ['99999999999'], words: 'isikukood', kind: PERSON, check: isBaltic }),
  national('lt.personal_code', {
    plain: ['99999999999'],
    words: 'asmens kodas',
    kind: PERSON,
    check: isBaltic,
  }),
  national('lv.personal_code', {
    printed: ['999999-99999'],
    plain: ['99999999999'],
    words: 'personas kods',
    kind: PERSON,
    check: isLatvian,
  }),
];

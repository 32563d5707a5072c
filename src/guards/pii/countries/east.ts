/** Central, eastern and south-eastern Europe, the Caucasus and Türkiye. */
import {
  digitAt,
  isDay,
  isUniform,
  modulo,
  passesIcao,
  passesLuhn,
  passesMod11_10,
  weighted,
} from '../checks.ts';
import { national, PERSON_NUMBER, TAX_NUMBER } from './identifier.ts';

const PERSON = new Set([...PERSON_NUMBER, ...TAX_NUMBER]);

/** The century is added to the month, 20 for each. */
const isPesel = (id: string) =>
  isDay(Number(id.slice(2, 4)) % 20, Number(id.slice(4, 6))) &&
  weighted(id, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
const isNip = (id: string) =>
  weighted(id, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === digitAt(id, 9) && !isUniform(id);
/** As in ICAO 9303, the check digit standing before the number. */
const isPolishCard = (id: string) => passesIcao(id.slice(0, 3) + id.slice(4) + id.slice(3, 4));

/** Months have 50 added for women, 20 or 70 where numbers ran out; those of nine digits, before 1954, have no check. */
const isBirthNumber = (id: string) => {
  const month = Number(id.slice(2, 4)) % 50;
  if (!isDay(month > 20 ? month - 20 : month, Number(id.slice(4, 6)))) return false;
  if (id.length === 9) return Number(id.slice(0, 2)) < 54 && !id.endsWith('000');
  return modulo(id, 11) === 0 || (modulo(id.slice(0, 9), 11) === 10 && id.endsWith('0'));
};

const isHungarianTaxNumber = (id: string) =>
  id.startsWith('8') && weighted(id, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 === digitAt(id, 9);
const isTaj = (id: string) =>
  weighted(id, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === digitAt(id, 8) && !isUniform(id);

const isCnp = (id: string) => {
  const rest = weighted(id, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
  const dated = id[0] === '9' || isDay(Number(id.slice(3, 5)), Number(id.slice(5, 7)));
  return id[0] !== '0' && dated && (rest === 10 ? 1 : rest) === digitAt(id, 12);
};

/** The century is added to the month, 20 or 40. */
const isEgn = (id: string) =>
  isDay(Number(id.slice(2, 4)) % 20, Number(id.slice(4, 6))) &&
  (weighted(id, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === digitAt(id, 9);

const isAfm = (id: string) =>
  (weighted(id, [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === digitAt(id, 8) && !isUniform(id);
const isAmka = (id: string) => isDay(Number(id.slice(2, 4)), Number(id.slice(0, 2))) && passesLuhn(id);

/** The number of Yugoslavia's citizens, which its successors kept. */
const isJmbg = (id: string) => {
  const rest = 11 - (weighted(id, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11);
  return isDay(Number(id.slice(2, 4)), Number(id.slice(0, 2))) && (rest > 9 ? 0 : rest) === digitAt(id, 12);
};
const isSlovenianTaxNumber = (id: string) => {
  const check = 11 - (weighted(id, [8, 7, 6, 5, 4, 3, 2]) % 11);
  return id[0] !== '0' && check !== 11 && check % 10 === digitAt(id, 7);
};

/** The sum of characters in odd places by a table, in even ones as they are. */
const CYPRIOT = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
const isCypriot = (id: string) => {
  let sum = 0;
  for (let at = 0; at < 8; at += 1) sum += at % 2 === 0 ? (CYPRIOT[digitAt(id, at)] ?? 0) : digitAt(id, at);
  return id.charCodeAt(8) - 65 === sum % 26;
};

const isUkrainian = (id: string) =>
  (((weighted(id, [-1, 5, 7, 9, 4, 6, 10, 5, 7]) % 11) + 11) % 11) % 10 === digitAt(id, 9) && !isUniform(id);

const FIRST = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
const SECOND = [3, ...FIRST];
const isInn = (id: string) =>
  (weighted(id, FIRST) % 11) % 10 === digitAt(id, 10) &&
  (weighted(id, SECOND) % 11) % 10 === digitAt(id, 11) &&
  !isUniform(id);
const isSnils = (id: string) => {
  const rest = weighted(id, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101;
  return (rest === 100 ? 0 : rest) === Number(id.slice(9)) && !isUniform(id);
};

/** Where the first weights leave ten, the second ones count. */
const isIin = (id: string) => {
  const first = weighted(id, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) % 11;
  const check = first < 10 ? first : weighted(id, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11;
  return isDay(Number(id.slice(2, 4)), Number(id.slice(4, 6))) && check === digitAt(id, 11);
};

const isTurkish = (id: string) => {
  const odd = weighted(id, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
  const even = weighted(id, [0, 1, 0, 1, 0, 1, 0, 1]);
  const tenth = (((odd * 7 - even) % 10) + 10) % 10;
  return id[0] !== '0' && tenth === digitAt(id, 9) && (odd + even + tenth) % 10 === digitAt(id, 10);
};

export const EAST = [
  national('pl.pesel', { plain: ['99999999999'], words: 'pesel, nr pesel', kind: PERSON, check: isPesel }),
  national('pl.nip', {
    plain: ['9999999999', '999-999-99-99', '999-99-99-999'],
    words: 'nip, nr nip',
    kind: TAX_NUMBER,
    check: isNip,
  }),
  national('pl.id_card', {
    plain: ['AAA999999', 'AAA 999999'],
    words: 'dowód, seria i numer',
    kind: PERSON_NUMBER,
    check: isPolishCard,
  }),
  national('cz.birth_number', {
    printed: ['999999/9999'],
    plain: ['9999999999', '999999/999', '999999999'],
    words: 'rodné číslo, rodne cislo, rč',
    kind: PERSON,
    check: isBirthNumber,
  }),
  national('sk.birth_number', {
    printed: ['999999/9999'],
    plain: ['9999999999', '999999/999', '999999999'],
    words: 'rodné číslo, rodne cislo',
    kind: PERSON,
    check: isBirthNumber,
  }),
  national('hu.tax_number', {
    plain: ['9999999999'],
    words: 'adóazonosító jel',
    kind: TAX_NUMBER,
    check: isHungarianTaxNumber,
  }),
  national('hu.taj', {
    plain: ['999999999', '999 999 999', '999-999-999'],
    words: 'taj, taj szám',
    kind: PERSON_NUMBER,
    check: isTaj,
  }),
  national('ro.cnp', {
    plain: ['9999999999999'],
    words: 'cnp, cod numeric personal',
    kind: PERSON,
    check: isCnp,
  }),
  national('bg.egn', { plain: ['9999999999'], words: 'егн, egn', kind: PERSON, check: isEgn }),
  national('gr.afm', { plain: ['999999999'], words: 'afm, α φ μ', kind: TAX_NUMBER, check: isAfm }),
  national('gr.amka', { plain: ['99999999999'], words: 'amka, αμκα', kind: PERSON_NUMBER, check: isAmka }),
  national('hr.oib', { plain: ['99999999999'], words: 'oib', kind: PERSON, check: passesMod11_10 }),
  national('si.emso', { plain: ['9999999999999'], words: 'emšo, emso', kind: PERSON_NUMBER, check: isJmbg }),
  national('si.tax_number', {
    plain: ['99999999'],
    words: 'davčna številka, davcna stevilka',
    kind: TAX_NUMBER,
    check: isSlovenianTaxNumber,
  }),
  national('rs.jmbg', { plain: ['9999999999999'], words: 'jmbg, јмбг', kind: PERSON_NUMBER, check: isJmbg }),
  national('cy.tax_number', { plain: ['99999999A'], kind: TAX_NUMBER, check: isCypriot }),
  national('mt.id_card', {
    plain: ['9999999A', '999999A'],
    words: 'karta tal identità',
    kind: PERSON,
    check: (id) => /[ABGHLMPZ]$/.test(id),
  }),
  national('ua.tax_number', {
    plain: ['9999999999'],
    words: 'рнокпп, іпн, ідентифікаційний код',
    kind: PERSON,
    check: isUkrainian,
  }),
  national('ru.inn', { plain: ['999999999999'], words: 'инн, inn', kind: TAX_NUMBER, check: isInn }),
  national('ru.snils', {
    printed: ['999-999-999 99', '999-999-999-99'],
    plain: ['99999999999'],
    words: 'снилс, snils',
    kind: PERSON_NUMBER,
    check: isSnils,
  }),
  national('kz.iin', { plain: ['999999999999'], words: 'иин, жсн, iin', kind: PERSON, check: isIin }),
  national('tr.national_id', {
    plain: ['99999999999'],
    words: 'tckn, tc kimlik, kimlik no, tc no, vatandaşlık',
    kind: PERSON,
    check: isTurkish,
  }),
];

/** Western Europe. */
import {
  digitAt,
  isDay,
  isDayMonthYear,
  isUniform,
  modulo,
  passesIcao,
  passesLuhn,
  passesMod11_10,
  passesVerhoeff,
  weighted,
} from '../checks.ts';
import { HEALTH_NUMBER, LICENCE, national, PASSPORT, PERSON_NUMBER, TAX_NUMBER } from './identifier.ts';

/** § 139b AO: the first is no zero; of the first ten, one digit comes twice or three times. */
function isGermanTaxId(id: string): boolean {
  if (id[0] === '0' || !passesMod11_10(id)) return false;
  const counts = new Map<string, number>();
  for (const digit of id.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const repeated = [...counts.values()].filter((count) => count > 1);
  return repeated.length === 1 && (repeated[0] ?? 0) <= 3;
}

/** VKVV § 4: area, birthday, initial, serial number; the sum of digits of products. */
function isGermanPensionNumber(id: string): boolean {
  const letter = String(id.charCodeAt(8) - 64).padStart(2, '0');
  const digits = id.slice(0, 8) + letter + id.slice(9, 11);
  const sum = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1].reduce(
    (all, weight, at) => all + crossSum(weight * digitAt(digits, at)),
    0,
  );
  const day = Number(id.slice(2, 4));
  return isDay(Number(id.slice(4, 6)), day > 50 ? day - 50 : day) && sum % 10 === digitAt(id, 11);
}

function crossSum(number: number): number {
  return (number % 10) + Math.floor(number / 10);
}

/** SGB V § 290: the letter as two digits, then Luhn's sum from the left, doubling every second. */
function isGermanHealthNumber(id: string): boolean {
  const digits = String(id.charCodeAt(0) - 64).padStart(2, '0') + id.slice(1, 9);
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) sum += crossSum(digitAt(digits, at) * (at % 2 === 0 ? 1 : 2));
  return sum % 10 === digitAt(id, 9);
}

/** Identity cards and passports begin with the letter of an office, use no vowels, and end with a check. */
function isGermanDocument(id: string): boolean {
  return /^[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\d$/.test(id) && passesIcao(id);
}

/** Corsica's departments stand as 19 and 18 in the remainder. */
function isFrenchNir(id: string): boolean {
  const body = id.slice(0, 13).replace('2A', '19').replace('2B', '18');
  const month = Number(id.slice(3, 5));
  const sex = id[0] ?? '';
  if (!'1278'.includes(sex) || !/^\d+$/.test(body) || (month > 12 && month < 20) || month === 0) return false;
  return 97 - modulo(body, 97) === Number(id.slice(13));
}

const isFrenchTaxNumber = (id: string) =>
  /^[0-3]/.test(id) && modulo(id.slice(0, 10), 511) === Number(id.slice(10)) && !isUniform(id);

const SPANISH_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';
const isDni = (id: string) =>
  SPANISH_LETTERS[Number(id.slice(0, -1)) % 23] === id.at(-1) && Number(id.slice(0, -1)) > 0;
const isNie = (id: string) => 'XYZ'.includes(id[0] ?? '') && isDni('XYZ'.indexOf(id[0] ?? '') + id.slice(1));
const isSpanishSocialNumber = (id: string) => {
  const number = Number(id.slice(2, 10));
  const base = number < 10_000_000 ? id.slice(0, 2) + id.slice(3, 10) : id.slice(0, 10);
  return modulo(base, 97) === Number(id.slice(10));
};

/** Decreto 345/1976: characters in odd places count by a table of their own. */
const ODD_DIGITS = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
const ODD_LETTERS = [...ODD_DIGITS, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
const ODD = [...ODD_DIGITS, ...ODD_LETTERS];
const MONTHS = 'ABCDEHLMPRST';
function isFiscalCode(id: string): boolean {
  if (!MONTHS.includes(id[8] ?? '-')) return false;
  const day = Number(id.slice(9, 11));
  if (day < 1 || day > 71 || (day > 31 && day < 41)) return false;
  let sum = 0;
  for (let at = 0; at < 15; at += 1) {
    const code = id.charCodeAt(at);
    const index = code < 58 ? code - 48 : code - 55;
    sum += at % 2 === 0 ? (ODD[index] ?? 0) : code < 58 ? index : index - 10;
  }
  return id.charCodeAt(15) - 65 === sum % 26;
}

const isBsn = (id: string) => weighted(id, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 && !isUniform(id);

/** The number before the check, with a 2 before it for those born since 2000. */
function isBelgianNumber(id: string): boolean {
  const month = Number(id.slice(2, 4)) % 20;
  const day = Number(id.slice(4, 6));
  if (month > 12 || day > 31) return false;
  const check = Number(id.slice(9));
  return ['', '2'].some((century) => 97 - modulo(century + id.slice(0, 9), 97) === check);
}

/** Eleven digits, then Luhn's check and Verhoeff's over the same. */
const isLuxembourgish = (id: string) =>
  /^(?:18|19|20)/.test(id) &&
  isDay(Number(id.slice(4, 6)), Number(id.slice(6, 8))) &&
  passesLuhn(id.slice(0, 12)) &&
  passesVerhoeff(id.slice(0, 11) + id[12]);

const isAustrianSocialNumber = (id: string) =>
  id[0] !== '0' &&
  isDayMonthYear(id.slice(4)) &&
  weighted(id, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === digitAt(id, 3);
const isAustrianTaxNumber = (id: string) => {
  let sum = 0;
  for (let at = 0; at < 8; at += 1) sum += crossSum(digitAt(id, at) * (at % 2 === 0 ? 1 : 2));
  return (10 - (sum % 10)) % 10 === digitAt(id, 8);
};

/** GS1's check over a number of Switzerland's (756). */
const isAhv = (id: string) =>
  id.startsWith('756') && weighted(id, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0;

const isNif = (id: string) => {
  const rest = weighted(id, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return /^[1235689]/.test(id) && (rest < 2 ? 0 : 11 - rest) === digitAt(id, 8);
};
/** The citizen card: letters as 10 to 35, every second from the right doubled and reduced by nine. */
const isCitizenCard = (id: string) => {
  let sum = 0;
  for (let at = 0; at < id.length; at += 1) {
    const code = id.charCodeAt(at);
    const value = code < 58 ? code - 48 : code - 55;
    const doubled = (id.length - at) % 2 === 0 ? 2 * value : value;
    sum += doubled > 9 && (id.length - at) % 2 === 0 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};

const PPS_LETTERS = 'WABCDEFGHIJKLMNOPQRSTUV';
const isPps = (id: string) => {
  const second = id.length > 8 ? (id.charCodeAt(8) - 64) * 9 : 0;
  if (id.length > 8 && !/[A-IW]$/.test(id)) return false;
  const extra = id[8] === 'W' ? 0 : second;
  return PPS_LETTERS[(weighted(id, [8, 7, 6, 5, 4, 3, 2]) + extra) % 23] === id[7];
};

/** Modulus 11 over ten digits, no check of ten. */
const isNhsNumber = (id: string) => {
  const check = 11 - (weighted(id, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return (check === 11 ? 0 : check) === digitAt(id, 9) && !isUniform(id);
};
/** HMRC: D, F, I, Q, U and V never, O not as second letter; some prefixes are not given out. */
const isNino = (id: string) =>
  /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/.test(id) && !/^(?:BG|GB|KN|NK|NT|TN|ZZ)/.test(id);
const isUtr = (id: string) =>
  '21987654321'[weighted(id.slice(1), [6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11] === id[0];
/** DVLA: five of the surname, a digit of the year, month (+50 for women), day, year, two initials. */
const isBritishLicence = (id: string) =>
  /^(?:[A-Z]{5}|[A-Z]{1,4}9{1,4})\d[0156]\d[0-3]\d\d[A-Z9]{2}\d?[A-Z\d]{2,3}$/.test(id) &&
  isDay(Number(id.slice(6, 8)) % 50, Number(id.slice(8, 10)));

export const WEST = [
  national('de.tax_id', {
    printed: ['99 999 999 999'],
    plain: ['99999999999'],
    words: 'steuer id, idnr, identifikationsnummer, steuerliche identifikationsnummer',
    kind: TAX_NUMBER,
    check: isGermanTaxId,
  }),
  national('de.pension_number', {
    printed: ['99 999999 A 999', '99999999A999'],
    words: 'rentenversicherungsnummer, sozialversicherungsnummer, rvnr, svnr',
    kind: PERSON_NUMBER,
    check: isGermanPensionNumber,
  }),
  national('de.health_number', {
    plain: ['A999999999'],
    words: 'kvnr, versicherten nr',
    kind: HEALTH_NUMBER,
    check: isGermanHealthNumber,
  }),
  national('de.document', {
    plain: ['AXXXXXXX99'],
    words: 'ausweisnr, dokumentennummer',
    kind: new Set([...PASSPORT, ...PERSON_NUMBER]),
    check: isGermanDocument,
  }),
  national('de.tax_number', {
    plain: ['99/999/99999', '999/999/99999', '9999999999999'],
    words: 'steuernr, st nr',
    kind: TAX_NUMBER,
  }),
  national('at.social_number', {
    printed: ['9999 999999'],
    plain: ['9999999999'],
    words: 'sozialversicherungsnummer, svnr, sv nummer',
    kind: PERSON_NUMBER,
    check: isAustrianSocialNumber,
  }),
  national('at.tax_number', {
    plain: ['99-999/9999', '999999999'],
    words: 'abgabenkontonummer',
    kind: TAX_NUMBER,
    check: isAustrianTaxNumber,
  }),
  national('ch.ahv', {
    printed: ['999.9999.9999.99'],
    plain: ['9999999999999'],
    words: 'ahv, ahv nr, avs, sozialversicherungsnummer',
    kind: PERSON_NUMBER,
    check: isAhv,
  }),
  national('fr.nir', {
    printed: ['9 99 99 99 999 999 99', '9 99 99 XX 999 999 99', '999999999999999', '99999XX99999999'],
    words: 'sécurité sociale, numéro de sécurité sociale, nir',
    kind: PERSON_NUMBER,
    check: isFrenchNir,
  }),
  national('fr.tax_number', {
    plain: ['99 99 999 999 999', '9999999999999'],
    words: 'spi',
    kind: TAX_NUMBER,
    check: isFrenchTaxNumber,
  }),
  national('es.dni', {
    printed: ['99999999A', '99999999-A', '99.999.999-A', '99.999.999A'],
    words: 'dni, nif',
    kind: PERSON_NUMBER,
    check: isDni,
  }),
  national('es.nie', {
    printed: ['A9999999A', 'A-9999999-A', 'A-9999999A'],
    words: 'nie',
    kind: PERSON_NUMBER,
    check: isNie,
  }),
  national('es.social_number', {
    printed: ['99/99999999/99', '99 99999999 99'],
    plain: ['999999999999'],
    words: 'seguridad social, naf',
    kind: PERSON_NUMBER,
    check: isSpanishSocialNumber,
  }),
  national('it.fiscal_code', {
    printed: ['AAAAAA99A99A999A'],
    plain: ['AAA AAA 99A99 A999A'],
    kind: TAX_NUMBER,
    check: isFiscalCode,
  }),
  national('it.vat', {
    plain: ['99999999999'],
    words: 'p iva',
    kind: TAX_NUMBER,
    check: (id) => passesLuhn(id) && !isUniform(id),
  }),
  national('it.id_card', {
    plain: ['AA99999AA', 'AA9999999'],
    words: 'carta di identità',
    kind: PERSON_NUMBER,
  }),
  national('nl.bsn', {
    plain: ['999999999', '9999.99.999', '9999 99 999'],
    words: 'bsn, burgerservicenummer, sofinummer',
    kind: new Set([...PERSON_NUMBER, ...TAX_NUMBER]),
    check: isBsn,
  }),
  national('be.national_number', {
    printed: ['99.99.99-999.99', '999999-999-99', '99.99.99-999-99'],
    plain: ['99999999999'],
    words: 'rijksregisternummer, registre national, insz, niss',
    kind: new Set([...PERSON_NUMBER, ...TAX_NUMBER]),
    check: isBelgianNumber,
  }),
  national('lu.national_number', {
    plain: ['9999999999999', '99999999 99999'],
    words: 'matricule',
    kind: new Set([...PERSON_NUMBER, ...TAX_NUMBER]),
    check: isLuxembourgish,
  }),
  national('pt.nif', {
    plain: ['999999999', '999 999 999'],
    words: 'nif, contribuinte nº, número de contribuinte',
    kind: TAX_NUMBER,
    check: isNif,
  }),
  national('pt.citizen_card', {
    printed: ['99999999 9 AX9', '999999999AX9'],
    words: 'cartão de cidadão',
    kind: PERSON_NUMBER,
    check: isCitizenCard,
  }),
  national('ie.pps', {
    plain: ['9999999A', '9999999AA'],
    words: 'pps, ppsn, pps number',
    kind: new Set([...PERSON_NUMBER, ...TAX_NUMBER]),
    check: isPps,
  }),
  national('gb.nhs_number', {
    printed: ['999 999 9999'],
    plain: ['9999999999', '999-999-9999'],
    words: 'nhs, nhs number, nhs no',
    kind: HEALTH_NUMBER,
    check: isNhsNumber,
  }),
  national('gb.nino', {
    printed: ['AA 99 99 99 A', 'AA999999A', 'AA 999999 A', 'AA-99-99-99-A'],
    words: 'national insurance, ni number, nino',
    kind: TAX_NUMBER,
    check: isNino,
  }),
  national('gb.utr', {
    plain: ['9999999999', '99999 99999'],
    words: 'utr, unique taxpayer reference',
    kind: TAX_NUMBER,
    check: isUtr,
  }),
  national('gb.driving_licence', {
    printed: ['AAAAA999999AX9AA', 'AAAAA999999AA9AA'],
    words: 'dvla',
    kind: LICENCE,
    check: isBritishLicence,
  }),
];

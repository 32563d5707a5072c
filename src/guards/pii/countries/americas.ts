/** The Americas. */
import { digitAt, isDay, isUniform, passesLuhn, weighted } from '../checks.ts';
import { HEALTH_NUMBER, LICENCE, national, PERSON_NUMBER, TAX_NUMBER } from './identifier.ts';

const PERSON = new Set([...PERSON_NUMBER, ...TAX_NUMBER]);

/** SSA: no area 000, 666 or 9xx, no group 00, no serial 0000; and not those of advertisements. */
const isSsn = (id: string) =>
  !/^(?:000|666|9)|^...00|0000$/.test(id) &&
  !isUniform(id) &&
  id !== '123456789' &&
  id !== '078051120' &&
  id !== '219099999';
/** IRS: 9xx, and one of the groups that are given out. */
const isItin = (id: string) => {
  const group = Number(id.slice(3, 5));
  return (
    id[0] === '9' &&
    ((group >= 50 && group <= 65) ||
      (group >= 70 && group <= 88) ||
      (group >= 90 && group !== 93 && group <= 99))
  );
};
const isNpi = (id: string) => /^[12]/.test(id) && passesLuhn(`80840${id}`);
/** CMS: places of letters and digits; letters but S, L, O, I, B, Z. */
const isMbi = (id: string) =>
  /^[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d[AC-HJKMNP-RT-Y]{2}\d{2}$/.test(
    id,
  );
/** The sum of the first, third and fifth digit and twice that of the others ends in the last. */
const isDea = (id: string) =>
  weighted(id.slice(2), [1, 2, 1, 2, 1, 2]) % 10 === digitAt(id, 8) && /^[ABCDEFGHJKLMPRSTUX]/.test(id);
const isRouting = (id: string) =>
  weighted(id, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0 &&
  /^(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)/.test(id) &&
  !isUniform(id);

const isSin = (id: string) => !/^[08]/.test(id) && passesLuhn(id) && !isUniform(id);

const checkDigit11 = (sum: number) => (sum % 11 < 2 ? 0 : 11 - (sum % 11));
const isCpf = (id: string) =>
  !isUniform(id) &&
  checkDigit11(weighted(id, [10, 9, 8, 7, 6, 5, 4, 3, 2])) === digitAt(id, 9) &&
  checkDigit11(weighted(id, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2])) === digitAt(id, 10);
const isCnpj = (id: string) =>
  !isUniform(id) &&
  checkDigit11(weighted(id, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])) === digitAt(id, 12) &&
  checkDigit11(weighted(id, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])) === digitAt(id, 13);
const isPis = (id: string) =>
  !isUniform(id) && checkDigit11(weighted(id, [3, 2, 9, 8, 7, 6, 5, 4, 3, 2])) === digitAt(id, 10);

/** 20, 23, 24 and 27 are persons, 30, 33 and 34 companies. */
const isCuit = (id: string) => {
  const rest = 11 - (weighted(id, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11);
  return /^(?:2[03457]|3[034])/.test(id) && (rest === 11 ? 0 : rest === 10 ? 9 : rest) === digitAt(id, 10);
};

const isRut = (id: string) => {
  const body = id.slice(0, -1);
  let sum = 0;
  for (let at = 0; at < body.length; at += 1) sum += digitAt(body, body.length - 1 - at) * (2 + (at % 6));
  const check = 11 - (sum % 11);
  return (
    id.at(-1) === (check === 11 ? '0' : check === 10 ? 'K' : String(check)) &&
    Number(body) > 99_999 &&
    !isUniform(body)
  );
};

const isNit = (id: string) => {
  const rest = weighted(id, [41, 37, 29, 23, 19, 17, 13, 7, 3]) % 11;
  return (rest < 2 ? rest : 11 - rest) === digitAt(id, 9);
};

/** Initials, birthday, sex, state, consonants, a digit of the registry, a check over characters of 37. */
const CURP = '0123456789ABCDEFGHIJKLMN_OPQRSTUVWXYZ';
const isCurp = (id: string) => {
  let sum = 0;
  for (let at = 0; at < 17; at += 1) sum += CURP.indexOf(id[at] ?? '') * (18 - at);
  return (
    /^.{10}[HM]/.test(id) &&
    isDay(Number(id.slice(6, 8)), Number(id.slice(8, 10))) &&
    (10 - (sum % 10)) % 10 === digitAt(id, 17)
  );
};
const isRfc = (id: string) => isDay(Number(id.slice(-7, -5)), Number(id.slice(-5, -3)));
const isClabe = (id: string) => {
  let sum = 0;
  for (let at = 0; at < 17; at += 1) sum += (digitAt(id, at) * ([3, 7, 1][at % 3] ?? 0)) % 10;
  return (10 - (sum % 10)) % 10 === digitAt(id, 17) && !isUniform(id);
};
const isNss = (id: string) => passesLuhn(id) && !isUniform(id);

const isUruguayan = (id: string) =>
  (10 - (weighted(id, [2, 9, 8, 7, 6, 3, 4]) % 10)) % 10 === digitAt(id, 7) && !isUniform(id);
const isEcuadorian = (id: string) => {
  const province = Number(id.slice(0, 2));
  return ((province >= 1 && province <= 24) || province === 30) && digitAt(id, 2) < 6 && passesLuhn(id);
};
const isPeruvianTaxNumber = (id: string) => {
  const check = 11 - (weighted(id, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11);
  return /^(?:10|15|17|20)/.test(id) && check % 10 === digitAt(id, 10);
};

export const AMERICAS = [
  national('us.ssn', {
    printed: ['999-99-9999'],
    plain: ['999 99 9999', '999999999'],
    words: 'ssn, social security, social, ss number',
    kind: PERSON_NUMBER,
    check: isSsn,
  }),
  national('us.itin', {
    printed: ['999-99-9999'],
    plain: ['999 99 9999', '999999999'],
    words: 'itin, individual taxpayer',
    kind: TAX_NUMBER,
    check: isItin,
  }),
  national('us.ein', {
    plain: ['99-9999999'],
    words: 'ein, employer identification, fein',
    kind: TAX_NUMBER,
  }),
  national('us.npi', {
    plain: ['9999999999'],
    words: 'npi, national provider',
    kind: HEALTH_NUMBER,
    check: isNpi,
  }),
  national('us.medicare', {
    printed: ['9AX9-AX9-AA99'],
    plain: ['9AX9AX9AA99'],
    words: 'mbi, medicare beneficiary',
    kind: HEALTH_NUMBER,
    check: isMbi,
  }),
  national('us.dea', { plain: ['AA9999999', 'A99999999'], words: 'dea, dea number, dea no', check: isDea }),
  national('us.routing', {
    plain: ['999999999', '9999-9999-9'],
    words: 'routing, routing number, aba, aba number, rtn, ach',
    check: isRouting,
  }),
  national('us.bank_account', {
    plain: [
      '99999999',
      '999999999',
      '9999999999',
      '99999999999',
      '999999999999',
      '9999999999999',
      '99999999999999',
    ],
    words: 'account number, account no, acct, acct no, bank account, checking account, savings account',
  }),
  national('us.driving_licence', {
    plain: [
      'A9999999',
      'A99999999',
      'A999999999999',
      'A99999999999',
      'A999999',
      '9999999',
      '99999999',
      '999999999',
      'AA999999',
      'AAA999999',
      'A999-9999-9999',
      'A999-999-99-999-9',
    ],
    words: 'dmv',
    kind: LICENCE,
  }),
  national('ca.sin', {
    plain: ['999 999 999', '999-999-999', '999999999'],
    words: 'sin, social insurance',
    kind: PERSON,
    check: isSin,
  }),
  national('br.cpf', {
    printed: ['999.999.999-99'],
    plain: ['99999999999'],
    words: 'cpf',
    kind: PERSON,
    check: isCpf,
  }),
  national('br.cnpj', {
    printed: ['99.999.999/9999-99'],
    plain: ['99999999999999'],
    words: 'cnpj',
    kind: TAX_NUMBER,
    check: isCnpj,
  }),
  national('br.pis', {
    printed: ['999.99999.99-9'],
    plain: ['99999999999'],
    words: 'pis, pasep, nis, nit',
    kind: PERSON_NUMBER,
    check: isPis,
  }),
  national('ar.cuit', {
    printed: ['99-99999999-9'],
    plain: ['99999999999'],
    words: 'cuit, cuil',
    kind: PERSON,
    check: isCuit,
  }),
  national('ar.dni', { plain: ['99.999.999', '99999999'], words: 'dni', kind: PERSON_NUMBER }),
  national('cl.rut', {
    printed: ['99.999.999-X', '9.999.999-X'],
    plain: ['99999999-X', '9999999-X', '99999999X'],
    words: 'rut',
    kind: PERSON,
    check: isRut,
  }),
  national('co.nit', {
    printed: ['999.999.999-9'],
    plain: ['999999999-9', '9999999999'],
    words: 'nit',
    kind: TAX_NUMBER,
    check: isNit,
  }),
  national('co.cedula', {
    plain: ['9.999.999.999', '99.999.999', '9999999999', '99999999'],
    words: 'cédula de ciudadanía, c c',
    kind: PERSON_NUMBER,
  }),
  national('mx.curp', { printed: ['AAAA999999AAAAAAX9'], words: 'curp', kind: PERSON_NUMBER, check: isCurp }),
  national('mx.rfc', {
    plain: ['AAAA999999XXX'],
    words: 'rfc, registro federal',
    kind: TAX_NUMBER,
    check: isRfc,
  }),
  national('mx.clabe', {
    plain: ['999999999999999999', '999 999 99999999999 9'],
    words: 'clabe, clabe interbancaria, cuenta',
    check: isClabe,
  }),
  national('mx.nss', {
    plain: ['99999999999', '99-99-99-9999-9', '99 99 99 9999 9'],
    words: 'nss, imss, seguro social',
    kind: PERSON_NUMBER,
    check: isNss,
  }),
  national('uy.cedula', {
    printed: ['9.999.999-9'],
    plain: ['99999999', '9999999-9'],
    words: 'ci',
    kind: PERSON_NUMBER,
    check: isUruguayan,
  }),
  national('ec.cedula', {
    plain: ['9999999999', '999999999-9'],
    words: 'ci',
    kind: PERSON_NUMBER,
    check: isEcuadorian,
  }),
  national('pe.ruc', { plain: ['99999999999'], words: 'ruc', kind: TAX_NUMBER, check: isPeruvianTaxNumber }),
  national('pe.dni', { plain: ['99999999', '99999999-X'], words: 'dni', kind: PERSON_NUMBER }),
  national('do.cedula', {
    printed: ['999-9999999-9'],
    plain: ['99999999999'],
    kind: PERSON_NUMBER,
    check: (id) => passesLuhn(id) && !isUniform(id),
  }),
  national('ve.cedula', {
    printed: ['A-99.999.999', 'A-9.999.999'],
    plain: ['A-99999999', 'A99999999', 'A-9999999'],
    words: 'rif',
    kind: PERSON_NUMBER,
    check: (id) => /^[VE]/.test(id),
  }),
];

/** Asia, the Pacific, the Middle East and Africa. */
import {
  digitAt,
  isBirthday,
  isDay,
  isUniform,
  isYearMonthDay,
  modulo,
  passesLuhn,
  passesMod11_2,
  passesVerhoeff,
  raised,
  weighted,
} from '../checks.ts';
import { HEALTH_NUMBER, national, PERSON_NUMBER, TAX_NUMBER } from './identifier.ts';

const PERSON = new Set([...PERSON_NUMBER, ...TAX_NUMBER]);

const isAadhaar = (id: string) => /^[2-9]/.test(id) && passesVerhoeff(id) && !isUniform(id);
/** The fourth letter says whose: P for a person, C for a company, … */
const isPan = (id: string) => /^.{3}[ABCFGHLJPT]/.test(id);
const GSTIN = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const isGstin = (id: string) => {
  let sum = 0;
  for (let at = 0; at < 14; at += 1) {
    const product = GSTIN.indexOf(id[at] ?? '') * (1 + (at % 2));
    sum += Math.floor(product / 36) + (product % 36);
  }
  return id[13] === 'Z' && GSTIN[(36 - (sum % 36)) % 36] === id[14];
};

/** The first two digits are a province. */
const PROVINCES = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/;
const isChinese = (id: string) => PROVINCES.test(id) && isBirthday(id.slice(6, 14)) && passesMod11_2(id);

/** One letter counts as two, the first as a space. */
const isHongKong = (id: string) => {
  const letters = id.length === 9 ? id.slice(0, 2) : ` ${id[0] ?? ''}`;
  const digits = id.slice(-7, -1);
  const last = id.at(-1) === 'A' ? 10 : digitAt(id, id.length - 1);
  const value = (char: string) => (char === ' ' ? 36 : char.charCodeAt(0) - 55);
  const sum =
    value(letters[0] ?? ' ') * 9 + value(letters[1] ?? ' ') * 8 + weighted(digits, [7, 6, 5, 4, 3, 2]);
  return last >= 0 && last <= 10 && (sum + last) % 11 === 0;
};
/** Letters stand for the numbers of counties, in an order of their own. */
const COUNTIES = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';
const isTaiwanese = (id: string) => {
  const county = COUNTIES.indexOf(id[0] ?? '') + 10;
  const digits = String(county) + id.slice(1);
  return /^[A-Z][1289]/.test(id) && weighted(digits, [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1]) % 10 === 0;
};
/** Since October 2020 the last six digits are drawn by lot. */
const isKorean = (id: string) => isYearMonthDay(id) && /^.{6}[1-8]/.test(id);
const isMyNumber = (id: string) => {
  const rest = weighted(id, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest < 2 ? 0 : 11 - rest) === digitAt(id, 11) && !isUniform(id);
};
const SINGAPORE: Readonly<Record<string, readonly [letters: string, offset: number]>> = {
  S: ['JZIHGFEDCBA', 0],
  T: ['JZIHGFEDCBA', 4],
  F: ['XWUTRQPNMLK', 0],
  G: ['XWUTRQPNMLK', 4],
  M: ['XWUTRQPNJLK', 3],
};
const isNric = (id: string) => {
  const [letters = '', offset = 0] = SINGAPORE[id[0] ?? ''] ?? [];
  const rest = (weighted(id.slice(1), [2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
  return letters !== '' && letters[id.startsWith('M') ? 10 - rest : rest] === id[8];
};
const isThai = (id: string) =>
  id[0] !== '0' &&
  (11 - (weighted(id, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === digitAt(id, 12);
const isMyKad = (id: string) =>
  isYearMonthDay(id) && !/^.{6}(?:00|17|18|19|20|69|70|73|80|81|94|95|96|97)/.test(id);
/** Province, regency, district, birthday (+40 for women), serial number. */
const isNik = (id: string) =>
  /^[1-9]/.test(id) &&
  isDay(Number(id.slice(8, 10)), raised(Number(id.slice(6, 8)), 40)) &&
  !id.endsWith('0000');
const isVietnamese = (id: string) => /^0\d\d[0-9]/.test(id) && !isUniform(id);
const isSriLankan = (id: string) => {
  const day = Number(id.length === 10 ? id.slice(2, 5) : id.slice(4, 7)) % 500;
  return day >= 1 && day <= 366 && (id.length === 12 || /[VX]$/.test(id));
};
const isPakistani = (id: string) => /^[1-7]/.test(id) && !isUniform(id);
const isBangladeshi = (id: string) => !isUniform(id) && id[0] !== '0';

const isTfn = (id: string) =>
  weighted(id, id.length === 9 ? [1, 4, 3, 7, 5, 8, 6, 9, 10] : [10, 7, 8, 4, 6, 3, 5, 1]) % 11 === 0 &&
  !isUniform(id);
const isAbn = (id: string) => {
  const sum = weighted(id, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10;
  return sum % 89 === 0 && id[0] !== '0';
};
const isAustralianMedicare = (id: string) =>
  /^[2-6]/.test(id) && weighted(id, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === digitAt(id, 8);
const isIrd = (id: string) => {
  const digits = id.padStart(9, '0');
  const first = weighted(digits, [3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  const second = weighted(digits, [7, 4, 3, 2, 5, 2, 7, 6]) % 11;
  const rest = first === 0 || first > 1 ? first : second;
  return Number(id) > 10_000_000 && (rest === 0 ? 0 : 11 - rest) === digitAt(digits, 8);
};
/** No I and O; letters count from 1 in what is left. */
const NHI = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const isNhi = (id: string) => {
  let sum = 0;
  for (let at = 0; at < 6; at += 1)
    sum += (at < 3 ? NHI.indexOf(id[at] ?? '') + 1 : digitAt(id, at)) * (7 - at);
  return sum % 11 !== 0 && (11 - (sum % 11)) % 10 === digitAt(id, 6);
};

const isIsraeli = (id: string) => passesLuhn(id) && !isUniform(id);
const isIranian = (id: string) => {
  const rest = weighted(id, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest < 2 ? rest : 11 - rest) === digitAt(id, 9) && !isUniform(id);
};
const isSaudi = (id: string) => /^[12]/.test(id) && passesLuhn(id);
const isEmirati = (id: string) => id.startsWith('784') && passesLuhn(id);
const isKuwaiti = (id: string) =>
  /^[1-3]/.test(id) &&
  isDay(Number(id.slice(3, 5)), Number(id.slice(5, 7))) &&
  11 - (weighted(id, [2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11) === digitAt(id, 11);
const isEgyptian = (id: string) =>
  /^[23]/.test(id) && isYearMonthDay(id.slice(1)) && /^.{7}(?:0[1-4]|1[1-9]|2[1-9]|3[1-5]|88)/.test(id);
const isSouthAfrican = (id: string) => isYearMonthDay(id) && /^.{10}[012]/.test(id) && passesLuhn(id);
const isMoroccan = (id: string) => /^[A-Z]{1,2}\d{5,6}$/.test(id);
const isMauritian = (id: string) =>
  /^[A-Z]/.test(id) && isDay(Number(id.slice(3, 5)), Number(id.slice(1, 3)));
const isTunisian = (id: string) => /^[01]/.test(id) && !isUniform(id);
const isLibyan = (id: string) => /^[12](?:19|20)/.test(id);
const isNigerian = (id: string) => !isUniform(id) && modulo(id, 1_000_000) !== 0;

export const SOUTH = [
  national('in.aadhaar', {
    printed: ['9999 9999 9999', '9999-9999-9999'],
    plain: ['999999999999'],
    words: 'aadhaar, aadhar, uidai, आधार',
    kind: PERSON_NUMBER,
    check: isAadhaar,
  }),
  national('in.pan', {
    printed: ['AAAAA9999A'],
    words: 'pan, pan card, permanent account',
    kind: TAX_NUMBER,
    check: isPan,
  }),
  national('in.gstin', {
    printed: ['99AAAAA9999AXAX'],
    words: 'gst, gstin',
    kind: TAX_NUMBER,
    check: isGstin,
  }),
  national('in.voter_id', { plain: ['AAA9999999'], words: 'voter, voter id, epic', kind: PERSON_NUMBER }),
  national('pk.cnic', {
    printed: ['99999-9999999-9'],
    plain: ['9999999999999'],
    words: 'cnic, nadra',
    kind: PERSON_NUMBER,
    check: isPakistani,
  }),
  national('bd.nid', {
    plain: ['9999999999', '9999999999999', '99999999999999999'],
    words: 'nid',
    kind: PERSON_NUMBER,
    check: isBangladeshi,
  }),
  national('lk.nic', {
    plain: ['999999999A', '999999999999'],
    words: 'nic',
    kind: PERSON_NUMBER,
    check: isSriLankan,
  }),
  national('cn.resident_id', {
    printed: ['99999999999999999X'],
    words: '身份证号, 身份证号码, 公民身份号码',
    kind: PERSON_NUMBER,
    check: isChinese,
  }),
  national('hk.id_card', {
    printed: ['A999999(X)', 'AA999999(X)', 'A999999[X]', 'AA999999[X]'],
    plain: ['A999999X', 'AA999999X'],
    words: 'hkid',
    kind: PERSON_NUMBER,
    check: isHongKong,
  }),
  national('tw.national_id', {
    plain: ['A999999999'],
    words: '身分證字號, 統一編號',
    kind: PERSON_NUMBER,
    check: isTaiwanese,
  }),
  national('kr.resident_number', {
    printed: ['999999-9999999'],
    plain: ['9999999999999'],
    words: 'rrn, 주민등록번호, 주민번호',
    kind: PERSON_NUMBER,
    check: isKorean,
  }),
  national('jp.my_number', {
    plain: ['999999999999', '9999 9999 9999', '9999-9999-9999'],
    words: 'my number, マイナンバー, 個人番号',
    kind: PERSON,
    check: isMyNumber,
  }),
  national('sg.nric', { printed: ['A9999999A'], words: 'nric, fin', kind: PERSON_NUMBER, check: isNric }),
  national('my.mykad', {
    printed: ['999999-99-9999'],
    plain: ['999999999999'],
    words: 'mykad, ic number, no kad pengenalan, ic',
    kind: PERSON_NUMBER,
    check: isMyKad,
  }),
  national('th.national_id', {
    printed: ['9-9999-99999-99-9', '9 9999 99999 99 9'],
    plain: ['9999999999999'],
    words: 'เลขประจำตัวประชาชน, บัตรประชาชน',
    kind: PERSON_NUMBER,
    check: isThai,
  }),
  national('id.nik', { plain: ['9999999999999999'], words: 'nik, ktp', kind: PERSON_NUMBER, check: isNik }),
  national('vn.cccd', {
    plain: ['999999999999'],
    words: 'cccd, căn cước, cmnd',
    kind: PERSON_NUMBER,
    check: isVietnamese,
  }),
  national('ph.tin', {
    plain: ['999-999-999', '999-999-999-999', '999999999999', '999-999-999-99999'],
    kind: TAX_NUMBER,
  }),
  national('au.tfn', {
    plain: ['999 999 999', '999-999-999', '999999999', '99999999'],
    words: 'tfn',
    kind: TAX_NUMBER,
    check: isTfn,
  }),
  national('au.abn', {
    printed: ['99 999 999 999'],
    plain: ['99999999999'],
    words: 'abn, australian business',
    kind: TAX_NUMBER,
    check: isAbn,
  }),
  national('au.medicare', {
    printed: ['9999 99999 9'],
    plain: ['9999999999'],
    words: 'medicare',
    kind: HEALTH_NUMBER,
    check: isAustralianMedicare,
  }),
  national('nz.ird', {
    plain: ['99-999-999', '999-999-999', '99999999', '999999999'],
    words: 'ird, ird number, inland revenue',
    kind: TAX_NUMBER,
    check: isIrd,
  }),
  national('nz.nhi', { plain: ['AAA9999'], words: 'nhi', kind: HEALTH_NUMBER, check: isNhi }),
  national('il.national_id', {
    plain: ['999999999', '99999999-9'],
    words: 'teudat zehut, תעודת זהות, ת ז',
    kind: PERSON_NUMBER,
    check: isIsraeli,
  }),
  national('ir.national_code', {
    plain: ['9999999999', '999-999999-9'],
    words: 'کد ملی, شماره ملی, melli',
    kind: PERSON_NUMBER,
    check: isIranian,
  }),
  national('sa.national_id', {
    plain: ['9999999999'],
    words: 'iqama, رقم الهوية, هوية',
    kind: PERSON_NUMBER,
    check: isSaudi,
  }),
  national('ae.emirates_id', {
    printed: ['999-9999-9999999-9'],
    plain: ['999999999999999'],
    words: 'emirates id, الهوية',
    kind: PERSON_NUMBER,
    check: isEmirati,
  }),
  national('kw.civil_id', {
    plain: ['999999999999'],
    words: 'civil id, الرقم المدني',
    kind: PERSON_NUMBER,
    check: isKuwaiti,
  }),
  national('eg.national_id', {
    plain: ['99999999999999'],
    words: 'الرقم القومي',
    kind: PERSON_NUMBER,
    check: isEgyptian,
  }),
  national('za.national_id', {
    plain: ['9999999999999', '999999 9999 999'],
    words: 'rsa id, sa id',
    kind: PERSON_NUMBER,
    check: isSouthAfrican,
  }),
  national('ma.cin', {
    plain: ['AA999999', 'AA99999', 'A999999'],
    words: 'cin, cnie',
    kind: PERSON_NUMBER,
    check: isMoroccan,
  }),
  national('mu.national_id', {
    plain: ['A9999999999999', 'A999999999999X'],
    words: 'nic',
    kind: PERSON_NUMBER,
    check: isMauritian,
  }),
  national('tn.cin', { plain: ['99999999'], words: 'cin', kind: PERSON_NUMBER, check: isTunisian }),
  national('ly.national_id', {
    plain: ['999999999999'],
    words: 'الرقم الوطني',
    kind: PERSON_NUMBER,
    check: isLibyan,
  }),
  national('ng.nin', { plain: ['99999999999'], words: 'nin, bvn', kind: PERSON_NUMBER, check: isNigerian }),
];

/** Check digits. Identifiers come as digits and capitals, without separators. */

export function digitAt(id: string, at: number): number {
  return id.charCodeAt(at) - 48;
}

/** The sum of digits, each times its weight. */
export function weighted(id: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * digitAt(id, at), 0);
}

/** ISO/IEC 7812-1, annex B: every second digit from the right is doubled. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, twice = false; at >= 0; at -= 1, twice = !twice) {
    const digit = digitAt(digits, at);
    sum += twice ? (digit > 4 ? 2 * digit - 9 : 2 * digit) : digit;
  }
  return sum % 10 === 0;
}

/** The remainder of a decimal number of any length. */
export function modulo(digits: string, divisor: number): number {
  let rest = 0;
  for (let at = 0; at < digits.length; at += 1) rest = (rest * 10 + digitAt(digits, at)) % divisor;
  return rest;
}

/** ISO 7064, MOD 97-10, over digits and letters, letters as 10 to 35. */
export function modulo97(id: string): number {
  let rest = 0;
  for (let at = 0; at < id.length; at += 1) {
    const code = id.charCodeAt(at);
    rest = code < 58 ? (rest * 10 + code - 48) % 97 : (rest * 100 + code - 55) % 97;
  }
  return rest;
}

/** ISO 7064, MOD 11-2: the check character, `X` for ten, is the last. */
export function passesMod11_2(id: string): boolean {
  let rest = 0;
  for (let at = 0; at < id.length - 1; at += 1) rest = ((rest + digitAt(id, at)) * 2) % 11;
  const check = (12 - rest) % 11;
  return id.at(-1) === (check === 10 ? 'X' : String(check));
}

/** ISO 7064, MOD 11,10. */
export function passesMod11_10(digits: string): boolean {
  let product = 10;
  for (let at = 0; at < digits.length - 1; at += 1) {
    const sum = (digitAt(digits, at) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === digitAt(digits, digits.length - 1);
}

/** ICAO 9303: weights 7, 3, 1, letters as 10 to 35, the filler `<` as 0; the check digit of a field. */
export function icaoDigit(field: string): number {
  let sum = 0;
  for (let at = 0; at < field.length; at += 1)
    sum += (ICAO_WEIGHTS[at % 3] ?? 0) * icaoValue(field.charCodeAt(at));
  return sum % 10;
}
const ICAO_WEIGHTS = [7, 3, 1];

function icaoValue(code: number): number {
  if (code < 58) return code - 48;
  return code === 60 ? 0 : code - 55;
}

/** The field's check digit follows it. */
export function passesIcao(id: string): boolean {
  return icaoDigit(id.slice(0, -1)) === digitAt(id, id.length - 1);
}

/** Verhoeff's multiplication in the dihedral group of ten, and his permutation. */
const MULTIPLY = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const PERMUTE = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

export function passesVerhoeff(digits: string): boolean {
  let check = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = digitAt(digits, digits.length - 1 - at);
    const permuted = Number(PERMUTE[at % 8]?.[digit]);
    check = Number(MULTIPLY[check]?.[permuted]);
  }
  return check === 0;
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A day or a month to which some countries add a number, to say more by it. */
export function raised(value: number, by: number): number {
  return value > by ? value - by : value;
}

/** Is there such a day? Without a year, 29 February is one. */
export function isDay(month: number, day: number, year?: number): boolean {
  if (month === 2 && day === 29 && year !== undefined)
    return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day >= 1 && day <= (DAYS[month - 1] ?? 0);
}

/** Are six digits a date as `YYMMDD`? */
export function isYearMonthDay(digits: string): boolean {
  return isDay(Number(digits.slice(2, 4)), Number(digits.slice(4, 6)));
}

/** Are six digits a date as `DDMMYY`? */
export function isDayMonthYear(digits: string): boolean {
  return isDay(Number(digits.slice(2, 4)), Number(digits.slice(0, 2)));
}

/** Is it the birthday of somebody who may be alive, as `YYYYMMDD`? */
export function isBirthday(digits: string): boolean {
  const year = Number(digits.slice(0, 4));
  return year >= 1880 && year <= 2100 && isDay(Number(digits.slice(4, 6)), Number(digits.slice(6, 8)), year);
}

/** The same digit throughout is a stand-in. */
export function isUniform(id: string): boolean {
  return id === id.charAt(0).repeat(id.length);
}

/**
 * International bank account numbers (ISO 13616): a country that issues them, its length, and the check by
 * modulus 97, in either case, without gaps or in groups of four with one space or hyphen between them.
 */
import { ALPHANUMERIC, characters, DIGIT, isAt, LETTER } from '../characters.ts';
import { found, NOTHING, type Reading, type Recognizer, unfinished } from '../engine/recognizer.ts';

const LENGTHS = lengthsByCountry(
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
    'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
    'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30 ' +
    // In use, though not in the registry.
    'AO25 BF28 BJ28 CF27 CG27 CI28 CM27 CV25 DZ26 GA27 GQ27 GW25 IR26 KM27 MA28 MG27 ML28 MZ25 NE28 SN28 TD27 TG28',
);
const SEPARATOR = characters(' -');
const LONGEST = 34;
/** With a separator after every fourth character, and what follows the last. */
const REACH = LONGEST + Math.floor(LONGEST / 4) + 1;

/** Lengths by country, at 32 × the first letter + the second, letters counted from 1 in either case. */
function lengthsByCountry(registry: string): Uint8Array {
  const table = new Uint8Array(1024);
  for (const entry of registry.split(' ')) table[countryAt(entry, 0)] = Number(entry.slice(2));
  return table;
}

function countryAt(text: string, index: number): number {
  return (text.charCodeAt(index) & 31) * 32 + (text.charCodeAt(index + 1) & 31);
}

/** Reads the number whose country begins at `start`. */
function readIban(text: string, start: number): Reading {
  const length = isAt(text, start + 1, LETTER) ? (LENGTHS[countryAt(text, start)] ?? 0) : 0;
  if (length === 0) return start + 1 >= text.length ? unfinished(start) : NOTHING;
  let at = start + 2;
  for (let count = 2; count < length; count += 1, at += 1) {
    if (count >= 4 && count % 4 === 0 && isAt(text, at, SEPARATOR)) at += 1;
    if (at >= text.length) return unfinished(start);
    if (!isAt(text, at, count < 4 ? DIGIT : ALPHANUMERIC)) return NOTHING;
  }
  if (isAt(text, at, ALPHANUMERIC) || !isValid(text.slice(start, at))) return NOTHING;
  return found(start, at, 0.99, at === text.length);
}

/** ISO 13616, 6: four characters moved to the end, letters as 10 to 35, the number modulo 97 is 1. */
function isValid(written: string): boolean {
  const iban = written.replaceAll(/[ -]/g, '').toUpperCase();
  let rest = 0;
  for (let at = 0; at < iban.length; at += 1) {
    const code = iban.charCodeAt((at + 4) % iban.length);
    rest = code < 58 ? (rest * 10 + code - 48) % 97 : (rest * 100 + code - 55) % 97;
  }
  return rest === 1;
}

export const iban: Recognizer = {
  type: 'pii.iban',
  label: 'IBAN',
  readers: [
    { triggers: [{ on: 'word', first: LETTER }], reach: REACH, read: ({ text }, at) => readIban(text, at) },
  ],
};

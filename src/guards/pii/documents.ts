/** Papers that every country has, in the forms that they share: passports, driving licences, accounts of banks. */
import { ALPHANUMERIC, characters, isAt, runEnd } from '../characters.ts';
import { hasPhrase, phrases } from '../context/phrases.ts';
import type { Page } from '../engine/page.ts';
import { found, NOTHING, type Reading, type Recognizer } from '../engine/recognizer.ts';
import { LICENCE, PASSPORT } from './countries/identifier.ts';

export const passport: Recognizer = {
  type: 'pii.passport',
  label: 'PASSPORT',
  readers: [],
  shapes: {
    plain: [
      '9999999',
      '99999999',
      '999999999',
      'A999999',
      'A9999999',
      'A99999999',
      'A999999999',
      'AA999999',
      'AA9999999',
      'AA99999999',
      'AAA999999',
      'AA99999',
      '99AA99999',
      'A99XXXX99',
      'AA 999999',
      'AA 9999999',
      'A 99999999',
      '99 9999999',
      '9999 999999',
      '9999999999',
      'AAXXXXXX9',
      'AA99XXXX9',
      'X99999999',
      '99XX99999',
      'A99999',
      '99 99 999999',
      '9 99 999999',
      'AAA99999A',
      'A999999A',
      'AA999999A',
    ],
    context: PASSPORT,
    check: (id) => (id.match(/\d/g) ?? []).length >= 4,
  },
};

export const drivingLicence: Recognizer = {
  type: 'pii.driving_licence',
  label: 'DRIVING_LICENCE',
  readers: [],
  shapes: {
    plain: [
      '9999999',
      '99999999',
      '999999999',
      '9999999999',
      '99999999999',
      '999999999999',
      'A999999',
      'A9999999',
      'A99999999',
      'A999999999',
      'A999999999999',
      'A99999999999',
      'AA999999',
      'AA9999999',
      'AA999999A',
      'AAA999999',
      '99AAA99999',
      '999AA9999',
      '99 99 999999',
      '99999/99/9999',
      'A99XXXXXX99',
      'A9999-9999999-99',
      'A999-999-99-999-9',
      'AA99 99999999999',
      'AA9999999A',
      'AA-9999999-A',
    ],
    context: LICENCE,
  },
};

const BIC_PART = characters('A-Z0-9');
const BIC_LENGTH = 11;
const BIC_SHAPE = /^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/;
const BIC_WORDS = phrases(
  'bic, swift, swift code, bic code, bic swift, bankleitzahl, swift bic, bank identifier',
);

/** ISO 9362: four letters of the bank, a country, a place, and perhaps a branch. */
function readBic(page: Page, at: number): Reading {
  const { text } = page;
  const end = runEnd(text, at, BIC_PART, at + BIC_LENGTH + 1);
  const open = end === text.length && end - at <= BIC_LENGTH;
  const id = text.slice(at, end);
  const whole = BIC_SHAPE.test(id) && COUNTRIES.has(id.slice(4, 6)) && !isAt(text, end, ALPHANUMERIC);
  if (!(whole || open) || !hasPhrase(page.contextAt(at), BIC_WORDS)) return NOTHING;
  return found(at, whole ? end : -1, 0.9, open);
}

export const bic: Recognizer = {
  type: 'pii.bic',
  label: 'BIC',
  readers: [{ triggers: [{ on: 'word', first: characters('A-Z') }], reach: BIC_LENGTH + 1, read: readBic }],
};

/** ISO 3166-1, and Kosovo's own. */
const COUNTRIES: ReadonlySet<string> = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF ' +
    'CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH ' +
    'GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW ' +
    'KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG ' +
    'NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN ' +
    'SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE ' +
    'YT ZA ZM ZW'
  ).split(' '),
);

export const cardCode: Recognizer = {
  type: 'pii.card_code',
  label: 'CARD_CODE',
  readers: [],
  shapes: {
    plain: ['999', '9999'],
    context: phrases(
      'cvv, cvc, cvv2, cvc2, security code, card verification, prüfziffer karte, cryptogramme, código de seguridad',
    ),
  },
};

export const sortCode: Recognizer = {
  type: 'pii.sort_code',
  label: 'SORT_CODE',
  readers: [],
  shapes: {
    plain: ['99-99-99', '99 99 99', '999999'],
    context: phrases('sort code, bank sort code, sortcode'),
  },
};

/** Numbers of things that belong to one person: telephones and vehicles. */
import { ALPHANUMERIC, characters, isAt, runEnd } from '../characters.ts';
import { hasPhrase, phrases } from '../context/phrases.ts';
import type { Page } from '../engine/page.ts';
import { found, NOTHING, type Reading, type Recognizer } from '../engine/recognizer.ts';
import { isUniform, passesLuhn } from './checks.ts';

export const imei: Recognizer = {
  type: 'pii.imei',
  label: 'IMEI',
  readers: [],
  shapes: {
    printed: ['99-999999-999999-9'],
    plain: ['999999999999999', '99 999999 999999 9'],
    context: phrases('imei, imei number, device id, equipment identity'),
    check: (id) => passesLuhn(id) && !isUniform(id),
  },
};

/** ISO 3779 knows no I, O and Q. */
const VIN_PART = characters('A-HJ-NPR-Z0-9');
const VIN_LENGTH = 17;
const VIN_WORDS = phrases(
  'vin, vehicle, vehicle identification, chassis, chassis number, fahrgestellnummer, fin, bastidor, telaio, châssis',
);
const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const VIN_VALUES = '0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ';

/** 49 CFR 565.15: the ninth character is the check of the others. */
function passesVin(id: string): boolean {
  let sum = 0;
  for (let at = 0; at < VIN_LENGTH; at += 1)
    sum += (VIN_VALUES.indexOf(id[at] ?? '') % 10) * (VIN_WEIGHTS[at] ?? 0);
  return id[8] === (sum % 11 === 10 ? 'X' : String(sum % 11));
}

function readVin(page: Page, at: number): Reading {
  const { text } = page;
  const end = runEnd(text, at, VIN_PART, at + VIN_LENGTH);
  if (end === text.length) {
    if (end - at < VIN_LENGTH) return found(at, -1, 0, true);
  } else if (end - at < VIN_LENGTH || isAt(text, end, ALPHANUMERIC)) return NOTHING;
  const id = text.slice(at, end);
  const told = hasPhrase(page.contextAt(at), VIN_WORDS);
  // A run of digits, or of letters, is something else.
  const mixed = /\d{4}$/.test(id) && /[A-Z].*[A-Z]/.test(id);
  const real = mixed && (passesVin(id) || told);
  return real ? found(at, end, told ? 0.95 : 0.8, end === text.length) : NOTHING;
}

export const vin: Recognizer = {
  type: 'pii.vin',
  label: 'VIN',
  readers: [{ triggers: [{ on: 'word', first: VIN_PART }], reach: VIN_LENGTH + 1, read: readVin }],
};

export const licencePlate: Recognizer = {
  type: 'pii.licence_plate',
  label: 'LICENCE_PLATE',
  readers: [],
  shapes: {
    plain: [
      'A 99',
      'A 999',
      'A 9999',
      'AA 99',
      'AA 999',
      'AA 9999',
      'A-AA 9',
      'A-AA 99',
      'A-AA 999',
      'A-AA 9999',
      'AA-AA 99',
      'AA-AA 999',
      'AA-A 99',
      'AA-A 999',
      'AAA-AA 99',
      'AAA-A 999',
      'A A 9',
      'A AA 999',
      'A AA 9999',
      'AA AA 999',
      'AAA A 999',
      'AA99 AAA',
      'AA99AAA',
      'AAA 999',
      'AAA-999',
      'AAA999',
      'AAA-9999',
      'AAA 9999',
      'AAA9999',
      'AA-999-AA',
      'AA 999 AA',
      'AA999AA',
      '9AAA999',
      '9999 AAA',
      '9999AAA',
      'AA 99 AA 9999',
      'AA99AA9999',
      'AA-99-99',
      '99-AA-99',
      '99-99-AA',
      'AAA9A99',
      '99A-999.99',
      'AA 99999',
      'AAA 99A',
      'AAA99A',
    ],
    context: phrases(
      'licence plate, license plate, number plate, plate number, plate no, plate, registration number, vehicle registration, kennzeichen',
      'immatriculation, plaque, matrícula, matricula, targa, kenteken, rejestracyjny, numer rejestracyjny, госномер, 车牌',
    ),
  },
};

/** Texts that each detector must find, whole. */

import { EXAMPLES } from './pii/countries/examples.ts';
import { NAMES, SECRET_SAMPLES } from './secret-samples.ts';

/** ICAO 9303, part 4, appendix B. */
const MRZ = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10';

/** What stands before those samples that are nothing by themselves. */
const CONTEXTS: ReadonlyMap<string, string> = new Map([
  ['pii.birth_date', 'born '],
  ['pii.imei', 'imei '],
  ['pii.bic', 'bic '],
  ['pii.card_code', 'cvv '],
  ['pii.sort_code', 'sort code '],
  ['pii.licence_plate', 'license plate '],
  ['pii.us.dea', 'dea '],
  ['pii.us.routing', 'routing '],
  ['pii.us.bank_account', 'account number '],
  ['pii.mx.clabe', 'clabe '],
  ['pii.person', 'by '],
]);
/** Says tax, person, health, passport and licence at once. */
const PAPERS = 'tax id, ssn, health card, passport, dl ';
const IN_PAPERS = /^pii\.(?:[a-z]{2}\.|passport|driving_licence)/;

export function contextOf(type: string): string {
  return CONTEXTS.get(type) ?? NAMES.get(type) ?? (IN_PAPERS.test(type) ? PAPERS : '');
}

export const SAMPLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['pii.email', ['jane.doe@example.org', "o'brien+tag@mail.example.co.uk", 'zoë@bücher.example', 'a@b.cd']],
  [
    'pii.phone',
    [
      '+1 202 555 0123',
      '+12025550123',
      '+44 (0)20 7946 0958',
      '+49 30 23125-000',
      '+33.1.23.45.67.89',
      '(202) 555-0123',
      '202-555-0123',
      '020 7946 0958',
      '030/23125000',
    ],
  ],
  [
    'pii.card',
    [
      '4111111111111111',
      '4111 1111 1111 1111',
      '5555-5555-5555-4444',
      '3782 822463 10005',
      '378282246310005',
      '3056 930902 5904',
      '4222222222222',
      '4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1',
    ],
  ],
  [
    'pii.iban',
    [
      'DE89370400440532013000',
      'GB82 WEST 1234 5698 7654 32',
      'gb82west12345698765432',
      'NO93-8601-1117-947',
      'MT84MALT011000012345MTLCAST001S',
    ],
  ],
  ['pii.mrz', [MRZ, MRZ.replace('\n', '\\n')]],
  [
    'pii.crypto_wallet',
    [
      '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
      '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy',
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh',
    ],
  ],
  ['pii.vin', ['1M8GDM9AXKP042788', '1HGCM82633A004352']],
  ['pii.imei', ['49-015420-323751-8']],
  ['pii.mac', ['00:1b:44:11:3a:b7', '00-1B-44-11-3A-B7', '001b.4411.3ab7']],
  ['pii.birth_date', ['1990-03-12', '12.03.1990', '12 March 1990', 'March 12, 1990', '12 de marzo de 1990']],
  ['pii.passport', ['C12345678']],
  ['pii.driving_licence', ['AB123456C']],
  ['pii.ip', ['203.0.113.7', '2001:db8::8a2e:370:7334', '192.168.1.20']],
  ['pii.bic', ['DEUTDEFF', 'NEDSZAJJXXX']],
  ['pii.coordinates', ['52.51628, 13.37770', `52° 31' 12" N 13° 24' 18" E`]],
  ['pii.card_code', ['123']],
  ['pii.sort_code', ['12-34-56']],
  ['pii.licence_plate', ['M-AB 1234']],
  [
    'pii.address',
    [
      '12 Main Street',
      '1600 Amphitheatre Parkway, Mountain View, CA 94043',
      'Hauptstraße 12, 10115 Berlin',
      '12 rue de la Paix, 75002 Paris',
    ],
  ],
  ['pii.person', ['Jennifer Miller', 'Johannes van Beethoven', 'Jean-Claude Dubois']],
  ...EXAMPLES.map(({ type, valid }) => [type, valid] as const),
  ...SECRET_SAMPLES,
]);

/** What must stand behind. */
export function behind(type: string): string {
  return type === 'secret.url_password' ? '@db.example.org' : '';
}

/** The same with what must stand around. */
export function samplesInContext(type: string): readonly string[] {
  return (SAMPLES.get(type) ?? []).map((sample) => contextOf(type) + sample + behind(type));
}

export const ALL_SAMPLES: readonly (readonly [type: string, sample: string])[] = [...SAMPLES].flatMap(
  ([type, samples]) => samples.map((sample) => [type, sample] as const),
);

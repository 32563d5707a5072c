/** All personal data, in the order in which they count. */
import type { Recognizer } from '../engine/recognizer.ts';
import { address } from './address.ts';
import { birthDate } from './birth.ts';
import { card } from './card.ts';
import { COUNTRIES } from './countries/index.ts';
import { wallet } from './crypto.ts';
import { imei, licencePlate, vin } from './device.ts';
import { bic, cardCode, drivingLicence, passport, sortCode } from './documents.ts';
import { email } from './email.ts';
import { geo } from './geo.ts';
import { iban } from './iban.ts';
import { mrz } from './mrz.ts';
import { person } from './names/person.ts';
import { ip, mac } from './network.ts';
import { phone } from './phone.ts';

/**
 * National telephone numbers are believed as people in the United States, Canada, Britain and Germany print them:
 * formats that next to nothing else has. Those of other countries need their calling code, or a word before them.
 */
const phones = phone(['US', 'GB', 'DE']);

/** What is told by more stands before what is told by less. */
export const PERSONAL: readonly Recognizer[] = [
  card,
  iban,
  email,
  mrz,
  wallet,
  vin,
  imei,
  mac,
  birthDate,
  ...COUNTRIES,
  passport,
  drivingLicence,
  phones,
  ip,
  bic,
  geo,
  cardCode,
  sortCode,
  licencePlate,
  address,
  person,
];

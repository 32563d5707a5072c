/** National identifiers: told by shape, check and context. */
import { type PhraseSet, phrases } from '../../context/phrases.ts';
import type { Recognizer } from '../../engine/recognizer.ts';

interface Written {
  /** As they are printed, with separators that tell them. */
  readonly printed?: readonly string[];
  /** As much else looks. */
  readonly plain?: readonly string[];
  /** Phrases of the country's own; those of its kind come with it. */
  readonly words?: string;
  /** What kind of number it is. */
  readonly kind?: PhraseSet;
  readonly check?: (id: string) => boolean;
}

/** @param name `de.tax_id`; makes the type `pii.de.tax_id` and the label `DE_TAX_ID` */
export function national(name: string, { printed, plain, words, kind, check }: Written): Recognizer {
  const own = words === undefined ? [] : phrases(words);
  return {
    type: `pii.${name}`,
    label: name.replaceAll('.', '_').toUpperCase(),
    readers: [],
    shapes: {
      context: new Set([...own, ...(kind ?? [])]),
      ...(printed && { printed }),
      ...(plain && { plain }),
      ...(check && { check }),
    },
  };
}

/** Numbers of persons, as states give them. */
export const PERSON_NUMBER = phrases(
  'national id, national identity, national identification, id number, id no, identity number, identity card, id card',
  'identification number, personal id, personal number, personal code, citizen id, citizen number, nin, national number',
  'national identifier, identity document, id document, government id, ssn, social security, social security number',
  'ausweisnummer, personalausweis, personennummer, documento de identidad, cédula, cedula, numéro national',
  'carta d identità, identiteitskaart, id kaart, numer identyfikacyjny, dowód osobisty, documento nacional',
  'удостоверение, личный номер, 身份证, 身分證, 身份證, 주민번호, kimlik',
);

/** Numbers of taxpayers. */
export const TAX_NUMBER = phrases(
  'tax id, tax number, tax no, tax identification, tax identification number, taxpayer, taxpayer id, tin, tax code',
  'tax file, tax ref, tax reference, vat, vat number, vat id, vat no, fiscal code, fiscal number',
  'steuer id, steueridentifikationsnummer, steuernummer, steuer nr, ust id, numéro fiscal, identifiant fiscal',
  'número de identificación fiscal, codice fiscale, partita iva, contribuinte, número fiscal, belastingnummer, btw',
  'numer identyfikacji podatkowej, daňové číslo, adószám, adóazonosító, cod fiscal, инн, налоговый номер, αφμ, 税号, 納稅',
  'numéro fiscal de référence, fiscal',
);

/** Numbers of people's health insurance. */
export const HEALTH_NUMBER = phrases(
  'health number, health id, health insurance, health card, insurance number, insurance no, patient id, patient number',
  'medicare, medical record, mrn, krankenkasse, versichertennummer, krankenversicherung, krankenversichertennummer',
  'assurance maladie, tarjeta sanitaria, tessera sanitaria, zorgverzekering, ubezpieczenie zdrowotne',
);

/** Passports. */
export const PASSPORT = phrases(
  'passport, passport number, passport no, travel document, reisepass, reisepassnummer, passnummer, pass nr, passeport',
  'pasaporte, passaporte, passaporto, paspoort, paszport, passi, pas, útlevél, pașaport, cestovní pas, паспорт',
  'pasaport, διαβατήριο, جواز سفر, דרכון, 护照, 護照, パスポート, 旅券, 여권, hộ chiếu, หนังสือเดินทาง, paspor',
);

/** Driving licences. */
export const LICENCE = phrases(
  'driving licence, driving license, driver license, drivers license, driver s license, driver licence, drivers licence',
  'license number, licence number, dl, dl number, dln, führerschein, führerscheinnummer, permis de conduire',
  'permiso de conducir, licencia de conducir, patente di guida, carta de condução, rijbewijs, prawo jazdy',
  'водительское удостоверение, 驾驶证, 免許証, driver s licence, driver s license number',
);

/**
 * The names in a certificate (RFC 5280): subject and subject alternative names, read from its own bytes. What prints
 * them as one text can be made to print one name as two; so no text is taken apart here.
 */
import { hash } from 'node:crypto';
import type { CertificateNames } from '../../policy/identity-rules.ts';
import { inside, readTlvs, type Tlv } from './der.ts';

export interface ReadCertificate extends CertificateNames {
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const OID = 0x06;
const OCTETS = 0x04;
const EXTENSIONS = 0xa3;
const VERSION = 0xa0;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
/** `GeneralName`: dNSName and uniformResourceIdentifier, both IA5String. */
const DNS = 0x82;
const URI = 0x86;
const SUBJECT_ALT_NAME = '551d11';
const ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ['550403', 'CN'],
  ['55040a', 'O'],
  ['55040b', 'OU'],
  ['550406', 'C'],
  ['550407', 'L'],
  ['550408', 'ST'],
]);
const PRINTABLE = /^[\x21-\x7e]{1,2048}$/;

/** @returns undefined where the bytes are no certificate that can be read without doubt */
export function readNames(der: Uint8Array): ReadCertificate | undefined {
  const [body] = inside(der, SEQUENCE) ?? [];
  const fields = body === undefined ? undefined : readTlvs(body.content);
  if (fields === undefined) return undefined;
  // A version 1 certificate has no version field, and no extensions.
  const [serial, algorithm, issuer, validity, subject, key, ...rest] =
    fields[0]?.tag === VERSION ? fields.slice(1) : fields;
  if (serial === undefined || algorithm === undefined || issuer === undefined || key === undefined)
    return undefined;
  const times = timesIn(validity);
  const names = altNamesIn(rest);
  const subjectNames = subjectIn(subject);
  if (times === undefined || names === undefined || subjectNames === undefined) return undefined;
  return { ...times, ...names, subject: subjectNames, digest: hash('sha256', der) };
}

function timesIn(validity: Tlv | undefined): Pick<ReadCertificate, 'notBefore' | 'notAfter'> | undefined {
  const [from, until] = validity === undefined ? [] : (readTlvs(validity.content) ?? []);
  const [notBefore, notAfter] = [timeOf(from), timeOf(until)];
  return notBefore === undefined || notAfter === undefined ? undefined : { notBefore, notAfter };
}

/** RFC 5280, section 4.1.2.5: seconds, in UTC, two digits of the year up to 2049. */
function timeOf(tlv: Tlv | undefined): number | undefined {
  if (tlv === undefined) return undefined;
  const text = Buffer.from(tlv.content).toString('latin1');
  const short = tlv.tag === UTC_TIME ? /^(\d{2})(\d{10})Z$/.exec(text) : undefined;
  const full = short ? `${Number(short[1]) < 50 ? '20' : '19'}${short[1]}${short[2]}` : text.slice(0, 14);
  if (!short && (tlv.tag !== GENERALIZED_TIME || !/^\d{14}Z$/.test(text))) return undefined;
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(full) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** @returns no names where there is no such extension; undefined where there is one that cannot be read */
function altNamesIn(fields: readonly Tlv[]): Pick<CertificateNames, 'uris' | 'dns'> | undefined {
  const wrapper = fields.find(({ tag }) => tag === EXTENSIONS);
  const extensions = wrapper === undefined ? [] : inside(wrapper.content, SEQUENCE);
  if (extensions === undefined) return undefined;
  const found = extensions.map(extensionIn).filter((one) => one?.oid === SUBJECT_ALT_NAME);
  if (found.length === 0) return { uris: [], dns: [] };
  const [only, more] = found;
  const names = only?.value === undefined || more !== undefined ? undefined : inside(only.value, SEQUENCE);
  if (names === undefined) return undefined;
  const texts = (tag: number) =>
    names.filter((name) => name.tag === tag).map(({ content }) => ascii(content));
  const [uris, dns] = [texts(URI), texts(DNS)];
  return uris.every((name) => name !== undefined) && dns.every((name) => name !== undefined)
    ? { uris, dns }
    : undefined;
}

function extensionIn({
  content,
}: Tlv): { readonly oid: string; readonly value: Uint8Array | undefined } | undefined {
  const parts = readTlvs(content);
  const [oid] = parts ?? [];
  const value = parts?.at(-1);
  if (oid?.tag !== OID) return undefined;
  return {
    oid: Buffer.from(oid.content).toString('hex'),
    value: value?.tag === OCTETS ? value.content : undefined,
  };
}

/** A name with a NUL, a space or anything beyond ASCII in it is no name. */
function ascii(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  return PRINTABLE.test(text) ? text : undefined;
}

function subjectIn(subject: Tlv | undefined): CertificateNames['subject'] | undefined {
  const sets = subject === undefined ? undefined : readTlvs(subject.content);
  if (sets === undefined) return undefined;
  const values = new Map<string, string[]>();
  for (const set of sets) {
    const pairs = set.tag === SET ? readTlvs(set.content) : undefined;
    if (pairs === undefined) return undefined;
    for (const pair of pairs) {
      const [oid, value] = readTlvs(pair.content) ?? [];
      const name = oid === undefined ? undefined : ATTRIBUTES.get(Buffer.from(oid.content).toString('hex'));
      if (name === undefined || value === undefined) continue;
      values.set(name, [...(values.get(name) ?? []), Buffer.from(value.content).toString('utf8')]);
    }
  }
  return values;
}

/** A certificate authority for tests: certificates with whatever names and times a test wants, made on the spot. */
import 'reflect-metadata';
import { generateKeyPairSync, type KeyObject, type webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Peer } from '../../../src/core/exchange.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

export interface Issued {
  readonly pem: string;
  readonly key: string;
  readonly digest: string;
  /** As Envoy states it. */
  readonly peer: Peer;
}

export interface Wanted {
  readonly uris?: readonly string[];
  readonly dns?: readonly string[];
  /** RFC 4514. */
  readonly subject?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** For servers: an address. */
  readonly ip?: string;
}

export interface Authority {
  readonly pem: string;
  issue(wanted: Wanted): Promise<Issued>;
}

export async function makeAuthority(name = 'test'): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });
  let serial = 1;
  return {
    pem: `${ca.toString('pem')}\n`,
    async issue(wanted) {
      serial += 1;
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: serial.toString(16).padStart(2, '0'),
        subject: wanted.subject ?? '',
        issuer: ca.subject,
        notBefore: wanted.notBefore ?? new Date(Date.now() - 3_600_000),
        notAfter: wanted.notAfter ?? new Date(Date.now() + 3_600_000),
        signingKey: keys.privateKey,
        publicKey: await webKey(pair.publicKey),
        signingAlgorithm: ALGORITHM,
        extensions: [new x509.SubjectAlternativeNameExtension(namesOf(wanted))],
      });
      return issued(`${certificate.toString('pem')}\n`, pair.privateKey);
    },
  };
}

function namesOf({ uris = [], dns = [], ip }: Wanted): x509.JsonGeneralNames {
  return [
    ...uris.map((value) => ({ type: 'url' as const, value })),
    ...dns.map((value) => ({ type: 'dns' as const, value })),
    ...(ip === undefined ? [] : [{ type: 'ip' as const, value: ip }]),
  ];
}

async function webKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  return crypto.subtle.importKey('spki', key.export({ type: 'spki', format: 'der' }), ALGORITHM, true, [
    'verify',
  ]);
}

function issued(pem: string, key: KeyObject): Issued {
  const read = new X509Certificate(pem);
  return {
    pem,
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    digest: read.fingerprint256.replaceAll(':', '').toLowerCase(),
    peer: { certificate: encodeURIComponent(pem) },
  };
}

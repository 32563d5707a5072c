/** An issuer of tokens for tests: real keys, and whatever header and claims a test wants. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { IssuerKeys, KeyAnswer } from '../../../src/core/ports.ts';
import { rememberProofs, rememberTokens } from '../../../src/identity/token/remembered.ts';
import type { IdentityRules, IssuerRules } from '../../../src/policy/identity-rules.ts';
import { compiled } from '../../policy/setting.ts';

export const ISSUER = 'https://id.example.org';
export const NOW = Date.UTC(2026, 0, 1);
const SECONDS = NOW / 1000;

export const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const OTHER = generateKeyPairSync('rsa', { modulusLength: 2048 });

const encode = (value: string | object): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Header and claims that are good, to be changed. */
export const HEADER = { alg: 'RS256', typ: 'at+jwt', kid: 'k1' };
export const CLAIMS = {
  iss: ISSUER,
  aud: 'ai',
  sub: 'ann',
  iat: SECONDS - 10,
  exp: SECONDS + 300,
  org: 'acme',
  groups: ['staff'],
  scope: 'model:read model:invoke',
};

/** Signs header and payload as they are given; texts are taken as they stand. */
export function signed(
  header: string | object,
  payload: string | object,
  key: KeyObject = RSA.privateKey,
): string {
  const input = `${encode(header)}.${encode(payload)}`;
  const ec = key.asymmetricKeyType === 'ec';
  const signature = sign('sha256', Buffer.from(input), ec ? { key, dsaEncoding: 'ieee-p1363' } : key);
  return `${input}.${signature.toString('base64url')}`;
}

export const token = (claims: object = {}, header: object = {}): string =>
  signed({ ...HEADER, ...header }, { ...CLAIMS, ...claims });

/** Signed with a secret, as by somebody who takes a public key for one. */
export function hmacSigned(header: object, payload: object, secret: string | Buffer): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

export function unsigned(header: object, payload: object): string {
  return `${encode(header)}.${encode(payload)}.`;
}

async function publicKey(key: KeyObject, algorithm: 'RS256' | 'ES256'): Promise<KeyAnswer> {
  const jwk = key.export({ format: 'jwk' });
  const how =
    algorithm === 'RS256'
      ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
      : { name: 'ECDSA', namedCurve: 'P-256' };
  return { key: await crypto.subtle.importKey('jwk', jwk, how, true, ['verify']) };
}

const RSA_KEY = await publicKey(RSA.publicKey, 'RS256');
const EC_KEY = await publicKey(EC.publicKey, 'ES256');

/** The keys of `ISSUER`; asks are counted. */
export function issuerKeys(): IssuerKeys & { asked: number } {
  return {
    asked: 0,
    find(source, kid, algorithm) {
      this.asked += 1;
      if (source.issuer !== ISSUER) return { missing: 'unavailable', retryAfter: 7 };
      if (kid === 'k1' && algorithm === 'RS256') return RSA_KEY;
      return kid === 'k2' && algorithm === 'ES256' ? EC_KEY : { missing: 'unknown' };
    },
  };
}

export function memories() {
  return { tokens: rememberTokens(100), proofs: rememberProofs(100) };
}

/** The rules of a policy's identity section. */
export function identityOf(section: string): IdentityRules {
  return compiled(`version: 1\nidentity:\n${section}`).identity;
}

export const OIDC = `
  oidc:
    - id: corp
      issuer: ${ISSUER}
      audiences: [ai, other]
      claims: { user: sub, tenant: org, groups: groups }
`;

export function issuerRules(more = ''): IssuerRules {
  const [rules] = identityOf(OIDC + more).issuers.values();
  if (rules === undefined) throw new Error('no issuer');
  return rules;
}

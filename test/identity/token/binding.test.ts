import assert from 'node:assert/strict';
import { generateKeyPairSync, hash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { calculateJwkThumbprint } from 'jose';
import { isRefusal } from '../../../src/core/refusal.ts';
import type { Evidence } from '../../../src/identity/method.ts';
import { oidcMethod } from '../../../src/identity/token/oidc-method.ts';
import { bearing } from '../evidence.ts';
import { HEADER, identityOf, issuerKeys, memories, NOW, OIDC, signed, token } from './issuer.ts';

const PEM = readFileSync(new URL('../../envoy-wire/tls/client.pem', import.meta.url), 'utf8');
const STRANGER = readFileSync(new URL('../../envoy-wire/tls/stranger.pem', import.meta.url), 'utf8');
const THUMBPRINT = hash('sha256', new X509Certificate(PEM).raw, 'base64url');

const evidence = (text: string, more: Partial<Evidence> = {}, scheme: 'bearer' | 'dpop' = 'bearer') =>
  bearing(text, scheme, more);

function world(more = '') {
  const section = OIDC.replace('audiences', `${more}audiences`);
  const method = oidcMethod(identityOf(section), { issuerKeys: issuerKeys(), ...memories() });
  return async (asked: Evidence, now = NOW) => {
    const verdict = await method.verify(asked, now);
    if (verdict === undefined) return 'not ours';
    return isRefusal(verdict) ? (verdict.why ?? verdict.refused) : 'good';
  };
}

describe('a token bound to a client certificate (RFC 8705)', () => {
  const bound = token({ cnf: { 'x5t#S256': THUMBPRINT } });
  const withPeer = (pem: string) => evidence(bound, { peer: { certificate: encodeURIComponent(pem) } });

  it('is good beside that certificate, also as the first of a chain, and beside no other', async () => {
    const why = world();
    assert.equal(await why(withPeer(PEM)), 'good');
    assert.equal(await why(withPeer(PEM + STRANGER)), 'good');
    assert.equal(await why(withPeer(STRANGER)), 'binding_mismatch');
    assert.equal(await why(withPeer(STRANGER + PEM)), 'binding_mismatch');
    assert.equal(await why(evidence(bound)), 'binding_mismatch');
    for (const certificate of ['', '%', '-----BEGIN CERTIFICATE-----', 'a'.repeat(40_000)])
      assert.equal(await why(evidence(bound, { peer: { certificate } })), 'binding_mismatch');
  });

  it('is held to it also when it is remembered', async () => {
    const why = world();
    assert.equal(await why(withPeer(PEM)), 'good');
    assert.equal(await why(evidence(bound)), 'binding_mismatch');
  });
});

const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const JWK = KEY.publicKey.export({ format: 'jwk' });
const JKT = await calculateJwkThumbprint(JWK, 'sha256');
const BOUND = token({ cnf: { jkt: JKT } });

interface ProofParts {
  readonly header?: object;
  readonly claims?: object;
  readonly key?: typeof KEY.privateKey;
}

let serial = 0;
function proof({ header = {}, claims = {}, key = KEY.privateKey }: ProofParts = {}): string {
  return signed(
    { typ: 'dpop+jwt', alg: 'ES256', jwk: JWK, ...header },
    {
      jti: `proof-${serial++}`,
      htm: 'POST',
      htu: 'https://api.example.org/v1/chat/completions',
      iat: NOW / 1000,
      ath: hash('sha256', BOUND, 'base64url'),
      ...claims,
    },
    key,
  );
}

const proven = (text: string, more: Partial<Evidence> = {}) =>
  evidence(BOUND, { headers: new Map([['dpop', [text]]]), ...more }, 'dpop');

describe('a token bound to a key (RFC 9449)', () => {
  it('is good beside a proof of that key for this very request', async () => {
    const why = world();
    assert.equal(await why(proven(proof())), 'good');
    assert.equal(await why(proven(proof())), 'good');
    const variants = [
      'https://API.example.org:443/v1/chat/completions',
      'http://api.example.org/v1/chat/completions?a=b#c',
    ];
    for (const htu of variants) assert.equal(await why(proven(proof({ claims: { htu } }))), 'good', htu);
  });

  it('is refused without one, or as a bearer token', async () => {
    const why = world();
    assert.equal(await why(evidence(BOUND, {}, 'dpop')), 'proof_missing');
    assert.equal(await why(evidence(BOUND, { headers: new Map([['dpop', [proof()]]]) })), 'proof_missing');
    assert.equal(
      await why(proven(proof(), { headers: new Map([['dpop', [proof(), proof()]]]) })),
      'proof_invalid',
    );
  });

  it('is refused beside a proof used before', async () => {
    const why = world();
    const once = proof();
    assert.equal(await why(proven(once)), 'good');
    assert.equal(await why(proven(once)), 'proof_replayed');
    assert.equal(await why(proven(proof({ claims: { jti: 'x' } }))), 'good');
    assert.equal(await why(proven(proof({ claims: { jti: 'x', iat: NOW / 1000 + 1 } }))), 'proof_replayed');
  });

  it('is refused beside a proof for another request, token or time', async () => {
    const why = world();
    for (const claims of [
      { htm: 'GET' },
      { htm: 'post' },
      { htu: 'https://api.example.org/v1/models' },
      { htu: 'https://evil.example.org/v1/chat/completions' },
      { htu: 'https://api.example.org/v1/chat/completions/' },
      { htu: '/v1/chat/completions' },
      { htu: 'ftp://api.example.org/v1/chat/completions' },
      { htu: undefined },
      { ath: undefined },
      { ath: hash('sha256', 'another', 'base64url') },
      { iat: NOW / 1000 - 61 },
      { iat: NOW / 1000 + 61 },
      { iat: undefined },
      { iat: String(NOW / 1000) },
      { jti: undefined },
      { jti: '' },
      { jti: 7 },
      { jti: 'a'.repeat(257) },
    ])
      assert.equal(
        await why(proven(proof({ claims }))),
        'proof_invalid',
        JSON.stringify(claims).slice(0, 80),
      );
  });

  it('is refused beside a proof by another key, or of a form that is none', async () => {
    const why = world();
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const otherJwk = other.publicKey.export({ format: 'jwk' });
    for (const parts of [
      { key: other.privateKey },
      { key: other.privateKey, header: { jwk: otherJwk } },
      { header: { jwk: KEY.privateKey.export({ format: 'jwk' }) } },
      { header: { jwk: undefined } },
      { header: { jwk: 'x' } },
      { header: { jwk: { kty: 'oct', k: 'AAAA' } } },
      { header: { alg: 'none' } },
      { header: { alg: 'HS256' } },
      { header: { typ: 'JWT' } },
      { header: { typ: undefined } },
      { header: { crit: ['x'] } },
    ])
      assert.equal(await why(proven(proof(parts))), 'proof_invalid', JSON.stringify(parts.header));
    for (const text of ['', 'x', 'a.b.c', `${proof()}A`, 'a'.repeat(5000)])
      assert.equal(await why(proven(text)), 'proof_invalid', text.slice(0, 20));
  });

  it('says so with the challenge of its scheme', async () => {
    const method = oidcMethod(identityOf(OIDC), { issuerKeys: issuerKeys(), ...memories() });
    const verdict = await method.verify(evidence(BOUND, {}, 'dpop'), NOW);
    assert.ok(verdict !== undefined && isRefusal(verdict));
    assert.deepEqual(verdict.headers, [
      ['www-authenticate', 'DPoP realm="sallyport", error="invalid_dpop_proof"'],
    ]);
  });
});

describe('a bearer token', () => {
  it('is no DPoP token, and is refused where the policy wants bound ones', async () => {
    assert.equal(await world()(evidence(token(), {}, 'dpop')), 'binding_missing');
    assert.equal(await world('binding: required\n      ')(evidence(token())), 'binding_missing');
  });

  it('bound in a way that is not understood is refused, not taken for an unbound one', async () => {
    for (const cnf of [
      {},
      { jwk: JWK },
      { kid: 'x' },
      { jkt: JKT, 'x5t#S256': THUMBPRINT },
      { jkt: 'short' },
      [],
      'x',
    ])
      assert.equal(await world()(evidence(token({ cnf }))), 'claims_unusable', JSON.stringify(cnf));
  });
});

it('signs what it says: the helper of these tests makes tokens that are good', async () => {
  assert.equal(
    await world()(
      evidence(signed(HEADER, JSON.parse(Buffer.from(token().split('.')[1] ?? '', 'base64url').toString()))),
    ),
    'good',
  );
});

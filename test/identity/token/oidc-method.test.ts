import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Principal } from '../../../src/core/principal.ts';
import { isRefusal, type Refusal } from '../../../src/core/refusal.ts';
import { oidcMethod } from '../../../src/identity/token/oidc-method.ts';
import { bearing } from '../evidence.ts';
import {
  CLAIMS,
  EC,
  HEADER,
  hmacSigned,
  ISSUER,
  identityOf,
  issuerKeys,
  memories,
  NOW,
  OIDC,
  OTHER,
  RSA,
  signed,
  token,
  unsigned,
} from './issuer.ts';

function world(more = '') {
  const keys = issuerKeys();
  const ports = { issuerKeys: keys, ...memories() };
  const method = oidcMethod(identityOf(OIDC + more), ports);
  return {
    keys,
    ports,
    verify: async (text: string, now = NOW) => method.verify(bearing(text), now),
    method,
  };
}

type Verdict = Principal | Refusal | undefined;

/** Why a token was refused, in truth; `good` if it was not. */
const why = (verdict: Verdict): string =>
  verdict === undefined ? 'not ours' : isRefusal(verdict) ? (verdict.why ?? verdict.refused) : 'good';

const whyNot = async (text: string, more = '', now = NOW) => why(await world(more).verify(text, now));

const SECONDS = NOW / 1000;

describe('a signed token', () => {
  it('names a principal by issuer and subject, with what the policy maps', async () => {
    assert.deepEqual(await world().verify(token()), {
      methods: ['oidc'],
      id: 'corp/ann',
      issuer: 'corp',
      user: 'ann',
      tenant: 'acme',
      groups: ['staff'],
      scopes: ['model:read', 'model:invoke'],
    });
  });

  it('is verified once: what is remembered answers at once, until it expires', async () => {
    const { keys, method } = world();
    const text = token();
    await method.verify(bearing(text), NOW);
    const again = method.verify(bearing(text), NOW + 1000);
    assert.ok(!(again instanceof Promise));
    assert.equal(why(again), 'good');
    assert.equal(keys.asked, 1);
    assert.equal(why(await method.verify(bearing(text), NOW + 331_000)), 'expired');
  });

  it('L15: is verified anew under other rules, and never taken for another of the same beginning', async () => {
    const { ports } = world();
    const text = token();
    await oidcMethod(identityOf(OIDC), ports).verify(bearing(text), NOW);
    const stricter = identityOf(OIDC.replace('[ai, other]', '[other]'));
    assert.equal(why(await oidcMethod(stricter, ports).verify(bearing(text), NOW)), 'wrong_audience');
    assert.equal(
      why(await oidcMethod(identityOf(OIDC), ports).verify(bearing(`${text}A`), NOW)),
      'wrong_signature',
    );
  });

  it('L1: is refused unsigned, however `none` is spelled', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
      assert.notEqual(await whyNot(unsigned({ ...HEADER, alg }, CLAIMS)), 'good', alg);
      assert.notEqual(await whyNot(`${unsigned({ ...HEADER, alg }, CLAIMS)}AAAA`), 'good', alg);
    }
  });

  it('L1: is refused where the issuer’s public key was taken for a secret', async () => {
    const pem = RSA.publicKey.export({ type: 'spki', format: 'pem' });
    const der = RSA.publicKey.export({ type: 'spki', format: 'der' });
    for (const secret of [pem, pem.toString().trim(), der])
      assert.equal(await whyNot(hmacSigned({ ...HEADER, alg: 'HS256' }, CLAIMS, secret)), 'wrong_algorithm');
  });

  it('L1: is refused with an algorithm that the policy does not list', async () => {
    assert.equal(await whyNot(signed({ ...HEADER, alg: 'ES256', kid: 'k2' }, CLAIMS, EC.privateKey)), 'good');
    const rsaOnly = OIDC.replace('audiences', 'algorithms: [RS256]\n      audiences');
    const method = oidcMethod(identityOf(rsaOnly), world().ports);
    const text = signed({ ...HEADER, alg: 'ES256', kid: 'k2' }, CLAIMS, EC.privateKey);
    assert.equal(why(await method.verify(bearing(text), NOW)), 'wrong_algorithm');
  });

  it('L2: is refused where it brings its own key, or says where to fetch one', async () => {
    const jwk = OTHER.publicKey.export({ format: 'jwk' });
    for (const extra of [
      { jwk },
      { jku: 'https://evil.example.org' },
      { x5u: 'https://evil.example.org' },
      { x5c: ['MII'] },
    ])
      assert.equal(await whyNot(signed({ ...HEADER, ...extra }, CLAIMS, OTHER.privateKey)), 'malformed');
  });

  it('L3: takes the id of a key for a name and nothing else', async () => {
    for (const kid of [
      '../../etc/passwd',
      "' OR 1=1 --",
      'a'.repeat(129),
      'a'.repeat(100_000),
      '',
      7,
      null,
      ['k1'],
      {},
    ])
      assert.notEqual(await whyNot(token({}, { kid })), 'good', String(kid).slice(0, 40));
    assert.equal(await whyNot(token({}, { kid: 'k9' })), 'unknown_signing_key');
  });

  it('L5: is refused with critical headers, and with those that change what is signed', async () => {
    for (const extra of [
      { crit: ['exp'] },
      { crit: ['b64'], b64: false },
      { b64: false },
      { b64: true },
      { crit: [] },
      { zip: 'DEF' },
    ])
      assert.equal(await whyNot(token({}, extra)), 'malformed', JSON.stringify(extra));
  });

  it('L6: must say when it ends and when it began, as numbers, and must be of now', async () => {
    const { exp: _, ...noExp } = CLAIMS;
    const { iat: __, ...noIat } = CLAIMS;
    assert.equal(await whyNot(signed(HEADER, noExp)), 'claims_unusable');
    assert.equal(await whyNot(signed(HEADER, noIat)), 'claims_unusable');
    for (const exp of [String(SECONDS + 300), null, true, [SECONDS + 300], -1, 1e20])
      assert.notEqual(await whyNot(token({ exp })), 'good', JSON.stringify(exp));
    assert.equal(await whyNot(token({ exp: SECONDS - 31 })), 'expired');
    assert.equal(await whyNot(token({ nbf: SECONDS + 31 })), 'too_early');
    assert.equal(await whyNot(token({ iat: SECONDS + 31 })), 'too_early');
    assert.equal(await whyNot(token({ iat: SECONDS - 2 * 86_400, exp: SECONDS + 10 * 86_400 })), 'too_old');
  });

  it('L7: must be meant for us, exactly; others may be meant, too', async () => {
    for (const aud of ['ai', ['x', 'ai'], 'other']) assert.equal(await whyNot(token({ aud })), 'good');
    for (const aud of ['ai2', 'a', 'AI', ' ai', ['ai2'], [], null, {}, { ai: 1 }, ['x', ['ai']], undefined])
      assert.equal(await whyNot(token({ aud })), 'wrong_audience', JSON.stringify(aud));
  });

  it('L8: is no concern of ours where its issuer is spelled otherwise; one issuer’s key signs for no other', async () => {
    for (const iss of [
      `${ISSUER}/`,
      ISSUER.toUpperCase(),
      `${ISSUER}/realm`,
      'https://evil.example.org',
      null,
      [ISSUER],
    ])
      assert.equal(await whyNot(token({ iss })), 'not ours', String(iss));
    const two = `${OIDC}    - { id: second, issuer: https://second.example.org, audiences: [ai] }\n`;
    const verdict = await oidcMethod(identityOf(two), world().ports).verify(
      bearing(token({ iss: 'https://second.example.org' })),
      NOW,
    );
    assert.ok(verdict !== undefined && isRefusal(verdict));
    assert.equal(verdict.refused, 'identity_unavailable');
    assert.equal(verdict.retryAfter, 7);
  });

  it('L9: is refused with a claim or header twice, which readers could take differently', async () => {
    const json = JSON.stringify(CLAIMS);
    for (const doubled of [
      json.replace('"sub":"ann"', '"sub":"bob","sub":"ann"'),
      json.replace('"org":"acme"', '"org":"globex","\\u006frg":"acme"'),
      `${json}{}`,
      `\ufeff${json}`,
    ])
      assert.equal(await whyNot(signed(HEADER, doubled)), 'malformed');
    assert.equal(await whyNot(signed('{"alg":"none","alg":"RS256","kid":"k1"}', CLAIMS)), 'malformed');
  });

  it('L10: is refused by its size before anything else of it is looked at', async () => {
    const { keys, verify } = world();
    assert.equal(why(await verify(token({ filler: 'a'.repeat(9000) }))), 'too_large');
    assert.equal(keys.asked, 0);
  });

  it('L11: is no JWE', async () => {
    const header = Buffer.from(
      JSON.stringify({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31 }),
    ).toString('base64url');
    assert.equal(await whyNot(`${header}.AAAA.AAAA.AAAA.AAAA`), 'malformed');
  });

  it('L16: may come from a clock that differs by half a minute', async () => {
    assert.equal(await whyNot(token({ exp: SECONDS - 29 })), 'good');
    assert.equal(await whyNot(token({ nbf: SECONDS + 29, iat: SECONDS + 29 })), 'good');
  });

  it('L27: is known by issuer and subject; an e-mail address is a name like others', async () => {
    const more = OIDC.replace('user: sub', 'user: email');
    const verify = async (claims: object) => {
      const verdict = await oidcMethod(identityOf(more), world().ports).verify(bearing(token(claims)), NOW);
      assert.ok(verdict !== undefined && !isRefusal(verdict));
      return verdict;
    };
    assert.notEqual(
      (await verify({ sub: 'a', email: 'x@example.org' })).id,
      (await verify({ sub: 'b', email: 'x@example.org' })).id,
    );
  });

  it('is refused by its type where the policy wants access tokens only', async () => {
    const strict = OIDC.replace('audiences', 'types: [at+jwt]\n      audiences');
    const verify = async (header: object) =>
      why(await oidcMethod(identityOf(strict), world().ports).verify(bearing(token({}, header)), NOW));
    for (const typ of ['at+jwt', 'AT+JWT', 'application/at+jwt']) assert.equal(await verify({ typ }), 'good');
    for (const typ of ['JWT', undefined, 'id+jwt', 'logout+jwt'])
      assert.equal(await verify({ typ }), 'wrong_type');
    assert.equal(await verify({ typ: 7 }), 'malformed');
  });

  it('is unusable with claims that cannot be names, rather than understood by half', async () => {
    for (const claims of [
      { sub: '' },
      { sub: undefined },
      { sub: 7 },
      { sub: 'a'.repeat(256) },
      { sub: 'a\nb' },
      { sub: '\u202eevil' },
      { org: ['acme'] },
      { org: 'a\u0000b' },
      { groups: [7] },
      { groups: { a: 1 } },
      { groups: Array.from({ length: 300 }, (_, i) => `g${i}`) },
      { scope: ['a b'] },
      { scope: 7 },
      { cnf: { unknown: 1 } },
    ])
      assert.equal(await whyNot(token(claims)), 'claims_unusable', JSON.stringify(claims).slice(0, 80));
  });

  it('does not find claims on what every object has', async () => {
    const mapped = OIDC.replace('tenant: org', 'tenant: constructor.name');
    const verdict = await oidcMethod(identityOf(mapped), world().ports).verify(bearing(token()), NOW);
    assert.ok(verdict !== undefined && !isRefusal(verdict));
    assert.equal(verdict.tenant, undefined);
  });

  it('reads nested claims, several lists of groups, and words between spaces', async () => {
    const mapped = OIDC.replace(
      'groups: groups',
      'groups: [realm_access.roles, [https://example.org/teams]], scopes: [scp], labels: { region: address.region }',
    );
    const claims = {
      realm_access: { roles: ['a', 'b'] },
      'https://example.org/teams': 'c',
      scp: 'x y',
      address: { region: 'eu' },
    };
    const verdict = await oidcMethod(identityOf(mapped), world().ports).verify(bearing(token(claims)), NOW);
    assert.ok(verdict !== undefined && !isRefusal(verdict));
    assert.deepEqual(
      [verdict.groups, verdict.scopes, verdict.labels],
      [['a', 'b', 'c'], ['x', 'y'], { region: 'eu' }],
    );
  });

  it('leaves API keys, opaque tokens and other headers to others', async () => {
    const { method } = world();
    for (const text of ['sp_abc', 'opaque', '.', 'ey'])
      assert.equal(await method.verify(bearing(text), NOW), undefined);
    assert.equal(await method.verify(bearing(token(), 'plain'), NOW), undefined);
  });

  it('L19: tells the client the same about every bad token', async () => {
    const bad = [
      token({ exp: 1 }),
      token({ aud: 'x' }),
      token({}, { kid: 'k9' }),
      signed(HEADER, CLAIMS, OTHER.privateKey),
    ];
    const told = await Promise.all(
      bad.map(async (text) => {
        const verdict = await world().verify(text);
        assert.ok(verdict !== undefined && isRefusal(verdict));
        const { why: _, ...rest } = verdict;
        return rest;
      }),
    );
    for (const one of told) assert.deepEqual(one, told[0]);
  });

  it('is refused where any one character of it is another', async () => {
    const text = token();
    const { method } = world();
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.constantFrom(...'AZaz09-_.='), async (at, char) => {
        const changed = text.slice(0, at) + char + text.slice(at + 1);
        if (changed !== text) assert.notEqual(why(await method.verify(bearing(changed), NOW)), 'good');
      }),
      { seed: 27, numRuns: 400 },
    );
  });

  it('never throws, whatever stands where a token should', async () => {
    const { method } = world();
    const part = fc.oneof(
      fc.string(),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
        assert.notEqual(why(await method.verify(bearing(parts.join('.')), NOW)), 'good');
        assert.notEqual(why(await method.verify(bearing(`ey${parts.join('.')}`), NOW)), 'good');
      }),
      { seed: 28, numRuns: 500 },
    );
  });
});

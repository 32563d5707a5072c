import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import type { KeyAnswer, KeySource } from '../../src/core/ports.ts';
import { OneIssuer } from '../../src/issuers/issuer-keys.ts';
import { type Handle, json, startWeb } from './web.ts';

const jwkOf = (kid: string, bits = 2048, more: object = {}) => ({
  ...generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' }),
  kid,
  ...more,
});
const ONE = jwkOf('k1');
const TWO = jwkOf('k2');

/** An issuer on a web server of its own, and a clock that the test moves. */
async function world(t: TestContext, handle: Handle, more: Partial<KeySource> = {}) {
  const web = await startWeb(handle);
  t.after(() => web.stop());
  let time = 1_000_000;
  const outcomes: string[] = [];
  const clock = { now: () => time, elapsed: () => time };
  const { jwksUri = `${web.url}/keys`, ...rest } = more;
  const source = { issuer: web.url, staleMs: 3_600_000, ...(jwksUri !== '' && { jwksUri }), ...rest };
  const issuer = new OneIssuer(source, clock, (outcome) => outcomes.push(outcome));
  return {
    web,
    outcomes,
    issuer,
    pass: (ms: number) => {
      time += ms;
    },
    find: async (kid: string | undefined = 'k1', alg = 'RS256') => said(await issuer.find(kid, alg)),
  };
}

const said = (answer: KeyAnswer): string => ('key' in answer ? 'key' : answer.missing);

test('keys are fetched once, for however many tokens', async (t) => {
  const { web, find } = await world(t, json({ keys: [ONE, TWO] }));
  const all = await Promise.all(Array.from({ length: 50 }, (_, i) => find(i % 2 === 0 ? 'k1' : 'k2')));
  assert.ok(all.every((answer) => answer === 'key'));
  assert.equal(web.asked.length, 1);
});

test('L12: two hundred unknown ids make one question, not two hundred, until half a minute is over', async (t) => {
  const { web, find, pass } = await world(t, json({ keys: [ONE] }));
  await find();
  pass(31_000);
  const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => find(`unknown-${i}`)));
  assert.ok(answers.every((answer) => answer === 'unknown'));
  assert.equal(web.asked.length, 2);
  for (let i = 0; i < 200; i++) await find(`later-${i}`);
  assert.equal(web.asked.length, 2);
});

test('a key that is new there is found without waiting for the next refresh', async (t) => {
  const { web, find, pass } = await world(t, json({ keys: [ONE] }));
  await find();
  web.play(json({ keys: [TWO] }));
  pass(31_000);
  assert.equal(await find('k2'), 'key');
  assert.equal(await find('k1'), 'unknown', 'and what is gone there is gone here');
});

test('L13: keys stay good while the issuer is away, for as long as the policy says; then nobody can tell', async (t) => {
  const { web, find, pass, issuer } = await world(t, json({ keys: [ONE] }), { staleMs: 600_000 });
  await find();
  await web.stop();
  pass(15 * 60_000 - 1);
  assert.equal(await find(), 'key');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(issuer.state.failing !== undefined);
  pass(2);
  const answer = await issuer.find('k1', 'RS256');
  assert.ok('missing' in answer && answer.missing === 'unavailable' && answer.retryAfter >= 1);
});

test('L13: an issuer that is away is asked ever less, and found again when it is back', async (t) => {
  const { web, find, pass } = await world(t, json({}, 503));
  for (let i = 0; i < 100; i++) {
    assert.equal(await find(), 'unavailable');
    pass(100);
  }
  assert.ok(web.asked.length <= 5, `${web.asked.length} questions in 10 seconds`);
  web.play(json({ keys: [ONE] }));
  pass(30_000);
  assert.equal(await find(), 'key');
});

const garbage: readonly (readonly [string, Handle])[] = [
  ['HTML', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
  ['no keys', json({ keys: [] })],
  ['no set', json([ONE])],
  ['a huge one', (_, response) => response.writeHead(200).end('x'.repeat(400_000))],
  ['too many', json({ keys: Array.from({ length: 65 }, () => ONE) })],
  ['an error', json({ keys: [ONE] }, 500)],
  ['a redirect', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
  ['keys for encryption', json({ keys: [{ ...ONE, use: 'enc' }] })],
  ['weak keys', json({ keys: [jwkOf('k1', 1024)] })],
  ['private keys', json({ keys: [{ ...ONE, d: 'AAAA' }] })],
  ['secrets', json({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'k1', alg: 'HS256' }] })],
  [
    'half an answer',
    (_, response) => {
      response.writeHead(200, { 'content-length': '900' });
      response.write('{"keys":[', () => response.socket?.destroy());
    },
  ],
];

for (const [what, handle] of garbage) {
  test(`L14: ${what} in place of keys is no key set, and leaves the good one in force`, async (t) => {
    const fresh = await world(t, handle);
    assert.equal(await fresh.find(), 'unavailable');
    assert.deepEqual(fresh.outcomes, ['failed']);
    const { web, find, pass, outcomes } = await world(t, json({ keys: [ONE] }));
    await find();
    web.play(handle);
    pass(31_000);
    assert.equal(await find('k9'), 'unknown');
    assert.deepEqual(outcomes, ['fetched', 'failed']);
    assert.equal(await find(), 'key');
  });
}

test('a key is used for the algorithms of its kind only, and for one where it says so', async (t) => {
  const { find } = await world(t, json({ keys: [ONE, { ...TWO, alg: 'PS256' }] }));
  assert.equal(await find('k1', 'RS512'), 'key');
  assert.equal(await find('k1', 'ES256'), 'unknown');
  assert.equal(await find('k1', 'HS256'), 'unknown');
  assert.equal(await find('k2', 'PS256'), 'key');
  assert.equal(await find('k2', 'RS256'), 'unknown');
});

test('L4: without an id a token means the only key that fits, and none where there are two', async (t) => {
  const { issuer } = await world(t, json({ keys: [ONE, { ...TWO, alg: 'PS256' }] }));
  assert.equal(said(await issuer.find(undefined, 'RS256')), 'key');
  assert.equal(said(await issuer.find(undefined, 'PS256')), 'unknown');
});

test('two keys of one id are no key: nobody could say which is meant', async (t) => {
  const { find } = await world(t, json({ keys: [ONE, { ...TWO, kid: 'k1' }] }));
  assert.equal(await find(), 'unknown');
});

test('L8: keys are discovered from metadata of the very issuer, and of no other', async (t) => {
  const metadata =
    (issuer: string, jwks: string): Handle =>
    (request, response) =>
      json(request.url === '/keys' ? { keys: [ONE] } : { issuer, jwks_uri: jwks })(request, response);
  const { web, find } = await world(t, json({}), { jwksUri: '' });
  web.play(metadata(web.url, `${web.url}/keys`));
  assert.equal(await find(), 'key');
  assert.deepEqual(web.asked, ['/.well-known/openid-configuration', '/keys']);
  for (const wrong of [(url: string) => `${url}/`, () => 'https://evil.example.org']) {
    const other = await world(t, json({}), { jwksUri: '' });
    other.web.play(metadata(wrong(other.web.url), `${other.web.url}/keys`));
    assert.equal(await other.find(), 'unavailable');
  }
  const elsewhere = await world(t, json({}), { jwksUri: '' });
  elsewhere.web.play(metadata(elsewhere.web.url, 'http://evil.example.org/keys'));
  assert.equal(await elsewhere.find(), 'unavailable');
});

test('M10: metadata send us nowhere but to keys over TLS, or on the very machine of an issuer without it', async (t) => {
  for (const jwks of [
    'http://169.254.169.254/latest',
    'http://10.0.0.1/keys',
    'http://localhost:1/keys',
    'file:///etc/passwd',
    'ftp://example.org/keys',
    '/keys',
  ]) {
    const { web, find } = await world(t, json({}), { jwksUri: '' });
    web.play((request, response) =>
      json(request.url === '/keys' ? { keys: [ONE] } : { issuer: web.url, jwks_uri: jwks })(
        request,
        response,
      ),
    );
    assert.equal(await find(), 'unavailable', jwks);
    assert.ok(!web.asked.includes('/keys'));
  }
});

test('metadata are found at the place of RFC 8414, too', async (t) => {
  const { web, find } = await world(t, json({}), { jwksUri: '' });
  web.play((request, response) => {
    if (request.url === '/keys') json({ keys: [ONE] })(request, response);
    else if (request.url === '/.well-known/oauth-authorization-server')
      json({ issuer: web.url, jwks_uri: `${web.url}/keys` })(request, response);
    else json({}, 404)(request, response);
  });
  assert.equal(await find(), 'key');
});

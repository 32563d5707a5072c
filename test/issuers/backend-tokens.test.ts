import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it, test } from 'node:test';
import { jwtVerify } from 'jose';
import type { TokenSource } from '../../src/core/ports.ts';
import { openBackendTokens } from '../../src/issuers/backend-tokens.ts';
import { type Granted, requestToken } from '../../src/issuers/token-request.ts';
import { startProvider } from './provider.ts';

const CLIENT: TokenSource = {
  kind: 'client',
  tokenUrl: 'https://id.example.org/token',
  clientId: 'sallyport',
  clientSecret: 'a secret & more',
  authentication: 'basic',
  scope: 'models',
};

/** An issuer that answers when the test says so, and a clock. */
function setting() {
  let time = 0;
  const waiting: ((granted: Granted) => void)[] = [];
  const notes: string[] = [];
  const secrets: string[] = [];
  const tokens = openBackendTokens({
    clock: { now: () => 1_000_000 + time, elapsed: () => time },
    fraction: () => 0,
    note: (issuer, problem) => notes.push(`${issuer} ${problem ?? 'fetched'}`),
    request: (source) => {
      if (source.kind === 'client') secrets.push(source.clientSecret);
      return new Promise((resolve) => waiting.push(resolve));
    },
  });
  return {
    tokens,
    notes,
    /** What the issuer was asked with. */
    secrets,
    asked: () => waiting.length,
    async answer(granted: Granted) {
      waiting.at(-1)?.(granted);
      await new Promise(setImmediate);
    },
    pass(ms: number) {
      time += ms;
    },
  };
}

describe('tokens for backends', () => {
  it('are fetched once however many wait, and used until they expire', async () => {
    const s = setting();
    const all = [s.tokens.get(CLIENT), s.tokens.get(CLIENT), s.tokens.get({ ...CLIENT })];
    assert.equal(s.asked(), 1);
    await s.answer({ token: 'one', lifeMs: 100_000 });
    assert.deepEqual(await Promise.all(all), Array(3).fill({ token: 'one' }));
    s.pass(74_000);
    assert.deepEqual(s.tokens.get(CLIENT), { token: 'one' });
    assert.equal(s.asked(), 1);
    assert.deepEqual(s.notes, ['id.example.org fetched']);
  });

  it('are renewed in the background before they expire, without anybody waiting', async () => {
    const s = setting();
    s.tokens.use([CLIENT]);
    await s.answer({ token: 'one', lifeMs: 100_000 });
    s.pass(75_000);
    assert.deepEqual(s.tokens.get(CLIENT), { token: 'one' });
    assert.equal(s.asked(), 2);
    await s.answer({ token: 'two', lifeMs: 100_000 });
    assert.deepEqual(s.tokens.get(CLIENT), { token: 'two' });
  });

  it('are used while the issuer is away, and no longer than they live', async () => {
    const s = setting();
    s.tokens.use([CLIENT]);
    await s.answer({ token: 'one', lifeMs: 100_000 });
    s.pass(80_000);
    assert.deepEqual(s.tokens.get(CLIENT), { token: 'one' });
    await s.answer({ problem: 'status 500' });
    assert.deepEqual(s.tokens.get(CLIENT), { token: 'one' });
    s.pass(15_000);
    const waiting = s.tokens.get(CLIENT);
    await s.answer({ problem: 'status 500' });
    assert.deepEqual(await waiting, { unavailable: true, retryAfter: 2 });
  });

  it('are not asked for again at once where an issuer fails, later and later up to half a minute', async () => {
    const s = setting();
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      const asked = s.asked();
      const got = s.tokens.get(CLIENT);
      assert.equal(s.asked(), asked + 1);
      await s.answer({ problem: 'status 500' });
      assert.deepEqual(await got, { unavailable: true, retryAfter: seconds });
      s.pass(seconds * 1000 - 1);
      assert.deepEqual(s.tokens.get(CLIENT), { unavailable: true, retryAfter: 1 });
      assert.equal(s.asked(), asked + 1);
      s.pass(1);
    }
    const got = s.tokens.get(CLIENT);
    await s.answer({ token: 'back', lifeMs: 60_000 });
    assert.deepEqual(await got, { token: 'back' });
  });

  it('stay where the token of another issuer is exchanged, and are asked for with the newest', async () => {
    const s = setting();
    const with_ = (clientSecret: string): TokenSource => ({
      ...CLIENT,
      authentication: 'federated',
      clientSecret,
    });
    s.tokens.use([with_('old')]);
    await s.answer({ token: 'one', lifeMs: 100_000 });
    s.tokens.use([with_('new')]);
    assert.equal(s.asked(), 1);
    assert.deepEqual(s.tokens.get(with_('new')), { token: 'one' });
    s.pass(80_000);
    assert.deepEqual(s.tokens.get(with_('new')), { token: 'one' });
    assert.deepEqual(s.secrets, ['old', 'new']);
  });

  it('are none where they end before a request arrives, and are not asked for again at once', async () => {
    const s = setting();
    const got = s.tokens.get(CLIENT);
    await s.answer({ token: 'one', lifeMs: 5_000 });
    assert.deepEqual(await got, { unavailable: true, retryAfter: 1 });
    assert.deepEqual(s.tokens.get(CLIENT), { unavailable: true, retryAfter: 1 });
    assert.equal(s.asked(), 1);
    assert.deepEqual(s.notes, ['id.example.org a token that expires at once']);
  });

  it('are of one secret: with another, another token', async () => {
    const s = setting();
    s.tokens.use([CLIENT]);
    await s.answer({ token: 'one', lifeMs: 100_000 });
    const other = s.tokens.get({ ...CLIENT, clientSecret: 'rotated' });
    await s.answer({ token: 'two', lifeMs: 100_000 });
    assert.deepEqual(await other, { token: 'two' });
    assert.deepEqual(s.tokens.get(CLIENT), { token: 'one' });
  });
});

describe('a request for a token', () => {
  type Answer = (body: string, request: IncomingMessage, response: ServerResponse) => void;
  let url = '';
  let answer: Answer = () => {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => answer(Buffer.concat(chunks).toString(), request, response));
  });
  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const grants =
    (body: unknown): Answer =>
    (_, __, response) =>
      void response.end(JSON.stringify(body));

  it('says the client by header, or in the form', async () => {
    const seen: string[] = [];
    answer = (body, request, response) => {
      seen.push(`${request.headers.authorization ?? 'none'} ${body}`);
      grants({ access_token: 't', token_type: 'Bearer', expires_in: 60 })(body, request, response);
    };
    const source = { ...CLIENT, tokenUrl: url };
    assert.deepEqual(await requestToken(source, 0), { token: 't', lifeMs: 60_000 });
    await requestToken({ ...source, authentication: 'post', audience: 'https://models' }, 0);
    assert.deepEqual(seen, [
      `Basic ${Buffer.from('sallyport:a+secret+%26+more').toString('base64')} grant_type=client_credentials&scope=models`,
      'none grant_type=client_credentials&scope=models&audience=https%3A%2F%2Fmodels&client_id=sallyport&client_secret=a+secret+%26+more',
    ]);
  });

  it('says the token of another issuer, where the client is known by it', async () => {
    let form = '';
    answer = (body, request, response) => {
      form = `${request.headers.authorization ?? 'none'} ${body}`;
      grants({ access_token: 't', expires_in: 60 })(body, request, response);
    };
    await requestToken({ ...CLIENT, tokenUrl: url, authentication: 'federated', clientSecret: 'h.p.s' }, 0);
    assert.equal(
      form,
      'none grant_type=client_credentials&scope=models&client_id=sallyport&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=h.p.s',
    );
  });

  it('asks as what the machine runs as', async () => {
    const seen: string[] = [];
    answer = (body, request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers['metadata-flavor']} ${body}`);
      grants({ access_token: 't', token_type: 'Bearer', expires_in: '3599' })(body, request, response);
    };
    const source: TokenSource = {
      kind: 'machine',
      tokenUrl: `${url}?scopes=a`,
      header: ['metadata-flavor', 'Google'],
    };
    assert.deepEqual(await requestToken(source, 0), { token: 't', lifeMs: 3_599_000 });
    assert.deepEqual(seen, ['GET /token?scopes=a Google ']);
  });

  it('signs an assertion that the issuer can verify', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    let form = new URLSearchParams();
    answer = (body, request, response) => {
      form = new URLSearchParams(body);
      grants({ access_token: 't', expires_in: 3599 })(body, request, response);
    };
    const source: TokenSource = {
      kind: 'assertion',
      tokenUrl: url,
      issuer: 'robot@acme.example.org',
      key: privateKey,
      keyId: 'k1',
      scope: 'cloud',
    };
    const now = Date.UTC(2026, 0, 1);
    assert.deepEqual(await requestToken(source, now), { token: 't', lifeMs: 3_599_000 });
    assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
    const { payload, protectedHeader } = await jwtVerify(
      form.get('assertion') ?? '',
      createPublicKey(privateKey),
      { issuer: source.issuer, audience: url, currentDate: new Date(now) },
    );
    assert.deepEqual(protectedHeader, { alg: 'RS256', typ: 'JWT', kid: 'k1' });
    assert.equal(payload.scope, 'cloud');
    assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 3600);
  });

  it('believes nothing but a bearer token that lives, and names no secret in what is wrong', async () => {
    const cases: readonly (readonly [Answer, RegExp])[] = [
      [grants({}), /no access_token/],
      [grants([]), /not an object/],
      [grants({ access_token: 'a\nb' }), /no access_token/],
      [grants({ access_token: 't', token_type: 'mac' }), /not a bearer/],
      [grants({ access_token: 't', expires_in: 0 }), /expired/],
      [grants({ access_token: 't', expires_in: 'soon' }), /expired/],
      [(_, __, response) => void response.end('{"access_token":'), /not JSON/],
      [(_, __, response) => void response.writeHead(401).end('a secret & more'), /status 401/],
      [(_, __, response) => void response.writeHead(302, { location: '/' }).end(), /./],
      [(_, __, response) => void response.end('x'.repeat(300_000)), /more than/],
      [(_, __, response) => void response.destroy(), /./],
    ];
    for (const [how, expected] of cases) {
      answer = how;
      const granted = await requestToken({ ...CLIENT, tokenUrl: url }, 0);
      assert('problem' in granted);
      assert.match(granted.problem, expected);
      assert.doesNotMatch(granted.problem, /secret/);
    }
  });

  it('takes a token without a life for five minutes, and no life for longer than a day', async () => {
    answer = grants({ access_token: 't' });
    assert.deepEqual(await requestToken({ ...CLIENT, tokenUrl: url }, 0), { token: 't', lifeMs: 300_000 });
    answer = grants({ access_token: 't', expires_in: 1e12 });
    assert.deepEqual(await requestToken({ ...CLIENT, tokenUrl: url }, 0), { token: 't', lifeMs: 86_400_000 });
  });
});

test('a real provider gives a token to whom it knows, none to others, and none while it is away', async () => {
  await using provider = await startProvider();
  const source: TokenSource = {
    kind: 'client',
    tokenUrl: `${provider.issuer}/token`,
    clientId: 'acme',
    clientSecret: 'secret-of-acme',
    authentication: 'basic',
    scope: '',
  };
  const granted = await requestToken(source, Date.now());
  assert('token' in granted, JSON.stringify(granted));
  assert(granted.lifeMs > 0);
  assert.deepEqual(await requestToken({ ...source, clientSecret: 'another' }, Date.now()), {
    problem: 'status 401',
  });
  await provider.leave();
  assert('problem' in (await requestToken(source, Date.now())));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Ports } from '../../src/core/ports.ts';
import type { Claim } from '../../src/core/quota.ts';
import type { Voucher } from '../../src/core/voucher.ts';
import { check } from '../../src/doors/check.ts';
import { claimsFor } from '../../src/doors/claims.ts';
import type { CheckDecision } from '../../src/doors/messages.ts';
import { mint } from '../../src/identity/api-key.ts';
import { hostTest } from '../../src/policy/hosts.ts';
import { openQuotas, type World, world } from '../fakes.ts';
import { type Choices, limitOf, only, policy } from './policy-fixture.ts';

const KEY = mint(world().random);

interface Asked {
  method?: string;
  path?: string;
  authority?: string;
  headers?: Record<string, string | string[]>;
  key?: string | null;
}

function received(asked: Asked) {
  const headers = new Map<string, readonly string[]>([['content-type', ['application/json']]]);
  if (asked.key !== null) headers.set('authorization', [`Bearer ${asked.key ?? KEY}`]);
  for (const [name, value] of Object.entries(asked.headers ?? {}))
    headers.set(name, Array.isArray(value) ? value : [value]);
  return {
    method: asked.method ?? 'POST',
    path: asked.path ?? '/v1/chat/completions',
    authority: asked.authority ?? 'api.example.org',
    headers,
    sourceAddress: '192.0.2.7',
    receivedAt: Date.UTC(2026, 0, 1),
  };
}

function known(change: Partial<Ports> = {}): World {
  const principal = { methods: ['api-key'], id: 'key_1', key: 'key_1', tenant: 'acme', groups: [] } as const;
  return world({ keys: { find: () => ({ found: true, principal }) }, ...change });
}

async function ask(asked: Asked, ports = known(), choices: Choices = {}): Promise<CheckDecision> {
  return check(received(asked), only(policy(choices)), ports);
}

async function codeOf(asked: Asked, ports = known(), choices: Choices = {}): Promise<string> {
  const decision = await ask(asked, ports, choices);
  if (decision.allow) return 'allow';
  assert.ok(decision.status >= 400);
  const { error } = JSON.parse(decision.body);
  assert.equal(typeof error.message, 'string');
  const [record] = ports.records.slice(-1);
  assert.equal(record?.reason, error.code, 'the record and the client are told the same reason');
  assert.equal(record?.outcome, 'refused');
  return error.code;
}

test('a known key with a grant is allowed, with a sealed voucher and without its credential', async () => {
  const ports = known();
  const decision = await ask(
    { headers: { 'x-sallyport-tenant': 'forged', x_sallyport_backend: 'evil' } },
    ports,
  );
  assert.ok(decision.allow);
  assert.ok(decision.voucher.startsWith('seal('));
  assert.deepEqual([...decision.headers.remove].sort(), ['authorization', 'dpop', 'x_sallyport_backend']);
  assert.deepEqual(new Map(decision.headers.set).get('x-sallyport-tenant'), 'acme');
  assert.equal(ports.passagesOpen.size, 1);
  assert.equal(ports.records.length, 0, 'the second door records what passes the first');
});

test('headers that only Sallyport sets are taken off when it has nothing to set (B1)', async () => {
  const principal = { methods: ['api-key'], id: 'key_1', key: 'key_1', groups: [] } as const;
  const ports = known({ keys: { find: () => ({ found: true, principal }) } });
  const decision = await ask(
    { headers: { 'x-sallyport-tenant': 'forged', 'x-sallyport-backend': 'evil' } },
    ports,
  );
  assert.ok(decision.allow);
  assert.ok(decision.headers.remove.includes('x-sallyport-tenant'));
  assert.ok(decision.headers.remove.includes('x-sallyport-backend'));
});

test('method overrides and rewritten URLs never travel on (A18, A22)', async () => {
  const decision = await ask({ headers: { 'x-http-method-override': 'DELETE', 'x-original-url': '/admin' } });
  assert.ok(decision.allow);
  assert.ok(decision.headers.remove.includes('x-http-method-override'));
  assert.ok(decision.headers.remove.includes('x-original-url'));
});

test('what a mesh or a proxy says of its caller never travels on, and what steers Envoy is left to Envoy (B13, B15)', async () => {
  const linkerd = { header: 'x-mesh-client', networks: { contains: () => false } };
  const mesh = { istio: false, linkerd, nameOf: () => undefined };
  const names = ['x-forwarded-client-cert', 'l5d-client-id', 'x-mesh-client'];
  const headers = Object.fromEntries(names.map((name) => [name, '1']));
  const decision = await ask({ headers: { ...headers, 'x-envoy-max-retries': '5' } }, known(), {
    identity: { mesh },
  });
  assert.ok(decision.allow);
  for (const name of names) assert.ok(decision.headers.remove.includes(name), name);
  assert.ok(!decision.headers.remove.includes('x-envoy-max-retries'));
});

const NOT_CANONICAL: [string, string][] = [
  ['A1', '//v1/chat/completions'],
  ['A1', '/v1//chat/completions'],
  ['A2', '/v1/./chat/completions'],
  ['A2', '/v1/../v1/chat/completions'],
  ['A3', '/v1/%2e%2e/chat/completions'],
  ['A4', '/v1%2fchat/completions'],
  ['A5', '/v1/chat/completions;a=1'],
  ['A5', '/v1/..;/admin'],
  ['A6', '/v1/chat/completions#x'],
  ['A8', '/v1/chat/completions/'],
  ['A9', '/v1\\chat/completions'],
  ['A10', '/v1/chat/completions%00'],
  ['A10', '/v1/chat/completions%0a'],
  ['A11', '/v1/ch%61t/completions'],
  ['A12', '/v1%252fchat/completions'],
  ['A14', 'http://other.example.org/v1/chat/completions'],
  ['A1', '*'],
  ['A1', ''],
];
for (const [id, path] of NOT_CANONICAL) {
  test(`the path ${JSON.stringify(path)} is refused as not canonical (${id})`, async () => {
    assert.equal(await codeOf({ path }), 'path_not_canonical');
  });
}

test('a path in another case is no operation (A7)', async () => {
  assert.equal(await codeOf({ path: '/V1/Chat/Completions' }), 'operation_unknown');
});

test('paths that no dialect knows are refused, never passed on (H11)', async () => {
  for (const path of ['/v1', '/v1/evals', '/v1/containers', '/v1/chat/completionsX', '/admin']) {
    assert.equal(await codeOf({ path }), 'operation_unknown');
  }
});

test('methods that an operation does not take are refused (A19)', async () => {
  for (const method of ['GET', 'PUT', 'TRACE', 'PROPFIND', 'post']) {
    assert.equal(await codeOf({ method }), 'method_not_allowed');
  }
});

test('CONNECT and WebSocket upgrades are refused (A25, C17)', async () => {
  assert.equal(await codeOf({ method: 'CONNECT' }), 'upgrade_not_allowed');
  assert.equal(await codeOf({ headers: { upgrade: 'websocket' } }), 'upgrade_not_allowed');
  assert.equal(
    await codeOf({ headers: { upgrade: 'h2c' } }),
    'allow',
    'an h2c offer is ignored, as Envoy does (C19)',
  );
});

test('credentials in the query are refused and never recorded (A13)', async () => {
  const ports = known();
  for (const name of ['key', 'api_key', 'API-KEY', 'access_token']) {
    assert.equal(
      await codeOf({ path: `/v1/models?${name}=hunter2`, method: 'GET' }, ports),
      'credential_in_query',
    );
  }
  assert.ok(!JSON.stringify(ports.records).includes('hunter2'));
});

test('a query that names one thing twice is refused (A13)', async () => {
  assert.equal(await codeOf({ path: '/v1/models?limit=1&limit=2', method: 'GET' }), 'path_not_canonical');
});

test('malformed and joined hosts are refused (A15, A17)', async () => {
  for (const authority of [
    'a.example.org,b.example.org',
    'user@api.example.org',
    'api example',
    '',
    'api.local/x',
  ]) {
    assert.equal(await codeOf({ authority }), 'header_malformed');
  }
});

test('A14, A17: a host that the policy does not serve is refused, however its name is written', async () => {
  const identity = { serves: hostTest(['api.example.org', '[::1]:8080']) };
  const answered = (authority: string) => codeOf({ authority }, known(), { identity });
  for (const authority of [
    'api.example.org',
    'API.example.org',
    'api.example.org.',
    'api.example.org:443',
    'api.example.org:9',
    '[::1]:8080',
  ])
    assert.equal(await answered(authority), 'allow', authority);
  for (const authority of [
    'other.example.org',
    'api.example.org.example.com',
    'xapi.example.org',
    '[::1]',
    '[::1]:80',
    '.',
    ':443',
    'api.example.org:x',
  ])
    assert.equal(await answered(authority), 'host_unknown', authority);
});

test('a body where none belongs is refused (A20)', async () => {
  assert.equal(
    await codeOf({ path: '/v1/models', method: 'GET', headers: { 'content-length': '13' } }),
    'body_unexpected',
  );
  assert.equal(
    await codeOf({ path: '/v1/models', method: 'GET', headers: { 'transfer-encoding': 'chunked' } }),
    'body_unexpected',
  );
});

test('a body that is announced larger than the bound is refused before it is sent', async () => {
  const asked = (length: string) => codeOf({ headers: { 'content-length': length } });
  assert.equal(await asked('1000001'), 'body_too_large');
  assert.equal(await asked('1000000'), 'allow');
});

test('doubled and joined headers that change the meaning of a body are refused (B9, E6)', async () => {
  for (const headers of [
    { 'content-type': 'application/json,text/plain' },
    { 'content-encoding': ['gzip', 'br'] },
    { 'content-encoding': 'gzip, gzip' },
  ]) {
    assert.equal(await codeOf({ headers }), 'header_malformed');
  }
});

test('header bytes that are no text are refused, UTF-8 is not (B10)', async () => {
  assert.equal(await codeOf({ headers: { 'x-note': 'caf\xe9' } }), 'header_malformed');
  assert.equal(await codeOf({ headers: { 'x-note': 'a\x00b' } }), 'header_malformed');
  assert.equal(await codeOf({ headers: { 'x-note': Buffer.from('café').toString('latin1') } }), 'allow');
});

test('too many and too large headers are refused (B26)', async () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x-h${i}`, 'v']));
  assert.equal(await codeOf({ headers: many }), 'headers_too_large');
  assert.equal(await codeOf({ headers: { 'x-large': 'v'.repeat(100_000) } }), 'headers_too_large');
});

test('content types and gRPC that a JSON operation does not take are refused (E1, E2, C20)', async () => {
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'application/grpc',
  ]) {
    assert.equal(await codeOf({ headers: { 'content-type': type } }), 'content_type_unsupported');
  }
});

test('no key, a wrong key and two keys each get their code, all with a challenge (B6, B7, B8)', async () => {
  const unknown = world();
  assert.equal(await codeOf({ key: null }), 'credential_missing');
  assert.equal(await codeOf({}, unknown), 'credential_invalid');
  assert.equal(await codeOf({ headers: { 'x-api-key': KEY } }), 'credential_conflict');
  assert.equal(
    await codeOf({ headers: { authorization: `Bearer ${KEY},Bearer ${KEY}` } }),
    'credential_conflict',
  );
  const decision = await ask({ key: null });
  assert.ok(!decision.allow && decision.status === 401);
  assert.ok(decision.headers.some(([name]) => name === 'www-authenticate'));
});

test('without a grant for the operation the answer is no', async () => {
  assert.equal(await codeOf({}, known(), { operations: ['embeddings'] }), 'operation_not_allowed');
});

test('a full limit is told with its name and when to come back, in the headers that clients read', async () => {
  const full = {
    admitted: false,
    claim: 0,
    retryMs: 4_200,
    standing: { used: 5, limit: 5, resetMs: 60_000 },
    local: false,
  } as const;
  const ports = known({ quotas: openQuotas({ reserve: () => full }) });
  const decision = await ask({}, ports, { limits: [limitOf()] });
  assert.ok(!decision.allow && decision.status === 429);
  const headers = new Map(decision.headers);
  assert.equal(headers.get('retry-after'), '5');
  assert.equal(headers.get('ratelimit-policy'), '"per-key";q=5;w=60');
  assert.equal(headers.get('ratelimit'), '"per-key";r=0;t=5');
  assert.equal(headers.get('x-ratelimit-remaining-requests'), '0');
  assert.match(decision.body, /per-key/);
  assert.equal(ports.records[0]?.why, 'per-key');
});

test('places and what clients are told of limits cross to the second door with the voucher', async () => {
  const places = { kind: 'places' } as const;
  const limits = [
    limitOf({ most: 5 }),
    limitOf({ id: 'at-once', counts: 'concurrent', over: places, most: 2 }),
  ];
  const decision = await ask({}, known(), { limits });
  assert.ok(decision.allow);
  const { reserved } = JSON.parse(decision.voucher.slice(5, -1)) as Voucher;
  assert.deepEqual(
    reserved?.places.map(({ over, amount }) => ({ over, amount })),
    [{ over: places, amount: 1 }],
  );
  assert.deepEqual(
    reserved?.quotas.map(({ id, limit, remaining }) => ({ id, limit, remaining })),
    [{ id: 'per-key', limit: 5, remaining: 4 }],
  );
});

test('the first door asks whether anything is left of tokens and money, and takes none', async () => {
  const claims: Claim[] = [];
  const quotas = openQuotas();
  const ports = known({
    quotas: {
      ...quotas,
      reserve(id, step, asked, now) {
        claims.push(...asked);
        return quotas.reserve(id, step, asked, now);
      },
    },
  });
  const over = { kind: 'calendar', period: 'month', zone: 'UTC' } as const;
  const limits = [
    limitOf({ id: 'money', counts: 'cost', over }),
    limitOf({ id: 'tokens', counts: 'tokens' }),
  ];
  assert.ok((await ask({}, ports, { limits })).allow);
  assert.deepEqual(
    claims.map(({ amount }) => amount),
    [0, 0],
  );
  assert.deepEqual(claims[0]?.over, {
    kind: 'period',
    start: Date.UTC(2026, 0, 1),
    end: Date.UTC(2026, 1, 1),
  });
});

test('counters of principals that differ only by where a separator falls are different', async () => {
  const limit = limitOf({ per: ['tenant', 'team'] });
  const counters = new Set<string>();
  for (const [tenant, team] of [
    ['a|1:b', 'c'],
    ['a', 'b|1:c'],
    ['a', undefined],
    [undefined, 'a'],
  ] as const) {
    const principal = {
      methods: ['api-key'] as const,
      id: 'k',
      groups: [],
      ...(tenant === undefined ? {} : { tenant }),
      ...(team === undefined ? {} : { team }),
    };
    for (const { claim } of claimsFor(
      [limit],
      { principal, operation: 'chat', clientAddress: '' },
      0,
      () => 1,
    ))
      counters.add(claim.counter);
  }
  assert.equal(counters.size, 4);
});

test('a limits state that is out of reach is never unlimited', async () => {
  const thrown = known({
    quotas: openQuotas({
      reserve() {
        throw new Error('gone');
      },
    }),
  });
  assert.equal(await codeOf({}, thrown, { limits: [limitOf()] }), 'limits_unavailable');
  const rejected = known({ quotas: openQuotas({ reserve: () => Promise.reject(new Error('gone')) }) });
  assert.equal(await codeOf({}, rejected, { limits: [limitOf()] }), 'limits_unavailable');
});

test('a process that is too busy turns new work away at once', async () => {
  assert.equal(await codeOf({}, known({ pressure: { overloaded: () => true } })), 'overloaded');
});

test('without a policy nothing is allowed', async () => {
  const decision = await check(received({}), only(undefined), known());
  assert.ok(!decision.allow && decision.status === 503);
});

test('whichever port throws, wherever, the answer is a refusal and never an allow (F1, F2, F3, F4)', async () => {
  const boom = () => {
    throw new Error('injected');
  };
  const limit = limitOf();
  const broken: Partial<Ports>[] = [
    { keys: { find: boom } },
    { quotas: openQuotas({ reserve: boom }) },
    { passages: { open: boom, close: boom } },
    { sealer: { seal: boom, open: boom, mac: boom } },
    { pressure: { overloaded: boom } },
    { clock: { now: boom, elapsed: boom } },
  ];
  for (const change of broken) {
    let decision: CheckDecision | undefined;
    try {
      decision = await ask({}, known(change), { limits: [limit] });
    } catch {
      decision = undefined;
    }
    assert.ok(decision === undefined || !decision.allow, `allowed although ${Object.keys(change)} threw`);
  }
});

test('no combination of method, path and headers is allowed without a good key', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'DELETE', 'CONNECT', 'OPTIONS'),
      fc.oneof(fc.webPath(), fc.constantFrom('/v1/chat/completions', '/v1/models', '/v1/models/fast')),
      fc.dictionary(
        fc.constantFrom('authorization', 'x-api-key', 'upgrade', 'x-sallyport-principal'),
        fc.string(),
      ),
      async (method, path, headers) => {
        const decision = await check(received({ method, path, headers, key: null }), only(policy()), world());
        assert.equal(decision.allow, false);
      },
    ),
    { numRuns: 500 },
  );
});

test('a key with limits of its own is held to them beside those of the policy', async () => {
  const claims: string[] = [];
  const principal = {
    methods: ['api-key'],
    id: 'key_1',
    key: 'key_1',
    groups: [],
    bound: { limits: [{ requests: 2, windowMs: 60_000 }] },
  } as const;
  const ports = known({
    keys: { find: () => ({ found: true, principal }) },
    quotas: openQuotas({
      reserve: (_, __, all) => {
        claims.push(...all.map(({ counter, limit }) => `${counter} ${limit}`));
        const standing = { used: 2, limit: 2, resetMs: 1000 };
        return { admitted: false, claim: all.length - 1, retryMs: 1000, standing, local: false };
      },
    }),
  });
  const limits = [limitOf({ id: 'all', per: [], most: 100 })];
  assert.equal(await codeOf({}, ports, { limits }), 'rate_limited');
  assert.deepEqual(claims, ['all|requests 100', 'key limits[0]|requests|5:key_1 2']);
});

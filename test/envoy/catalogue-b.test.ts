/** Headers and identity through a real Envoy: nothing that a client writes is taken for what only a door may say. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertTurnedAway, type RawAnswer, raw } from './harness/raw.ts';
import { answer, BACKEND_KEY, CHAT, chat, type Stack, startStack } from './stack.ts';

let stack: Stack;
before(async () => {
  stack = await startStack();
  stack.upstream.play(() => ({ headers: { 'content-type': 'application/json' }, body: answer('hello') }));
});
after(() => stack[Symbol.asyncDispose]());

const BODY = chat('hello', { model: 'plain' });

/** A request by hand. @param lines in place of the one with the key */
async function ask(...lines: string[]): Promise<RawAnswer> {
  const all = [
    `POST ${CHAT} HTTP/1.1`,
    'host: api.example.org',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(BODY)}`,
    ...lines,
  ];
  const connection = lines.some((line) => line.startsWith('connection:')) ? [] : ['connection: close'];
  return raw(stack.envoy.port, `${[...all, ...connection].join('\r\n')}\r\n\r\n${BODY}`);
}

const authorized = (...lines: string[]) => ask(`authorization: Bearer ${stack.key}`, ...lines);
const reached = () => stack.upstream.requests.length;
const last = () => stack.upstream.requests.at(-1)?.headers ?? {};

test('B1, B2: identity that a client writes never reaches a backend, once or twice, on no route', async () => {
  await authorized(
    'x-sallyport-principal: admin',
    'x-sallyport-principal: root',
    'x-sallyport-tenant: globex',
  );
  assert.equal(last()['x-sallyport-principal'], 'tester');
  assert.equal(last()['x-sallyport-tenant'], 'acme');
  await authorized('x-sallyport-user: admin', 'x-sallyport-groups: admins');
  assert.equal(last()['x-sallyport-user'], undefined);
  assert.equal(last()['x-sallyport-groups'], undefined);
});

test('B3: names with underscores are refused', async () => {
  const before = reached();
  assertTurnedAway(await authorized('x_sallyport_principal: admin'), 'underscore');
  assert.equal(reached(), before);
});

test('B4: a connection header takes nothing off that we set', async () => {
  const before = reached();
  const { status } = await authorized('connection: close, x-sallyport-principal, x-sallyport-tenant');
  if (status === 200) {
    assert.equal(reached(), before + 1);
    assert.equal(last()['x-sallyport-principal'], 'tester');
    assert.equal(last()['x-sallyport-tenant'], 'acme');
  } else assert.equal(reached(), before);
});

test('B6, B7, B8, B11: two credentials are refused, whatever they say and wherever they stand', async () => {
  const before = reached();
  const key = stack.key;
  const pairs = [
    [`authorization: Bearer ${key}`, `authorization: Bearer ${key}`],
    [`authorization: Bearer ${key},Bearer ${key}`],
    [`authorization: Bearer ${key}`, `x-api-key: ${key}`],
    [`x-api-key: ${key}`, `x-api-key: ${key}`],
    [`authorization: Bearer ${key}`, 'api-key: other'],
    [`authorization: Bearer ${key}`, 'x-goog-api-key: other'],
    [`authorization: Basic abc, Bearer ${key}`],
  ];
  for (const lines of pairs) assert.equal((await ask(...lines)).status, 401, lines.join(' | '));
  assert.equal(reached(), before);
});

test('B9, B10: doubled content types and bytes that are no text are refused', async () => {
  const before = reached();
  for (const line of ['content-type: text/plain', 'x-note: \xff\xfe', 'content-encoding: gzip, gzip'])
    assert.ok((await authorized(line)).status >= 400, line);
  assert.equal(reached(), before);
});

test('B12, B13: headers that steer the proxy do not', async () => {
  const lines = [
    'x-envoy-max-retries: 5',
    'x-envoy-retry-on: 5xx',
    'x-envoy-upstream-rq-timeout-ms: 1',
    'x-envoy-upstream-alt-stat-name: x',
    'x-envoy-original-path: /admin',
    'x-envoy-decorator-operation: x',
  ];
  assert.equal((await authorized(...lines)).status, 200);
  for (const line of lines) assert.equal(last()[line.split(':', 1)[0] ?? ''], undefined, line);
});

test('B14: the request is known by an id of our own making, not by one that the client brings', async () => {
  const { text } = await authorized('x-request-id: attacker', 'x-sallyport-request-id: attacker');
  const ours = /x-sallyport-request-id: (\S+)/.exec(text)?.[1] ?? '';
  assert.match(ours, /^[\w-]{16,}$/);
  assert.equal(last()['x-sallyport-request-id'], ours);
  const records = await stack.records(1);
  assert.ok(records.every(({ request }) => request !== 'attacker'));
});

test('B15, B16: forged certificates and addresses are not believed, and the certificate goes no further', async () => {
  const forged = 'By=spiffe://example.org/x;URI=spiffe://example.org/ns/a/sa/admin';
  assert.equal((await ask(`x-forwarded-client-cert: ${forged}`)).status, 401);
  assert.equal(
    (await authorized(`x-forwarded-client-cert: ${forged}`, 'x-forwarded-for: 10.0.0.1')).status,
    200,
  );
  assert.equal(last()['x-forwarded-client-cert'], undefined);
});

test('B21, B22: a header that routes match on is only ever ours', async () => {
  const { status } = await authorized('x-sallyport-backend: elsewhere', 'x-model: hidden');
  assert.equal(status, 200);
  assert.equal(last()['x-sallyport-backend'], undefined);
});

test('B23, B24: nothing that a client can say opens the doors', async () => {
  const before = reached();
  for (const line of [
    'user-agent: GoogleHC/1.0',
    'user-agent: kube-probe/1.30',
    'mcp-init-host: x',
    'x-internal: 1',
  ])
    assert.equal((await ask(line)).status, 401, line);
  assert.equal(reached(), before);
});

test('B25: names of headers that objects have already are names like others', async () => {
  assertTurnedAway(await authorized('__proto__: x'), 'underscores');
  assert.equal((await authorized('constructor: x', 'tostring: x')).status, 200);
});

test('B26: too many headers, or too large ones, are refused', async () => {
  const many = Array.from({ length: 150 }, (_, i) => `x-h${i}: 1`);
  assertTurnedAway(await authorized(...many), 'many');
  assertTurnedAway(await authorized(`x-large: ${'a'.repeat(65_000)}`), 'large');
});

test('B27: no credential of the client reaches the backend, and none of the backend the client', async () => {
  stack.upstream.play(({ headers }) => ({
    status: 401,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ error: { message: 'bad key', key: String(headers.authorization).slice(0, 6) } }),
  }));
  const { text } = await authorized('cookie: session=abc', 'proxy-authorization: Basic abc');
  assert.equal(last().authorization, `Bearer ${BACKEND_KEY}`);
  assert.equal(last().cookie, undefined);
  assert.equal(last()['proxy-authorization'], undefined);
  assert.ok(!JSON.stringify(last()).includes(stack.key));
  assert.ok(!text.includes(BACKEND_KEY));
});

test('H25: names that a body gives to its user decide nothing, and are not recorded as who asked', async () => {
  stack.upstream.play(() => ({ headers: { 'content-type': 'application/json' }, body: answer('hello') }));
  const before = (await stack.records(1)).length;
  const body = chat('hello', {
    model: 'plain',
    user: 'root',
    safety_identifier: 'root',
    metadata: { tenant: 'globex', team: 'root' },
  });
  assert.equal((await stack.ask({ body })).status, 200);
  const record = (await stack.records(before + 1)).at(-1);
  assert.deepEqual(record?.principal, {
    methods: ['api-key'],
    id: 'tester',
    key: 'tester',
    tenant: 'acme',
    team: 'search',
  });
  assert.ok(!JSON.stringify(record).includes('root'));
});

test('H27: the record says which model was asked for, and which one says that it answered', async () => {
  const before = (await stack.records(1)).length;
  assert.equal((await stack.ask({ body: chat('hello', { model: 'fast' }) })).status, 200);
  const record = (await stack.records(before + 1)).at(-1);
  assert.deepEqual(record?.model, { asked: 'fast', served: 'gpt-4.1-mini-2025-04-14' });
});

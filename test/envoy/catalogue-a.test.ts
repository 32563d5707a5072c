/** Paths, methods and hosts through a real Envoy: what is judged is what is served, whatever way it is written. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertTurnedAway, type RawAnswer, raw } from './harness/raw.ts';
import { answer, type Bootstrap, CHAT, chat, type Stack, startStack } from './stack.ts';

let stack: Stack;
before(async () => {
  stack = await startStack();
  stack.upstream.play(() => ({ headers: { 'content-type': 'application/json' }, body: answer('hello') }));
});
after(() => stack[Symbol.asyncDispose]());

const BODY = chat('hello', { model: 'plain' });

interface Asked {
  readonly start?: string;
  readonly host?: string | readonly string[];
  readonly lines?: readonly string[];
  readonly body?: string;
}

/** A request by hand, with the key. */
function bytesOf(asked: Asked, key = stack.key): string {
  const body = asked.body ?? BODY;
  const hosts = [asked.host ?? 'api.example.org'].flat();
  const lines = [
    asked.start ?? `POST ${CHAT} HTTP/1.1`,
    ...hosts.map((host) => `host: ${host}`),
    `authorization: Bearer ${key}`,
    ...(body === '' ? [] : ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`]),
    ...(asked.lines ?? []),
    'connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

async function ask(asked: Asked): Promise<RawAnswer & { readonly reached: readonly string[] }> {
  const before = stack.upstream.requests.length;
  const got = await raw(stack.envoy.port, bytesOf(asked));
  return { ...got, reached: stack.upstream.requests.slice(before).map(({ path }) => path) };
}

/** Ways to write a path that the proxy may put right, and then serves as the one path that they mean. */
const PUT_RIGHT = new Set([
  '//v1/chat/completions',
  '/v1//chat/completions',
  '/v1/./chat/completions',
  '/v1/../v1/chat/completions',
  '/v1\\chat/completions',
  '/%761/chat/completions',
  '/v1/chat/completions#frag',
  '/.;/v1/chat/completions',
]);

/** Ways to write a path; none may be served as another path than was judged. */
const PATHS: readonly (readonly [id: string, path: string])[] = [
  ['A1', '//v1/chat/completions'],
  ['A1', '/v1//chat/completions'],
  ['A2', '/v1/./chat/completions'],
  ['A2', '/v1/../v1/chat/completions'],
  ['A2', '/v1/../admin'],
  ['A3', '/v1/%2e%2e/admin'],
  ['A4', '/v1%2fchat/completions'],
  ['A4', '/v1/chat/completions/..%2f..%2fadmin'],
  ['A5', '/v1/chat/completions;a=1'],
  ['A5', '/v1/..;/admin'],
  ['A5', '/.;/v1/chat/completions'],
  ['A6', '/v1/chat/completions#frag'],
  ['A7', '/V1/Chat/Completions'],
  ['A8', '/v1/chat/completions/'],
  ['A8', '/v1/chat/completionsX'],
  ['A9', '/v1\\chat/completions'],
  ['A10', '/v1/chat/completions%00'],
  ['A10', '/v1/chat/completions%0a'],
  ['A10', '/v1/chat/completions%ff'],
  ['A11', '/%761/chat/completions'],
  ['A11', '/%61dmin'],
  ['A12', '/v1%252fchat/completions'],
  ['A13', `${CHAT}?model=a&model=b`],
  ['A13', `${CHAT}?api-key=abc`],
  ['A13', `${CHAT}?key=abc`],
];

for (const [id, path] of PATHS) {
  const may = PUT_RIGHT.has(path) ? 'is refused, or served as the one path that it means' : 'is refused';
  test(`${id}: ${path} ${may}`, async () => {
    const { status, reached } = await ask({ start: `POST ${path} HTTP/1.1` });
    if (status === 200 && PUT_RIGHT.has(path)) assert.deepEqual(reached, [CHAT]);
    else {
      assert.ok(status >= 400 && status < 500, String(status));
      assert.deepEqual(reached, []);
    }
  });
}

test('A14: a URL in place of a path is judged by its own host and path', async () => {
  const { status, reached } = await ask({ start: 'POST http://other.example.org/admin HTTP/1.1' });
  assert.equal(status, 404);
  assert.deepEqual(reached, []);
});

test('A15: two hosts are none', async () => {
  const { status, reached } = await ask({ host: ['api.example.org', 'other.example.org'] });
  assert.equal(status, 400);
  assert.deepEqual(reached, []);
});

test('A16: over HTTP/2 the authority is the host, and a host header beside it is nothing', async () => {
  const before = stack.upstream.requests.length;
  const { status } = await stack.ask({
    protocol: 'http2',
    headers: { ':authority': 'api.example.org', host: 'other.example.org' },
    body: BODY,
  });
  assert.equal(status, 200);
  const [seen] = stack.upstream.requests.slice(before);
  assert.ok(seen !== undefined && !JSON.stringify(seen.headers).includes('other.example.org'));
});

test('A17: a host with anything but a name, an address and a port is refused', async () => {
  for (const host of ['x@api.example.org', 'api.example.org/x', 'api.example.org,b'])
    assert.deepEqual((await ask({ host })).reached, [], host);
  for (const host of ['API.Example.ORG', 'api.example.org:80', 'api.example.org.', '[::1]:80'])
    assert.equal((await ask({ host })).status, 200, host);
});

test('A18, A22: no header makes another method or path of a request', async () => {
  const lines = [
    'x-http-method-override: DELETE',
    'x-http-method: DELETE',
    'x-method-override: DELETE',
    'x-original-url: /admin',
    'x-rewrite-url: /admin',
    'x-forwarded-uri: /admin',
    'x-envoy-original-path: /admin',
  ];
  assert.equal((await ask({ lines })).status, 200);
  const seen = stack.upstream.requests.at(-1);
  assert.equal(`${seen?.method} ${seen?.path}`, `POST ${CHAT}`);
  for (const line of lines) assert.equal(seen?.headers[line.split(':', 1)[0] ?? ''], undefined, line);
});

test('A19: methods that no operation has are refused', async () => {
  for (const method of ['TRACE', 'PROPFIND', 'PUT', 'DELETE', 'FOO', 'post']) {
    const got = await ask({ start: `${method} ${CHAT} HTTP/1.1` });
    assertTurnedAway(got, method);
    assert.deepEqual(got.reached, [], method);
  }
});

test('A20: a body where none belongs is refused', async () => {
  const { status, reached } = await ask({ start: 'GET /v1/models HTTP/1.1' });
  assert.equal(status, 400);
  assert.deepEqual(reached, []);
});

test('A21: HTTP/1.0 is not spoken', async () => {
  const got = await ask({ start: `POST ${CHAT} HTTP/1.0` });
  assertTurnedAway(got, '1.0');
  assert.deepEqual(got.reached, []);
});

test('A23: a second request on the same connection is judged by itself', async () => {
  const before = stack.upstream.requests.length;
  const good = bytesOf({}).replace('connection: close\r\n', '');
  const { text } = await raw(stack.envoy.port, good + bytesOf({}, 'sp_nobody'));
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);
  assert.deepEqual(statuses, ['200', '401']);
  assert.equal(stack.upstream.requests.length, before + 1);
});

test('A24: a redirect that the proxy follows itself passes both doors again', async (t) => {
  const redirecting = await startStack({ configure: followRedirects });
  t.after(() => redirecting[Symbol.asyncDispose]());
  redirecting.upstream.play((request) =>
    request.path === CHAT
      ? { status: 302, headers: { location: 'http://api.example.org/v1/secret' } }
      : { headers: { 'content-type': 'application/json' }, body: answer('secret') },
  );
  const { text } = await raw(redirecting.envoy.port, bytesOf({}, redirecting.key));
  assert.ok(!text.includes('"secret"'), text);
  assert.deepEqual(
    redirecting.upstream.requests.map(({ path }) => path),
    [CHAT],
  );
});

/** As nobody should: redirects are off in the configuration that is shipped. */
function followRedirects(bootstrap: Bootstrap): void {
  const manager = bootstrap.static_resources.listeners[0].filter_chains[0].filters[0].typed_config;
  for (const route of manager.route_config.virtual_hosts[0].routes) {
    if (route.route === undefined) continue;
    route.route.internal_redirect_policy = { max_internal_redirects: 3, allow_cross_scheme_redirect: true };
  }
}

test('A25: CONNECT reaches nothing', async () => {
  for (const start of ['CONNECT api.example.org:443 HTTP/1.1', `CONNECT ${CHAT} HTTP/1.1`]) {
    const got = await ask({ start, body: '' });
    assert.ok(got.status >= 400 || got.closed, `${start} ${got.status}`);
    assert.deepEqual(got.reached, []);
  }
});

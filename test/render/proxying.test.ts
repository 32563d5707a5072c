import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { http1, http2 } from '../envoy/harness/client.ts';
import { type RunningEnvoy, startEnvoy } from '../envoy/harness/envoy.ts';
import { type RunningUpstream, startUpstream } from '../envoy/harness/upstream.ts';
import { answer, CHAT, chat, type Stack, startStack } from '../envoy/stack.ts';
import { bootstrapOf, managerOf } from './input.ts';

const POST = { method: 'POST', path: CHAT, headers: { 'content-type': 'application/json' } };

function codeOf(text: string): string | undefined {
  return (JSON.parse(text) as { error: { code?: string } }).error.code;
}

// — the proxy without its doors: what it does by itself —

let upstream: RunningUpstream;
let bare: RunningEnvoy;
before(async () => {
  upstream = await startUpstream();
  const bootstrap = bootstrapOf({
    backends: [
      { name: 'plain', cluster: 'plain', url: upstream.url },
      { name: 'based', cluster: 'based', url: `http://127.0.0.1:${upstream.port}/openai/v1` },
    ],
    listen: { host: '127.0.0.1', port: 0 },
    adminPort: 0,
    bodyBytes: 256 * 1024,
  });
  managerOf(bootstrap).http_filters.splice(0, 2);
  // A header that a test may choose a route by, as the second door does by its own.
  const { routes } = managerOf(bootstrap).route_config.virtual_hosts[0];
  const byTest = structuredClone(routes.slice(0, 2));
  for (const route of byTest) route.match.headers[0].name = 'x-test-backend';
  routes.unshift(...byTest);
  bare = await startEnvoy({ bootstrap });
});
after(async () => {
  await bare?.stop();
  await upstream?.stop();
});

test('a client that names a backend itself reaches none: the header is gone before routes are looked up (B21)', async () => {
  const begun = upstream.begun();
  for (const name of ['x-sallyport-backend', 'X-Sallyport-Backend']) {
    const got = await http1(bare.port, { path: '/v1/models', headers: { [name]: 'plain' } });
    assert.equal(got.status, 503);
    assert.equal(codeOf(got.text), 'backend_unavailable');
  }
  assert.equal(upstream.begun(), begun);
});

test("headers that steer Envoy do not come from clients, and the backend's own host is asked (B12, B13)", async () => {
  await http1(bare.port, {
    path: '/v1/models',
    headers: {
      'x-test-backend': 'plain',
      'x-envoy-max-retries': '5',
      'x-envoy-original-path': '/other',
      'x-sallyport-principal': 'somebody',
      host: 'proxy.example.org',
    },
  });
  const seen = upstream.requests.at(-1);
  assert.equal(seen?.headers.host, `127.0.0.1:${upstream.port}`);
  const steering = Object.keys(seen?.headers ?? {}).filter((name) =>
    /^x-(envoy-(max|original-path)|sallyport)/.test(name),
  );
  assert.deepEqual(steering, []);
});

test('a path in the URL of a backend takes the place of /v1', async () => {
  await http1(bare.port, { path: '/v1/chat/completions?x=1', headers: { 'x-test-backend': 'based' } });
  assert.equal(upstream.requests.at(-1)?.path, '/openai/v1/chat/completions?x=1');
  await http1(bare.port, { path: '/v1/models', headers: { 'x-test-backend': 'plain' } });
  assert.equal(upstream.requests.at(-1)?.path, '/v1/models');
});

test('a path has one form behind the proxy, or is refused (A1, A2, A3, A4)', async () => {
  const ask = (path: string) => http1(bare.port, { path, headers: { 'x-test-backend': 'plain' } });
  for (const path of [
    '//v1//models',
    '/open/../v1/models',
    '/v1/./models',
    '/v1/%2e%2e/v1/models',
    '/v1/x/../models',
  ]) {
    assert.equal((await ask(path)).status, 200, path);
    assert.equal(upstream.requests.at(-1)?.path, '/v1/models', path);
  }
  const begun = upstream.begun();
  for (const path of ['/v1%2fmodels', '/v1%5cmodels', '/v1/x/..%2f..%2fadmin']) {
    const got = await ask(path);
    assert.equal(got.status, 400, path);
    assert.equal(codeOf(got.text), 'path_not_canonical', path);
  }
  assert.equal(upstream.begun(), begun);
});

test('what Envoy refuses by itself has the shape of a refusal of ours (C17)', async () => {
  const upgrade = {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'x',
    'sec-websocket-version': '13',
  };
  const socket = await http1(bare.port, { path: '/v1/realtime', headers: upgrade });
  assert.deepEqual([socket.status, codeOf(socket.text)], [403, 'upgrade_not_allowed']);
  assert.equal(socket.headers['content-type'], 'application/json');
});

test('a header with an underscore never gets through (B3)', async () => {
  const begun = upstream.begun();
  for (const send of [http1, http2]) {
    const got = await send(bare.port, {
      headers: { x_sallyport_backend: 'plain', 'x-test-backend': 'plain' },
    }).catch(() => ({ status: 400 }));
    assert.equal(got.status, 400);
  }
  assert.equal(upstream.begun(), begun);
});

// — with both doors —

let stack: Stack;
before(async () => {
  stack = await startStack({
    script: () => ({ headers: { 'content-type': 'application/json' }, body: answer('hello') }),
  });
});
after(() => stack?.[Symbol.asyncDispose]());

test('the backend sees the headers of the doors, not those that a client wrote in their name (B1, B2)', async () => {
  const forged = {
    'x-sallyport-backend': 'other',
    'x-sallyport-tenant': 'other',
    'x-sallyport-request-id': 'mine',
  };
  const got = await stack.ask({ body: chat('hi'), headers: forged });
  assert.equal(got.status, 200, got.text);
  const headers = stack.upstream.requests.at(-1)?.headers ?? {};
  assert.equal(headers['x-sallyport-tenant'], 'acme');
  assert.equal(headers['x-sallyport-request-id'], got.headers['x-sallyport-request-id']);
  assert.notEqual(headers['x-sallyport-request-id'], 'mine');
  assert.equal(headers['x-sallyport-backend'], undefined);
});

test('with no service behind the doors, nothing passes either of them (F7, F8)', async () => {
  await using alone = await startStack({
    configure: ({ static_resources: { clusters } }) => {
      const [{ endpoint }] = clusters[0].load_assignment.endpoints[0].lb_endpoints;
      endpoint.address.socket_address.port_value = 1;
    },
  });
  for (const send of [http1, http2]) {
    const got = await send(alone.envoy.port, { ...POST, body: chat('hi') });
    assert.equal(got.status, 503);
    assert.equal(codeOf(got.text), 'internal');
  }
  assert.equal(alone.upstream.begun(), 0);
});

test('a second door that would change what it may not is stopped, not half obeyed (B19, B20)', async () => {
  // The rules of the rendered filter, turned on a header that the second door really sets.
  await using strict = await startStack({
    configure: (bootstrap) => {
      const second = managerOf(bootstrap).http_filters[1].typed_config;
      const rules = { disallow_system: true, disallow_is_error: true, allow_expression: { regex: ':path' } };
      assert.deepEqual(second.mutation_rules, rules);
      second.mutation_rules.disallow_expression = { regex: 'x-sallyport-backend' };
    },
  });
  const got = await strict.ask({ body: chat('hi') });
  assert.equal(got.status, 503, got.text);
  assert.equal(strict.upstream.begun(), 0);
});

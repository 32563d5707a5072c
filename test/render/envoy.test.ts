import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { toYaml } from '../../src/render/yaml.ts';
import { validateBootstrap } from '../envoy/harness/binary.ts';
import { type Any, bootstrapOf, type INPUT, managerOf } from './input.ts';

const TLS = join(import.meta.dirname, '../envoy-wire/tls');
const certificate = join(TLS, 'server.pem');
const key = join(TLS, 'server.key');

/** Envoy says nothing at all but that it is good: a warning is a deprecated or ignored setting. */
async function accepted(bootstrap: object | string): Promise<void> {
  const { ok, output } = await validateBootstrap(bootstrap);
  assert.ok(ok, output);
  assert.match(output, /^configuration '[^']+' OK\n$/);
}

const CASES: readonly (readonly [what: string, change: Partial<typeof INPUT>])[] = [
  ['buffered bodies', {}],
  ['full-duplex bodies', { bodies: 'full-duplex' }],
  ['a service on a socket', { service: [{ unix: '/run/sallyport/doors.sock' }] }],
  ['two replicas by address', { service: [1, 2].map((i) => ({ host: `192.0.2.${i}`, port: 9000 })) }],
  ['replicas by name', { service: [{ host: 'sallyport.example.org', port: 9000 }] }],
  ['TLS', { tls: { certificate, key } }],
  ['mutual TLS', { tls: { certificate, key, clientCa: join(TLS, 'authority.pem') } }],
  ['no backend at all', { backends: [] }],
  ['bodies of one byte', { bodyBytes: 1 }],
];

for (const [what, change] of CASES) {
  test(`Envoy takes the bootstrap with ${what}, without a warning`, () => accepted(bootstrapOf(change)));
}

test('Envoy takes the bootstrap as the YAML that is written', () =>
  accepted(toYaml([bootstrapOf()], 'head')));

test('a field that Envoy does not know is not accepted: the checks here can fail', async () => {
  const bootstrap = bootstrapOf();
  managerOf(bootstrap).http_filters[1].typed_config.failure_mode_open = true;
  const { ok, output } = await validateBootstrap(bootstrap);
  assert.equal(ok, false);
  assert.match(output, /failure_mode_open/);
});

test('both doors are in the chain, in order, closed on failure, and nothing turns one off', () => {
  const manager = managerOf(bootstrapOf());
  assert.deepEqual(
    manager.http_filters.map((x: Any) => x.name),
    ['envoy.filters.http.ext_authz', 'envoy.filters.http.ext_proc', 'envoy.filters.http.router'],
  );
  for (const { typed_config } of manager.http_filters.slice(0, 2))
    assert.equal(typed_config.failure_mode_allow, false);
  assert.doesNotMatch(
    JSON.stringify(bootstrapOf()),
    /typed_per_filter_config|"disabled"|upgrade_configs|internal_redirect/,
  );
});

test('the runtime flag with which Envoy dies of long exchanges is not set', () => {
  assert.doesNotMatch(JSON.stringify(bootstrapOf()), /ext_proc_graceful_grpc_close/);
});

test('every backend has one route, chosen by header alone, and the last route leads nowhere', () => {
  const { routes } = managerOf(bootstrapOf()).route_config.virtual_hosts[0];
  const chosen = routes.slice(0, -1);
  assert.deepEqual(
    chosen.map((x: Any) => [x.match.headers[0].name, x.match.headers[0].string_match.exact, x.route.cluster]),
    ['openai', 'vllm', 'gateway', 'near'].map((cluster) => ['x-sallyport-backend', cluster, cluster]),
  );
  assert.ok(chosen.every((x: Any) => x.route.timeout === '0s' && x.route.retry_policy === undefined));
  assert.deepEqual(routes.at(-1), {
    name: 'nowhere',
    match: { prefix: '/' },
    direct_response: { status: 503 },
  });
});

test("a path in a backend's URL takes the place of /v1", () => {
  const { routes } = managerOf(bootstrapOf()).route_config.virtual_hosts[0];
  const rewrite = (i: number) => [routes[i].match.prefix, routes[i].route.prefix_rewrite];
  assert.deepEqual(rewrite(0), ['/v1/', '/v1/']);
  assert.deepEqual(rewrite(1), ['/', undefined]);
  assert.deepEqual(rewrite(2), ['/v1/', '/team/v1/']);
});

test('a backend over TLS must prove its name, or its address', () => {
  const { clusters } = bootstrapOf().static_resources;
  const tls = (name: string) => clusters.find((x: Any) => x.name === name).transport_socket?.typed_config;
  assert.equal(tls('openai').sni, 'api.openai.com');
  const sans = (name: string) =>
    tls(name).common_tls_context.validation_context.match_typed_subject_alt_names;
  assert.deepEqual(sans('openai'), [{ san_type: 'DNS', matcher: { exact: 'api.openai.com' } }]);
  assert.deepEqual(sans('gateway'), [{ san_type: 'IP_ADDRESS', matcher: { exact: '2001:db8::7' } }]);
  assert.equal(tls('gateway').sni, undefined);
  assert.equal(tls('vllm'), undefined);
});

test('Envoy has room for the largest body that the policy allows, over HTTP/1.1 and HTTP/2', () => {
  const bodyBytes = 20 * 1024 * 1024;
  const bootstrap = bootstrapOf({ bodyBytes });
  assert.ok(bootstrap.static_resources.listeners[0].per_connection_buffer_limit_bytes > bodyBytes);
  const http2 = managerOf(bootstrap).http2_protocol_options;
  assert.ok(http2.initial_stream_window_size > bodyBytes);
  assert.ok(http2.initial_connection_window_size >= http2.initial_stream_window_size);
});

test('the admin interface listens on loopback only', () => {
  assert.equal(bootstrapOf().admin.address.socket_address.address, '127.0.0.1');
});

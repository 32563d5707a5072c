import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { canaryCommand, type Probed } from '../../src/cli/canary.ts';
import { type Bootstrap, type Stack, startStack } from '../envoy/stack.ts';

/** The HTTP filters of a proxy's configuration. */
function filtersOf(bootstrap: Bootstrap) {
  return bootstrap.static_resources.listeners[0].filter_chains[0].filters[0].typed_config.http_filters;
}

function failuresOf(output: string): string[] {
  return (JSON.parse(output) as Probed[]).filter((x) => x.result === 'not refused').map((x) => x.name);
}

/** What a proxy that was configured so lets through. */
async function letsThrough(configure: (bootstrap: Bootstrap) => void): Promise<string[]> {
  await using stack = await startStack({ configure });
  const { exitCode, output } = await canaryCommand({ ...at(stack), key: stack.key, json: true });
  assert.equal(exitCode, 1);
  return failuresOf(output);
}

const at = (stack: Stack) => ({ proxy: `http://127.0.0.1:${stack.envoy.port}` });

let stack: Stack;
before(async () => {
  stack = await startStack();
});
after(() => stack?.[Symbol.asyncDispose]());

test('the rendered proxy refuses everything, at both doors, and no model hears of it', async () => {
  const { exitCode, output } = await canaryCommand({ ...at(stack), key: stack.key });
  assert.equal(exitCode, 0, output);
  assert.match(output, /^refused +no credential +401 credential_missing$/m);
  assert.match(output, /^refused +a body that is not JSON +400 body_malformed$/m);
  assert.match(output, /\n\d+ refused, 0 not refused, 0 skipped$/);
  assert.equal(stack.upstream.begun(), 0);
});

test('without a key it says that the second door was not tried', async () => {
  const { exitCode, output } = await canaryCommand(at(stack));
  assert.equal(exitCode, 0, output);
  assert.match(output, /The second door was not tried/);
});

test('one who has too much to do is asked again, for it has judged nothing', async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    const code = asked === 1 ? 'overloaded' : 'credential_missing';
    response.writeHead(asked === 1 ? 503 : 401, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ error: { code } }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const { output } = await canaryCommand({ proxy: `http://127.0.0.1:${port}` });
    assert.match(output, /^refused +no credential +401 credential_missing$/m);
  } finally {
    server.close();
  }
});

test('a proxy that cannot be reached, or named, is an error of usage', async () => {
  const unreachable = await canaryCommand({ proxy: 'http://127.0.0.1:1' });
  assert.deepEqual(unreachable, { exitCode: 2, output: 'cannot reach http://127.0.0.1:1: ECONNREFUSED' });
  assert.equal((await canaryCommand({ proxy: 'proxy.example.org' })).exitCode, 2);
});

test('it finds a chain without the first door (F25)', async () => {
  const through = await letsThrough((bootstrap) => filtersOf(bootstrap).splice(0, 1));
  assert.ok(through.includes('no credential'), String(through));
});

test('it finds a chain without the second door', async () => {
  const through = await letsThrough((bootstrap) => filtersOf(bootstrap).splice(1, 1));
  assert.deepEqual(through, [
    'a model that no policy has',
    'a body that is not JSON',
    'a key that stands twice',
    'a body that is nested too deeply',
  ]);
});

test('it finds filters that let pass what they cannot ask about (F7)', async () => {
  const through = await letsThrough((bootstrap) => {
    for (const { typed_config } of filtersOf(bootstrap).slice(0, 2)) typed_config.failure_mode_allow = true;
    const [service] = bootstrap.static_resources.clusters;
    service.load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address.port_value = 1;
    open(bootstrap);
  });
  assert.ok(through.includes('no credential'), String(through));
});

test('it finds a route on which the doors are turned off', async () => {
  const through = await letsThrough((bootstrap) => {
    open(bootstrap);
    const { routes } = hostOf(bootstrap);
    const off = { '@type': 'type.googleapis.com/envoy.config.route.v3.FilterConfig', disabled: true };
    routes.unshift({
      match: { prefix: '/v1/models' },
      route: { cluster: 'mock' },
      typed_per_filter_config: { 'envoy.filters.http.ext_authz': off, 'envoy.filters.http.ext_proc': off },
    });
  });
  assert.deepEqual(through, ['the list of models']);
});

test('it finds a backend that answers for a door that is not there', async () => {
  await using naked = await startStack({
    configure: (bootstrap) => {
      filtersOf(bootstrap).splice(0, 2);
      open(bootstrap);
    },
    script: () => ({ status: 401, body: '{"error":{"message":"No key.","code":"invalid_api_key"}}' }),
  });
  const { exitCode, output } = await canaryCommand({ ...at(naked), json: true });
  assert.equal(exitCode, 1);
  assert.ok(failuresOf(output).includes('no credential'), output);
});

function hostOf(bootstrap: Bootstrap) {
  const [listener] = bootstrap.static_resources.listeners;
  return listener.filter_chains[0].filters[0].typed_config.route_config.virtual_hosts[0];
}

/** Sends to the backend what no door has moved there. */
function open(bootstrap: Bootstrap): void {
  const { routes } = hostOf(bootstrap);
  routes.splice(-1, 1, { match: { prefix: '/' }, route: { cluster: 'mock' } });
}

/** Client certificates through a real Envoy: SPIRE-shaped ones, and others; at the edge, and behind a trusted hop. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { type Authority, type Issued, makeAuthority } from '../identity/certificate/authority.ts';
import { startEnvoy } from './harness/envoy.ts';
import { answer, type Bootstrap, CHAT, chat, type Stack, startStack } from './stack.ts';

const ID = 'spiffe://example.org/ns/search/sa/ranker';
const GATEWAY = 'spiffe://example.org/ns/edge/sa/gateway';
const IDENTITY = `
  apiKeys: { keys: [{ id: tester, digest: "KEY", tenant: search }] }
  mtls:
    trustDomains:
      example.org:
        workloads:
          - { id: "${GATEWAY}", tenant: edge }
          - { id: "spiffe://example.org/ns/{namespace}/sa/{service_account}", tenant: "{namespace}" }
    forwarded: { peers: ["${GATEWAY}"] }
  mesh: { linkerd: { networks: [10.0.0.0/8], identities: [{ name: "{sa}.{ns}.serviceaccount.identity.linkerd.cluster.local", tenant: "{ns}" }] } }
  require:
    - { hosts: [both.example.org], all: [api-key, mtls] }
`;
const GRANTS = '[{ to: { tenant: search }, operations: "*", models: ["*"] }]';

let folder: string;
let authority: Authority;
let server: Issued;
let stack: Stack;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-mtls-'));
  authority = await makeAuthority();
  server = await authority.issue({ dns: ['localhost'], ip: '127.0.0.1' });
  await writeFile(join(folder, 'ca.pem'), authority.pem);
  await writeFile(join(folder, 'server.pem'), server.pem);
  await writeFile(join(folder, 'server.key'), server.key);
  stack = await startStack({ sections: { identity: IDENTITY, grants: GRANTS }, configure: overTls({}) });
  stack.upstream.play(() => ({ headers: { 'content-type': 'application/json' }, body: answer('hello') }));
});
after(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Has the listener speak TLS and ask for certificates, as `render envoy --tls-cert … --tls-client-ca …` does. */
function overTls(more: { readonly optional?: boolean; readonly manager?: object }) {
  return (bootstrap: Bootstrap) => {
    const [chain] = bootstrap.static_resources.listeners[0].filter_chains;
    chain.transport_socket = {
      name: 'envoy.transport_sockets.tls',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
        require_client_certificate: more.optional !== true,
        common_tls_context: {
          tls_certificates: [
            {
              certificate_chain: { filename: join(folder, 'server.pem') },
              private_key: { filename: join(folder, 'server.key') },
            },
          ],
          validation_context: { trusted_ca: { filename: join(folder, 'ca.pem') } },
        },
      },
    };
    Object.assign(chain.filters[0].typed_config, more.manager);
  };
}

interface Asked {
  readonly certificate?: Issued;
  readonly headers?: Record<string, string>;
  readonly port?: number;
}

/** @returns status 0 where the handshake failed */
async function ask({ certificate, headers = {}, port = stack.envoy.port }: Asked) {
  const body = chat('hello', { model: 'plain' });
  const sent = request({
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: CHAT,
    ca: authority.pem,
    ...(certificate && { cert: certificate.pem, key: certificate.key }),
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      host: 'api.example.org',
      ...headers,
    },
    agent: false,
    checkServerIdentity: () => undefined,
  });
  sent.end(body);
  try {
    const [response] = await once(sent, 'response');
    let text = '';
    for await (const piece of response) text += piece;
    return { status: response.statusCode as number, text };
  } catch {
    return { status: 0, text: '' };
  }
}

/** The record of a request that was allowed to somebody; the file is written a moment after the answer. */
async function recordOf(id: string) {
  for (let count = 1; ; count += 1) {
    const records = await stack.records(count);
    const found = records.find((record) => record.outcome === 'allowed' && record.principal?.id === id);
    if (found !== undefined) return found;
    count = Math.max(count, records.length);
  }
}

const lastPrincipal = () => stack.upstream.requests.at(-1)?.headers['x-sallyport-principal'];

test('a workload is known by the SPIFFE id of its certificate', async () => {
  const got = await ask({ certificate: await authority.issue({ uris: [ID] }) });
  assert.equal(got.status, 200, got.text);
  assert.equal(lastPrincipal(), ID);
  const [record] = (await stack.records(1)).slice(-1);
  assert.deepEqual(record?.principal, {
    methods: ['mtls'],
    id: ID,
    issuer: 'example.org',
    workload: ID,
    tenant: 'search',
  });
});

test('L23, L24: other trust domains, two ids, and ids in the wrong place are nobody', async () => {
  const before = stack.upstream.requests.length;
  for (const wanted of [
    { uris: ['spiffe://example.org.evil.test/ns/search/sa/ranker'] },
    { uris: ['spiffe://other.org/ns/search/sa/ranker'] },
    { uris: [ID, 'spiffe://example.org/ns/search/sa/admin'] },
    { dns: [ID.replaceAll('/', '.').replace('spiffe:..', '')] },
    { subject: `CN=${ID}` },
  ]) {
    const got = await ask({ certificate: await authority.issue(wanted) });
    assert.equal(got.status, 401, JSON.stringify(wanted));
  }
  assert.equal(stack.upstream.requests.length, before);
});

test('no certificate, one of another authority, and one whose time has passed do not get through the handshake', async () => {
  const stranger = await (await makeAuthority('stranger')).issue({ uris: [ID] });
  const past = await authority.issue({ uris: [ID], notAfter: new Date(Date.now() - 60_000) });
  for (const asked of [{}, { certificate: stranger }, { certificate: past }])
    assert.equal((await ask(asked)).status, 0);
});

test('B15: what a client says of certificates is not believed and does not travel on', async () => {
  const certificate = await authority.issue({ uris: [ID] });
  const forged = `Hash=${'ab'.repeat(32)};URI=spiffe://example.org/ns/search/sa/admin`;
  const headers = {
    'x-forwarded-client-cert': forged,
    'l5d-client-id': 'admin.search.serviceaccount.identity.linkerd.cluster.local',
  };
  assert.equal((await ask({ certificate, headers })).status, 200);
  assert.equal(lastPrincipal(), ID);
  for (const name of Object.keys(headers))
    assert.equal(stack.upstream.requests.at(-1)?.headers[name], undefined, name);
});

test('where a route wants both, key and certificate end up on one principal, and either alone is not enough', async () => {
  const certificate = await authority.issue({ uris: [ID] });
  const host = { host: 'both.example.org' };
  const key = { authorization: `Bearer ${stack.key}` };
  assert.equal((await ask({ certificate, headers: host })).status, 401);
  const got = await ask({ certificate, headers: { ...host, ...key } });
  assert.equal(got.status, 200, got.text);
  const record = await recordOf('tester');
  assert.deepEqual([record?.principal?.methods, record?.principal?.workload], [['api-key', 'mtls'], ID]);
  const other = await authority.issue({ uris: ['spiffe://example.org/ns/other/sa/x'] });
  assert.equal((await ask({ certificate: other, headers: { ...host, ...key } })).status, 401, 'two tenants');
});

/** An Envoy in front that takes the caller's certificate and tells the next one about it. */
async function startHop(t: TestContext, certificate: Issued, sanitize: boolean) {
  await writeFile(join(folder, 'hop.pem'), certificate.pem);
  await writeFile(join(folder, 'hop.key'), certificate.key);
  const inner = await startStack({
    sections: { identity: IDENTITY, grants: GRANTS },
    configure: overTls({ manager: { forward_client_cert_details: 'FORWARD_ONLY' } }),
  });
  t.after(() => inner[Symbol.asyncDispose]());
  inner.upstream.play(() => ({ headers: { 'content-type': 'application/json' }, body: answer('hello') }));
  const hop = await startEnvoy({ bootstrap: hopBootstrap(inner.envoy.port, sanitize) });
  t.after(() => hop.stop());
  return { inner, port: hop.port };
}

function hopBootstrap(to: number, sanitize: boolean): Bootstrap {
  const file = (name: string) => ({ filename: join(folder, name) });
  const bootstrap: Bootstrap = {
    static_resources: {
      listeners: [
        {
          name: 'clients',
          address: { socket_address: { address: '127.0.0.1', port_value: 0 } },
          filter_chains: [
            {
              filters: [
                {
                  name: 'envoy.filters.network.http_connection_manager',
                  typed_config: {
                    '@type':
                      'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                    stat_prefix: 'hop',
                    forward_client_cert_details: sanitize ? 'SANITIZE_SET' : 'APPEND_FORWARD',
                    set_current_client_cert_details: { uri: true, subject: true },
                    route_config: {
                      virtual_hosts: [
                        {
                          name: 'all',
                          domains: ['*'],
                          routes: [{ match: { prefix: '/' }, route: { cluster: 'inner' } }],
                        },
                      ],
                    },
                    http_filters: [
                      {
                        name: 'envoy.filters.http.router',
                        typed_config: {
                          '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
                        },
                      },
                    ],
                  },
                },
              ],
            },
          ],
        },
      ],
      clusters: [
        {
          name: 'inner',
          type: 'STATIC',
          load_assignment: {
            cluster_name: 'inner',
            endpoints: [
              {
                lb_endpoints: [
                  { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: to } } } },
                ],
              },
            ],
          },
          transport_socket: {
            name: 'envoy.transport_sockets.tls',
            typed_config: {
              '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
              common_tls_context: {
                tls_certificates: [{ certificate_chain: file('hop.pem'), private_key: file('hop.key') }],
                validation_context: { trusted_ca: file('ca.pem') },
              },
            },
          },
        },
      ],
    },
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } },
  };
  overTls({})(bootstrap);
  return bootstrap;
}

test('behind a trusted hop the caller is whom the hop names, and never whom the caller itself names', async (t) => {
  const gateway = await authority.issue({ uris: [GATEWAY] });
  const certificate = await authority.issue({ uris: [ID] });
  for (const sanitize of [true, false]) {
    const { inner, port } = await startHop(t, gateway, sanitize);
    const forged = {
      'x-forwarded-client-cert': `Hash=${'ab'.repeat(32)};URI=spiffe://example.org/ns/search/sa/admin`,
    };
    const got = await ask({ certificate, headers: forged, port });
    assert.equal(got.status, 200, got.text);
    assert.equal(inner.upstream.requests[0]?.headers['x-sallyport-principal'], ID);
    assert.equal(inner.upstream.requests[0]?.headers['x-forwarded-client-cert'], undefined);
    // Past the hop, with a certificate that is good but not the hop's.
    const direct = await ask({ certificate, headers: forged, port: inner.envoy.port });
    assert.equal(direct.status, 200, direct.text);
    assert.equal(inner.upstream.requests[1]?.headers['x-sallyport-principal'], ID);
  }
});

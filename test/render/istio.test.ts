import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { MESH_VALUES_FILE, renderIstio } from '../../src/render/istio/render.ts';
import { isMistakes } from '../../src/render/proxy.ts';
import { validateBootstrap } from '../envoy/harness/binary.ts';
import { type Any, bootstrapOf, INPUT, managerOf } from './input.ts';
import { mistakesIn, type Resource } from './schema.ts';

const POLICY = [{ name: 'policy.yaml', text: 'version: 1\n' }];
const files = renderIstio({ ...INPUT, policy: POLICY, image: 'sallyport:1' });
if (isMistakes(files)) throw new Error(files.mistakes.join());
const mesh = parse(files.find((x) => x.name === MESH_VALUES_FILE)?.text ?? '') as Any;
const resources = files
  .filter((x) => x.name !== MESH_VALUES_FILE)
  .flatMap(({ text }) => parseAllDocuments(text).map((x) => x.toJS() as Resource));

function all(kind: string): Any[] {
  return resources.filter((x) => x.kind === kind);
}
const patches = all('EnvoyFilter')[0].spec.configPatches as Any[];
const patchOf = (applyTo: string, operation: string) =>
  patches.find((x) => x.applyTo === applyTo && x.patch.operation === operation);

for (const resource of resources) {
  test(`${resource.kind} ${resource.metadata.name} fits its schema, with no unknown field`, async () => {
    assert.deepEqual(await mistakesIn(resource), []);
  });
}

test('no two resources of a kind have one name', () => {
  const names = resources.map((x) => `${x.kind} ${x.metadata.namespace}/${x.metadata.name}`);
  assert.deepEqual(names, [...new Set(names)]);
});

/** Fields of `ExtensionProvider.EnvoyExternalAuthorizationGrpcProvider` in Istio's mesh configuration. */
const PROVIDER_FIELDS = [
  'service',
  'port',
  'timeout',
  'failOpen',
  'clearRouteCache',
  'statusOnError',
  'includeRequestBodyInCheck',
];

test('the mesh has one provider, closed on failure, which sends no body (G5)', () => {
  const [provider, ...more] = mesh.meshConfig.extensionProviders;
  assert.deepEqual(more, []);
  assert.match(provider.name, /^[a-z0-9-]+$/);
  for (const field of Object.keys(provider.envoyExtAuthzGrpc))
    assert.ok(PROVIDER_FIELDS.includes(field), field);
  assert.equal(provider.envoyExtAuthzGrpc.failOpen, false);
  assert.equal(provider.envoyExtAuthzGrpc.includeRequestBodyInCheck, undefined);
});

test('paths are read one way in the whole mesh (G7)', () => {
  assert.equal(mesh.meshConfig.pathNormalization.normalization, 'DECODE_AND_MERGE_SLASHES');
});

test('the first door is asked about everything, by the provider that the mesh knows', () => {
  const [custom] = all('AuthorizationPolicy').filter((x) => x.spec.action === 'CUSTOM');
  assert.deepEqual(custom.spec.rules, [{}]);
  assert.equal(custom.spec.provider.name, mesh.meshConfig.extensionProviders[0].name);
});

test('the second door stands before the router, whether or not the first is there', () => {
  const { match, patch } = patchOf('HTTP_FILTER', 'INSERT_BEFORE');
  assert.equal(match.listener.filterChain.filter.subFilter.name, 'envoy.filters.http.router');
  assert.equal(patch.value.name, 'envoy.filters.http.ext_proc');
  assert.equal(patch.value.typed_config.failure_mode_allow, false);
  const grpc = patch.value.typed_config.grpc_service.envoy_grpc;
  assert.equal(grpc.cluster_name, `outbound|9000||${grpc.authority}`);
});

test('policy, filter and gateway mean the same pods', () => {
  const { istio } = all('Gateway')[0].spec.selector;
  assert.deepEqual(all('EnvoyFilter')[0].spec.workloadSelector.labels, { istio });
  const custom = all('AuthorizationPolicy').find((x) => x.spec.action === 'CUSTOM');
  assert.deepEqual(custom.spec.selector.matchLabels, { istio });
  const namespaces = new Set(
    [...all('Gateway'), ...all('EnvoyFilter'), custom].map((x) => x.metadata.namespace),
  );
  assert.equal(namespaces.size, 1);
});

test('only the gateway may ask the service, and nobody in the clear (G8)', () => {
  assert.equal(all('PeerAuthentication')[0].spec.mtls.mode, 'STRICT');
  const [callers] = all('AuthorizationPolicy').filter((x) => x.spec.action === 'ALLOW');
  assert.deepEqual(callers.spec.rules[0].from, [
    { source: { namespaces: [all('Gateway')[0].metadata.namespace] } },
  ]);
  assert.deepEqual(callers.metadata.namespace, all('Deployment')[0].metadata.namespace);
});

test('what passes the sidecar by, the network refuses (G1, G2)', () => {
  const [policy] = all('NetworkPolicy');
  const { metadata, spec } = all('Deployment')[0];
  assert.equal(policy.metadata.namespace, metadata.namespace);
  assert.deepEqual(policy.spec.podSelector.matchLabels, spec.template.metadata.labels);
  assert.deepEqual(policy.spec.policyTypes, ['Ingress']);
  const doors = spec.template.spec.containers[0].ports.find(
    (x: Any) => x.name === 'grpc-doors',
  ).containerPort;
  const gateway = all('Gateway')[0].metadata.namespace;
  for (const { from, ports } of policy.spec.ingress) {
    assert.ok(from.length === 1 && ports.length === 1 && ports[0].protocol === 'TCP');
    const peer = from[0].namespaceSelector.matchLabels['kubernetes.io/metadata.name'];
    assert.equal(ports[0].port === doors, peer === gateway, peer);
  }
});

test('no port of the gateway is left to a guess of its protocol, and none is outside of the first door (G1)', () => {
  for (const { port } of all('Gateway')[0].spec.servers) assert.equal(port.protocol, 'HTTPS');
  for (const { appProtocol } of all('Service')[0].spec.ports) assert.equal(appProtocol, 'grpc');
  const [custom] = all('AuthorizationPolicy').filter((x) => x.spec.action === 'CUSTOM');
  assert.deepEqual(custom.spec.rules, [{}], 'neither ports nor hosts nor paths');
});

test('nothing is taken out of the sidecar (G2)', () => {
  const { annotations } = all('Deployment')[0].spec.template.metadata;
  const names = Object.keys(annotations);
  assert.deepEqual(
    names.filter((name) => /exclude|include|inject/i.test(name)),
    [],
  );
  assert.equal(all('Namespace')[0].metadata.labels['istio-injection'], 'enabled');
});

test('backends are known to the gateway alone: to the rest of the mesh they are as closed as before (G3)', () => {
  for (const kind of ['ServiceEntry', 'VirtualService'])
    for (const { spec } of all(kind)) assert.deepEqual(spec.exportTo, ['.'], kind);
  const namespace = all('Gateway')[0].metadata.namespace;
  for (const { metadata, spec } of all('DestinationRule').filter((x) => x.spec.trafficPolicy.tls)) {
    assert.deepEqual(spec.exportTo, ['.']);
    assert.equal(metadata.namespace, namespace);
  }
});

test('tokens are verified by the first door, not by a filter that Istio puts behind it (G4)', () => {
  assert.deepEqual(all('RequestAuthentication'), []);
  const rules = all('AuthorizationPolicy').filter((x) => x.spec.action !== 'CUSTOM');
  assert.ok(rules.every((x) => !JSON.stringify(x.spec).includes('requestPrincipals')));
  const merged = patchOf('HTTP_FILTER', 'MERGE');
  assert.equal(merged.match.listener.filterChain.filter.subFilter.name, 'envoy.filters.http.ext_authz');
});

test('nothing that is rendered may change Envoy, and no script stands in it (G10)', () => {
  const rights = ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];
  assert.deepEqual(
    resources.filter(({ kind }) => rights.includes(kind)),
    [],
  );
  for (const { automountServiceAccountToken } of all('ServiceAccount'))
    assert.equal(automountServiceAccountToken, false);
  assert.equal(all('Deployment')[0].spec.template.spec.automountServiceAccountToken, false);
  assert.doesNotMatch(JSON.stringify(patches), /\.lua\.|\.wasm\.|\.golang\./);
});

test('a body as large as the policy allows is held whole, and a larger one is told so (G11)', () => {
  const { per_connection_buffer_limit_bytes: held } = patchOf('LISTENER', 'MERGE').patch.value;
  assert.ok(held > INPUT.bodyBytes && INPUT.bodyBytes > 1024 * 1024);
  const { local_reply_config } = patchOf('NETWORK_FILTER', 'MERGE').patch.value.typed_config;
  const tooLarge = local_reply_config.mappers.find((x: Any) => JSON.stringify(x.filter).includes(':413,'));
  const shape = JSON.parse(tooLarge.body_format_override.text_format_source.inline_string);
  assert.equal(shape.error.code, 'body_too_large');
});

test('every backend has one route, never tried twice, and the last leads nowhere (G12)', () => {
  const { http } = all('VirtualService')[0].spec;
  const chosen = http.slice(0, -1);
  assert.deepEqual(
    chosen.map((x: Any) => x.match[0].headers['x-sallyport-backend'].exact),
    ['openai', 'vllm', 'gateway', 'near'],
  );
  assert.ok(chosen.every((x: Any) => x.retries.attempts === 0 && x.timeout === undefined));
  assert.deepEqual(http.at(-1), { name: 'nowhere', directResponse: { status: 503 } });
});

test('what has a Service needs no entry; other hosts have one, with TLS that checks their name', () => {
  const entries = all('ServiceEntry').flatMap((x) => x.spec.hosts);
  assert.deepEqual(entries, ['api.openai.com', '2001-db8-7.address.internal', '192-0-2-7.address.internal']);
  for (const route of all('VirtualService')[0].spec.http.slice(0, -1)) {
    const { host } = route.route[0].destination;
    assert.ok(entries.includes(host) || host.endsWith('.svc.cluster.local'), host);
  }
  const tls = all('DestinationRule').filter((x) => x.spec.trafficPolicy.tls !== undefined);
  assert.deepEqual(
    tls.map((x) => [x.spec.host, x.spec.trafficPolicy.tls.subjectAltNames[0]]),
    [
      ['api.openai.com', 'api.openai.com'],
      ['2001-db8-7.address.internal', '2001:db8::7'],
    ],
  );
});

/**
 * What Istio makes of the patches, without Istio: its own ext_authz and connection manager, ours merged into them, as
 * protobuf merges (objects by field, lists one after the other).
 */
function patched(): Any {
  const bootstrap = structuredClone(bootstrapOf());
  const second = patchOf('HTTP_FILTER', 'INSERT_BEFORE').patch.value;
  const cluster = second.typed_config.grpc_service.envoy_grpc.cluster_name;
  bootstrap.static_resources.clusters[0].name = cluster;
  bootstrap.static_resources.clusters[0].load_assignment.cluster_name = cluster;
  const { '@type': type, stat_prefix, route_config } = managerOf(bootstrap);
  const first = {
    name: 'envoy.filters.http.ext_authz',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz',
      transport_api_version: 'V3',
      stat_prefix: 'ext_authz',
      grpc_service: { envoy_grpc: { cluster_name: cluster, authority: 'sallyport' }, timeout: '0.5s' },
      filter_enabled_metadata: {
        filter: 'envoy.filters.http.rbac',
        path: [{ key: 'istio_ext_authz_shadow_effective_policy_id' }],
        value: { string_match: { prefix: 'istio-ext-authz' } },
      },
    },
  };
  const router = managerOf(bootstrap).http_filters.at(-1);
  const manager = {
    '@type': type,
    stat_prefix,
    route_config,
    normalize_path: true,
    path_with_escaped_slashes_action: 'UNESCAPE_AND_FORWARD',
    upgrade_configs: [{ upgrade_type: 'websocket' }],
    http_filters: [merge(first, patchOf('HTTP_FILTER', 'MERGE').patch.value), second, router],
  };
  const listener = bootstrap.static_resources.listeners[0];
  listener.filter_chains[0].filters[0].typed_config = merge(
    manager,
    patchOf('NETWORK_FILTER', 'MERGE').patch.value.typed_config,
  );
  Object.assign(listener, patchOf('LISTENER', 'MERGE').patch.value);
  return bootstrap;
}

function merge(base: Any, over: Any): Any {
  if (Array.isArray(base) && Array.isArray(over)) return [...base, ...over];
  if (typeof base !== 'object' || typeof over !== 'object') return over;
  const merged = { ...base };
  for (const [key, value] of Object.entries(over))
    merged[key] = key in base ? merge(base[key], value) : value;
  return merged;
}

test("Envoy takes Istio's chain with the patches merged in, without a warning", async () => {
  const { ok, output } = await validateBootstrap(patched());
  assert.ok(ok, output);
  assert.match(output, /^configuration '[^']+' OK\n$/);
});

test('a misspelt field in a patch is not taken', async () => {
  const bootstrap = patched();
  managerOf(bootstrap).http_filters[1].typed_config.mesage_timeout = '1s';
  assert.match((await validateBootstrap(bootstrap)).output, /mesage_timeout/);
});

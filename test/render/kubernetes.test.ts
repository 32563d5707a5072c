import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { bufferBytes } from '../../src/render/envoy/connection.ts';
import { MAX_HEAP_BYTES } from '../../src/render/envoy/overload.ts';
import { renderKubernetes } from '../../src/render/kubernetes/render.ts';
import { isMistakes } from '../../src/render/proxy.ts';
import { type Any, INPUT } from './input.ts';
import { mistakesIn, type Resource } from './schema.ts';

const POLICY = [
  { name: 'models.yaml', text: 'models: {}\n' },
  { name: 'policy.yaml', text: '# the policy\nversion: 1\n' },
];
const files = renderKubernetes({ ...INPUT, policy: POLICY, image: 'sallyport:1' });
if (isMistakes(files)) throw new Error(files.mistakes.join());
const resources = files.flatMap(({ text }) => parseAllDocuments(text).map((x) => x.toJS() as Resource));

function find(kind: string, name?: string): Any {
  const found = resources.find((x) => x.kind === kind && (name === undefined || x.metadata.name === name));
  assert.ok(found, `${kind} ${name ?? ''}`);
  return found;
}

const pod = find('Deployment').spec.template.spec;
const [service] = pod.initContainers;
const [envoy] = pod.containers;

for (const resource of resources) {
  test(`${resource.kind} ${resource.metadata.name} fits its schema, with no unknown field`, async () => {
    assert.deepEqual(await mistakesIn(resource), []);
  });
}

test('the schema check finds a misspelt field and a wrong type', async () => {
  const broken = structuredClone(find('Deployment'));
  broken.spec.template.spec.containers[0].livenesProbe = {};
  assert.deepEqual(await mistakesIn(broken), [
    'unknown field .spec.template.spec.containers[0].livenesProbe',
  ]);
  broken.spec.replicas = 'two';
  assert.match(String(await mistakesIn(broken)), /replicas must be integer/);
});

test('no container may do more than run', () => {
  assert.equal(pod.securityContext.runAsNonRoot, true);
  assert.equal(pod.securityContext.seccompProfile.type, 'RuntimeDefault');
  assert.equal(pod.automountServiceAccountToken, false);
  for (const { securityContext } of [service, envoy]) {
    assert.deepEqual(securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  }
  assert.equal(find('Namespace').metadata.labels['pod-security.kubernetes.io/enforce'], 'restricted');
});

test('the service is a native sidecar that Envoy reaches over a socket both mount (G8)', () => {
  assert.equal(service.restartPolicy, 'Always');
  const socket = parse(find('ConfigMap', 'sallyport-envoy').data['envoy.yaml']).static_resources.clusters[0]
    .load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.pipe.path;
  assert.ok(service.args.includes(`--listen=unix:${socket}`));
  for (const { volumeMounts } of [service, envoy]) {
    const mount = volumeMounts.find((x: Any) => x.name === 'socket');
    assert.ok(socket.startsWith(`${mount.mountPath}/`));
  }
});

test('nobody reaches a pod but by its doors, and a pod nobody but names and backends (G1, G2, G3)', () => {
  const { policyTypes, ingress, egress } = find('NetworkPolicy').spec;
  assert.deepEqual(policyTypes, ['Ingress', 'Egress']);
  const bootstrap = parse(find('ConfigMap', 'sallyport-envoy').data['envoy.yaml']);
  const listeners = bootstrap.static_resources.listeners.map((x: Any) => x.address.socket_address.port_value);
  const open = ingress.filter((x: Any) => x.from === undefined).flatMap((x: Any) => x.ports);
  assert.deepEqual(
    open,
    listeners.map((port: number) => ({ protocol: 'TCP', port })),
  );
  assert.equal(bootstrap.admin.address.socket_address.address, '127.0.0.1');
  const out = egress.filter((x: Any) => x.to === undefined).flatMap((x: Any) => x.ports);
  assert.deepEqual(
    out.map((x: Any) => x.port),
    [443, 8000, 8443, 11434],
  );
});

test('nothing that is rendered may change Envoy (G10)', () => {
  assert.deepEqual(
    resources.filter(({ kind }) => /Role/.test(kind)),
    [],
  );
  assert.equal(find('ServiceAccount').automountServiceAccountToken, false);
  for (const { volumeMounts } of [service, envoy])
    for (const mount of volumeMounts.filter((x: Any) => ['envoy', 'policy', 'tls'].includes(x.name)))
      assert.equal(mount.readOnly, true, mount.name);
});

test('every volume that is mounted exists, and every ConfigMap that is named is rendered', () => {
  const volumes = new Map<string, Any>(pod.volumes.map((x: Any) => [x.name, x]));
  for (const { volumeMounts } of [service, envoy]) {
    for (const { name } of volumeMounts) assert.ok(volumes.has(name), name);
  }
  for (const { configMap } of volumes.values())
    if (configMap !== undefined) find('ConfigMap', configMap.name);
});

test('selectors select the pods, and Services and probes name ports that exist', () => {
  const { labels } = find('Deployment').spec.template.metadata;
  assert.deepEqual(find('Deployment').spec.selector.matchLabels, labels);
  assert.deepEqual(find('Service').spec.selector, labels);
  assert.deepEqual(find('PodDisruptionBudget').spec.selector.matchLabels, labels);
  assert.deepEqual(find('NetworkPolicy').spec.podSelector.matchLabels, labels);
  const names = (container: Any) => container.ports.map((x: Any) => x.name);
  assert.ok(names(envoy).includes(find('Service').spec.ports[0].targetPort));
  for (const probe of [service.startupProbe, service.readinessProbe, service.livenessProbe]) {
    assert.ok(names(service).includes(probe.httpGet.port));
  }
  assert.equal(
    find('Deployment').spec.template.spec.serviceAccountName,
    find('ServiceAccount').metadata.name,
  );
});

test("Envoy's memory limit is above what Envoy holds itself to, and its heap above what a body needs", () => {
  assert.ok(Number.parseInt(envoy.resources.limits.memory, 10) * 1024 * 1024 > MAX_HEAP_BYTES);
  assert.ok(bufferBytes(INPUT.bodyBytes) < MAX_HEAP_BYTES / 16);
});

test('a pod is given the time that its drain takes', () => {
  const longest = Number(/<= (\d+)/.exec(find('ConfigMap', 'sallyport-envoy').data['drain.sh'])?.[1]);
  assert.ok(longest >= 60);
  assert.ok(pod.terminationGracePeriodSeconds > longest);
});

test('the policy goes in as it is written, and without a secret', () => {
  assert.deepEqual(
    find('ConfigMap', 'sallyport-policy').data,
    Object.fromEntries(POLICY.map((x) => [x.name, x.text])),
  );
});

test('the network policy lets out what the backends listen on and names, nothing else', () => {
  const { ingress, egress } = find('NetworkPolicy').spec;
  const ports = (rules: Any) =>
    rules.flatMap((x: Any) => x.ports.map((p: Any) => p.port)).sort((a: number, b: number) => a - b);
  assert.deepEqual(ports(egress), [53, 53, 443, 8000, 8443, 11434]);
  assert.deepEqual(ports(ingress), [8443, 9001]);
});

test('another Envoy configuration starts new pods', () => {
  const other = renderKubernetes({ ...INPUT, backends: [], policy: POLICY, image: 'sallyport:1' });
  if (isMistakes(other)) throw new Error();
  const hash = (xs: typeof other) => /sallyport\/envoy-config: (\S+)/.exec(xs.map((x) => x.text).join())?.[1];
  assert.match(hash(files) ?? '', /^[0-9a-f]{16}$/);
  assert.notEqual(hash(files), hash(other));
});

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { type Rendered, type RenderOptions, renderCommand } from '../../src/cli/render.ts';
import { expandTypes } from '../../src/policy/finding-types.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-render-'));
after(() => rmSync(folder, { recursive: true }));

const POLICY = `version: 1
identity: { apiKeys: {} }
backends:
  openai: { dialect: openai, url: https://api.openai.com, credential: { env: A_VARIABLE_THAT_IS_NOT_SET } }
models: { fast: { backends: [openai] } }
grants: [{ to: { tenant: acme }, operations: [chat], models: [fast] }]
bounds: { requestBody: 3MiB }
`;

function written(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const config = written('policy.yaml', POLICY);

function render(what: Rendered, options: Partial<RenderOptions> = {}) {
  return renderCommand(what, { config, ...options }, { expand: expandTypes, now: 0 });
}

test('renders without the secrets that the service will need', () => {
  const { exitCode, output } = render('envoy');
  assert.equal(exitCode, 0, output);
  assert.equal(parse(output).static_resources.clusters[1].name, 'openai');
});

test("the proxy's buffers follow the bounds of the policy", () => {
  const roomFor = (bytes: string) => {
    const path = written(
      `bounds-${bytes}.yaml`,
      POLICY.replace('requestBody: 3MiB', `requestBody: ${bytes}, responseBody: 1MiB`),
    );
    return parse(render('envoy', { config: path }).output).static_resources.listeners[0]
      .per_connection_buffer_limit_bytes;
  };
  assert.equal(roomFor('8MiB') - roomFor('4MiB'), 4 * 1024 * 1024);
});

test('addresses of replicas and of the listener come from the options', () => {
  const bootstrap = parse(
    render('envoy', {
      service: ['10.0.0.1:9000', '10.0.0.2:9000'],
      listen: 'unix:/run/clients.sock',
      adminPort: 1,
    }).output,
  );
  const [service] = bootstrap.static_resources.clusters;
  assert.equal(service.load_assignment.endpoints[0].lb_endpoints.length, 2);
  assert.deepEqual(bootstrap.static_resources.listeners[0].address, { pipe: { path: '/run/clients.sock' } });
  assert.equal(bootstrap.admin.address.socket_address.port_value, 1);
});

test('what cannot be rendered is an error of usage that says why', () => {
  const cases: readonly (readonly [Rendered, Partial<RenderOptions>, RegExp])[] = [
    ['envoy', { service: ['nowhere'] }, /--service: expected host:port or unix:\/path, got nowhere/],
    ['envoy', { listen: ':1' }, /--listen/],
    ['envoy', { tlsCert: 'a.pem' }, /--tls-cert and --tls-key go together/],
    ['envoy', { tlsClientCa: 'a.pem' }, /--tls-client-ca/],
    [
      'kubernetes',
      { config: written('no-url.yaml', POLICY.replace(' url: https://api.openai.com,', '')) },
      /backend openai: url is missing/,
    ],
    [
      'istio',
      { config: written('broken.yaml', `${POLICY}\nsurprise: 1\n`) },
      /broken\.yaml:\d+:\d+.*surprise/,
    ],
    ['envoy', { config: join(folder, 'missing.yaml') }, /missing\.yaml/],
  ];
  for (const [what, options, expected] of cases) {
    const { exitCode, output } = render(what, options);
    assert.equal(exitCode, 2, output);
    assert.match(output, expected);
  }
});

test('resources on standard output are one stream for kubectl; what is none of them is a comment', () => {
  for (const what of ['kubernetes', 'istio'] as const) {
    const { exitCode, output } = render(what);
    assert.equal(exitCode, 0);
    const documents = parseAllDocuments(output).map((x) => x.toJS());
    for (const resource of documents.filter((x) => x !== null)) {
      assert.ok(
        resource.apiVersion && resource.kind && resource.metadata.name,
        JSON.stringify(resource).slice(0, 200),
      );
    }
    assert.equal(/^# meshConfig:/m.test(output), what === 'istio');
  }
});

test('with a folder it writes one file a concern, the policy among them as it is', () => {
  const out = join(folder, 'out');
  const { exitCode, output } = render('kubernetes', { out });
  assert.equal(exitCode, 0, output);
  const files = readdirSync(out).sort();
  assert.deepEqual(files, ['envoy.yaml', 'gateway.yaml', 'namespace.yaml', 'network.yaml', 'policy.yaml']);
  assert.equal(output.split('\n').length, files.length);
  assert.equal(parse(readFileSync(join(out, 'policy.yaml'), 'utf8')).data['policy.yaml'], POLICY);
});

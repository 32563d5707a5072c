/** Which backends may take over from which: the proxy sends the same bytes, and nobody looks at them again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compile } from '../../src/policy/compile.ts';
import { expandTypes } from '../../src/policy/finding-types.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { fallbackGroups } from '../../src/render/proxy.ts';

function snapshotOf(backends: string, served: string) {
  const text = `
version: 1
identity: { apiKeys: {} }
tenants: { acme: {}, globex: {} }
models: { m: { backends: ${served} } }
backends: ${backends}
grants: [{ to: any, operations: "*", models: "*" }]`;
  const parsed = parsePolicy([{ name: 'policy.yaml', text }]);
  assert('parsed' in parsed, JSON.stringify(parsed));
  const compiled = compile(parsed.parsed, () => ({ secret: 'x' }), expandTypes, 0);
  assert('snapshot' in compiled, JSON.stringify(compiled));
  return compiled.snapshot;
}

const groupOf = (backends: string, served = '[a, b]') =>
  snapshotOf(backends, served).models.get('m')?.backends[0]?.fallback?.group;

test('backends alike take over from one another, in the order of their priorities', () => {
  const backends =
    '{ a: { dialect: openai }, b: { dialect: openai }, c: { dialect: openai, cluster: third } }';
  assert.equal(groupOf(backends, '[a, { name: b, priority: 2 }, { name: c, priority: 1 }]'), 'a+third+b');
});

const UNLIKE: readonly (readonly [what: string, backends: string, served?: string])[] = [
  ['another dialect', '{ a: { dialect: openai }, b: { dialect: ollama } }'],
  [
    'another path',
    '{ a: { dialect: openai, url: "http://a/v1" }, b: { dialect: openai, url: "http://b/x/v1" } }',
  ],
  [
    'another credential',
    '{ a: { dialect: openai, credential: { env: A } }, b: { dialect: openai, credential: { env: B } } }',
  ],
  [
    'a credential where the other has none',
    '{ a: { dialect: openai }, b: { dialect: openai, credential: { env: B } } }',
  ],
  [
    'another name for the model',
    '{ a: { dialect: openai }, b: { dialect: openai } }',
    '[a, { name: b, model: other }]',
  ],
  [
    'fewer tenants',
    '{ a: { dialect: openai, tenants: [acme, globex] }, b: { dialect: openai, tenants: [acme] } }',
  ],
  ['tenants of its own', '{ a: { dialect: openai }, b: { dialect: openai, tenants: [acme] } }'],
  [
    'another label',
    '{ a: { dialect: openai, labels: { region: eu } }, b: { dialect: openai, labels: { region: us } } }',
  ],
  ['no label', '{ a: { dialect: openai, labels: { region: eu } }, b: { dialect: openai } }'],
  ['the same cluster', '{ a: { dialect: openai, cluster: x }, b: { dialect: openai, cluster: x } }'],
];

for (const [what, backends, served] of UNLIKE) {
  test(`a backend does not take over with ${what}`, () => {
    assert.equal(groupOf(backends, served), undefined);
  });
}

test('a backend that serves more, or has more labels, takes over', () => {
  const backends =
    '{ a: { dialect: openai, tenants: [acme], labels: { region: eu } }, b: { dialect: openai, labels: { region: eu, tier: gold } } }';
  assert.equal(groupOf(backends), 'a+b');
});

test('a group waits as long as the most patient of its backends, and stands once however many models use it', () => {
  const snapshot = snapshotOf(
    '{ a: { dialect: openai, silence: 10s }, b: { dialect: openai, silence: 1m } }',
    '[a, b]',
  );
  assert.deepEqual(fallbackGroups(snapshot), [
    { name: 'a+b', clusters: ['a', 'b'], silenceMs: 60_000 },
    { name: 'b+a', clusters: ['b', 'a'], silenceMs: 60_000 },
  ]);
});

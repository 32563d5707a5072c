import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { OPERATIONS } from '../../src/core/operation.ts';
import type { Principal } from '../../src/core/principal.ts';
import { compile, type SecretResolver } from '../../src/policy/compile.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import type { Snapshot } from '../../src/policy/snapshot.ts';
import { expand, NOW } from './setting.ts';

const secret: SecretResolver = (ref) => ({ secret: `secret-of-${'env' in ref ? ref.env : ref.file}` });

function snapshotOf(text: string, resolve = secret): Snapshot {
  const result = parsePolicy([{ name: 'policy.yaml', text }]);
  if ('mistakes' in result) assert.fail(JSON.stringify(result.mistakes));
  const compiled = compile(result.parsed, resolve, expand, NOW);
  if ('mistakes' in compiled) assert.fail(JSON.stringify(compiled.mistakes));
  return compiled.snapshot;
}

const caller = (more: Partial<Principal> = {}): Principal => ({
  methods: ['api-key'],
  id: 'k',
  groups: [],
  ...more,
});

const DIGEST = 'ab'.repeat(32);

test('the smallest policy refuses everybody', () => {
  const snapshot = snapshotOf('version: 1');
  assert.deepEqual(snapshot.identity.requires('chat', 'h'), { prove: 'any', methods: [] });
  assert.equal(snapshot.models.size, 0);
  for (const operation of OPERATIONS)
    assert.deepEqual(snapshot.grantsFor(caller({ tenant: 'acme' }), operation), []);
});

test('what is left out has its default', () => {
  const snapshot = snapshotOf(`
version: 1
identity: { apiKeys: {} }
models: { fast: { backends: [openai] } }
backends: { openai: { dialect: openai } }
audit: { file: { path: var/audit } }`);
  assert.deepEqual(snapshot.identity.apiKeys?.headers, ['authorization', 'x-api-key']);
  assert.deepEqual(snapshot.models.get('fast'), {
    name: 'fast',
    sticky: true,
    backends: [{ backend: 'openai', model: 'fast', weight: 1, priority: 0 }],
  });
  assert.deepEqual(snapshot.backends.get('openai'), { name: 'openai', dialect: 'openai', cluster: 'openai' });
  assert.deepEqual(snapshot.bounds, {
    requestBytes: 10 * 1024 * 1024,
    responseBytes: 10 * 1024 * 1024,
    sessionMs: 3_600_000,
    jsonDepth: 128,
    jsonValues: 200_000,
  });
  assert.deepEqual(snapshot.audit, { file: { path: 'var/audit', rotateBytes: 100_000_000, keepDays: 365 } });
});

test('the example policy means what its comments say', () => {
  const example = readFileSync(new URL('../../examples/policy.yaml', import.meta.url), 'utf8');
  const snapshot = snapshotOf(example);
  assert.deepEqual(snapshot.models.get('fast'), {
    name: 'fast',
    sticky: true,
    backends: [
      {
        backend: 'openai',
        model: 'gpt-4.1-mini',
        weight: 1,
        priority: 0,
        price: { input: 400_000, output: 1_600_000 },
      },
    ],
  });
  assert.deepEqual(
    snapshot.models
      .get('llama-3-70b')
      ?.backends.map(({ backend, weight, fallback }) => [backend, weight, fallback]),
    [
      ['vllm-a', 3, { group: 'vllm-a+vllm-b', backends: ['vllm-b'] }],
      ['vllm-b', 1, { group: 'vllm-b+vllm-a', backends: ['vllm-a'] }],
    ],
  );
  assert.deepEqual(snapshot.backends.get('openai')?.credential, {
    kind: 'static',
    secret: 'secret-of-OPENAI_API_KEY',
  });
  const counted = { principal: caller({ tenant: 'acme' }), operation: 'chat', clientAddress: '' } as const;
  assert.deepEqual(
    snapshot.limits.map(({ id, counts, per, over, mostFor }) => [id, counts, per, over, mostFor(counted)]),
    [
      ['per-key', 'requests', ['key'], { kind: 'window', windowMs: 60_000 }, 60],
      ['at-once', 'concurrent', ['key'], { kind: 'places' }, 8],
      ['team-tokens', 'tokens', ['team'], { kind: 'window', windowMs: 60_000 }, 200_000],
      ['project-month', 'cost', ['project'], { kind: 'calendar', period: 'month', zone: 'UTC' }, 500e9],
    ],
  );
  assert.deepEqual(
    snapshot.guardrails.map(({ on, action, as }) => [on, action, as]),
    [
      ['input', 'mask', 'pseudonym'],
      ['output', 'mask', 'label'],
    ],
  );
  assert.deepEqual(snapshot.guardrails[0]?.detect, expand('*'));
  const searcher = snapshot.grantsFor(caller({ tenant: 'acme', team: 'search' }), 'chat');
  assert.deepEqual(
    searcher.map((grant) => grant.id),
    ['search-models'],
  );
  assert.equal(
    searcher.some((grant) => grant.allowsModel('fast')),
    true,
  );
  assert.equal(
    searcher.some((grant) => grant.allowsModel('llama-3-70b')),
    false,
  );
});

test('a grant without an id is named by its place', () => {
  const snapshot = snapshotOf('version: 1\ngrants: [{ to: any, operations: "*", models: "*" }]');
  assert.deepEqual(
    snapshot.grantsFor(caller(), 'chat').map((grant) => grant.id),
    ['grants[0]'],
  );
});

test('a limit per global counts by nothing', () => {
  const [limit] = snapshotOf('version: 1\nlimits: [{ per: global, requests: 5/second }]').limits;
  assert.deepEqual(
    { id: limit?.id, per: limit?.per, counts: limit?.counts, over: limit?.over },
    { id: 'limits[0]', per: [], counts: 'requests', over: { kind: 'window', windowMs: 1000 } },
  );
});

test('a finding type named twice is looked for once', () => {
  const [guardrail] = snapshotOf(
    'version: 1\nguardrails: [{ on: output, detect: [pii.email, pii.*], action: log }]',
  ).guardrails;
  assert.deepEqual(guardrail?.detect, ['pii.email', 'pii.phone', 'pii.card']);
});

const withKeys = (...keys: string[]) =>
  snapshotOf(`version: 1\nidentity: { apiKeys: { keys: [${keys.join(', ')}] } }`).identity.apiKeys;

test('a declared key is found by its digest and speaks for its owner', () => {
  const rules = withKeys(
    `{ id: ci, digest: "sha256:${DIGEST.toUpperCase()}", tenant: acme, groups: [b, a, b] }`,
  );
  assert.deepEqual(rules?.find(`sha256:${DIGEST}`, NOW), {
    found: true,
    principal: { methods: ['api-key'], id: 'ci', key: 'ci', tenant: 'acme', groups: ['b', 'a'] },
  });
});

test('a key that the policy does not declare is left to the state', () => {
  const rules = withKeys(`{ id: ci, digest: "sha256:${DIGEST}" }`);
  assert.equal(rules?.find(`hmac-sha256:${DIGEST}`, NOW), undefined);
  assert.equal(rules?.find('__proto__', NOW), undefined);
});

test('a key is expired from its moment on, by the clock of the request', () => {
  const rules = withKeys(`{ id: ci, digest: "sha256:${DIGEST}", expires: 2030-01-31 }`);
  const moment = Date.UTC(2030, 0, 31);
  assert.equal(rules?.find(`sha256:${DIGEST}`, moment - 1)?.found, true);
  assert.deepEqual(rules?.find(`sha256:${DIGEST}`, moment), { found: false, why: 'expired' });
});

test('a revoked key is refused, expired or not', () => {
  const rules = withKeys(`{ id: ci, digest: "sha256:${DIGEST}", revoked: true, expires: 2020-01-01 }`);
  assert.deepEqual(rules?.find(`sha256:${DIGEST}`, NOW), { found: false, why: 'revoked' });
});

test('what is frozen cannot be changed by whoever holds it', () => {
  const snapshot = snapshotOf(`
version: 1
models: { fast: { backends: [openai], price: { input: 1, output: 1 } } }
backends: { openai: { dialect: openai } }
limits: [{ per: key, requests: 5/second }]
guardrails: [{ on: output, detect: pii.*, action: log }]`);
  const model = snapshot.models.get('fast');
  const frozen: unknown[] = [
    snapshot,
    snapshot.identity,
    snapshot.bounds,
    snapshot.audit,
    snapshot.limits,
    snapshot.limits[0],
  ];
  frozen.push(
    snapshot.guardrails,
    snapshot.guardrails[0]?.detect,
    model,
    model?.backends,
    model?.backends[0],
    model?.backends[0]?.price,
  );
  for (const part of frozen) assert.ok(Object.isFrozen(part), JSON.stringify(part));
});

test('the version depends on what the policy says, not on how it is written', () => {
  const a = 'version: 1\nlimits:\n  - per: [key]\n    requests: 5/second # few\n    id: few';
  const b = '{ "limits": [{ "id": "few", "requests": "5/second", "per": ["key"] }], "version": 1 }';
  assert.match(snapshotOf(a).version, /^[0-9a-f]{16}$/);
  assert.equal(snapshotOf(a).version, snapshotOf(b).version);
  assert.notEqual(snapshotOf(a).version, snapshotOf(a.replace('5/second', '6/second')).version);
});

test('the version is the same whatever the secrets are', () => {
  const text = `
version: 1
models: { fast: { backends: [openai] } }
backends: { openai: { dialect: openai, credential: { env: KEY } } }`;
  const one = snapshotOf(text, () => ({ secret: 'one' }));
  const two = snapshotOf(text, () => ({ secret: 'two' }));
  assert.equal(one.version, two.version);
  assert.deepEqual(two.backends.get('openai')?.credential, { kind: 'static', secret: 'two' });
});

test('a credential says where its token is had, or in which header it stands', () => {
  const credentialOf = (credential: string) =>
    snapshotOf(`version: 1\nbackends: { own: { dialect: openai, credential: ${credential} } }`).backends.get(
      'own',
    )?.credential;
  assert.deepEqual(credentialOf('{ env: KEY, header: api-key }'), {
    kind: 'static',
    secret: 'secret-of-KEY',
    header: 'api-key',
  });
  assert.deepEqual(credentialOf('{ google: { metadata: true, scopes: [a, b] } }'), {
    kind: 'token',
    source: {
      kind: 'machine',
      tokenUrl:
        'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token?scopes=a%2Cb',
      header: ['metadata-flavor', 'Google'],
    },
  });
  assert.deepEqual(
    credentialOf('{ azure: { tenant: acme.example.org, clientId: app, federatedToken: { file: t } } }'),
    {
      kind: 'token',
      source: {
        kind: 'client',
        tokenUrl: 'https://login.microsoftonline.com/acme.example.org/oauth2/v2.0/token',
        clientId: 'app',
        clientSecret: 'secret-of-t',
        authentication: 'federated',
        scope: 'https://cognitiveservices.azure.com/.default',
      },
    },
  );
});

test('an empty secret, or one that could bring a header of its own, is a mistake that does not repeat it', () => {
  const text = 'version: 1\nbackends: { openai: { dialect: openai, credential: { env: KEY } } }';
  for (const bad of [
    '',
    'sk-hidden\r\nx-evil: 1',
    'sk-hidden ',
    'sk-hidden\0',
    'sk-hïdden',
    'sk-hidden'.repeat(1000),
  ]) {
    const result = parsePolicy([{ name: 'policy.yaml', text }]);
    const compiled =
      'parsed' in result ? compile(result.parsed, () => ({ secret: bad }), expand, NOW) : result;
    const said = JSON.stringify('mistakes' in compiled ? compiled.mistakes : undefined);
    assert.match(said, /environment variable KEY holds no usable secret/);
    assert.doesNotMatch(said, /hidden|hïdden/);
  }
});

// The law: whatever the grants, a model is allowed only where one grant, read by itself, allows it.

const value = fc.constantFrom('a', 'b', 'ab');
const glob = fc.oneof(value, value, fc.constantFrom('*', 'a*', '*b'));
const someOf = (item: fc.Arbitrary<string>) => fc.oneof(item, fc.array(item, { minLength: 1, maxLength: 3 }));
const facet = fc.constantFrom('tenant', 'team', 'user', 'key', 'groups');
const modelPattern = fc.oneof(
  { weight: 4, arbitrary: glob },
  { weight: 1, arbitrary: glob.map((name) => `!${name}`) },
);
const grant = fc.record({
  to: fc.oneof(fc.constant('any'), fc.dictionary(facet, someOf(glob), { minKeys: 1, maxKeys: 3 })),
  operations: someOf(fc.constantFrom('*', ...OPERATIONS)),
  models: fc
    .array(modelPattern, { minLength: 1, maxLength: 4 })
    .filter((patterns) => patterns.some((pattern) => !pattern.startsWith('!'))),
});
const principal: fc.Arbitrary<Principal> = fc.record(
  {
    methods: fc.constant(['api-key'] as const),
    id: value,
    tenant: value,
    team: value,
    user: value,
    key: value,
    groups: fc.uniqueArray(value),
  },
  { requiredKeys: ['methods', 'id', 'groups'] },
);

type GrantText = {
  to: string | Record<string, string | string[]>;
  operations: string | string[];
  models: string[];
};

const fits = (pattern: string, text: string) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text);

function allowsAlone(
  { to, operations, models }: GrantText,
  who: Principal,
  operation: string,
  model: string,
): boolean {
  const held = (name: string) =>
    [(who as unknown as Record<string, string | string[] | undefined>)[name] ?? []].flat();
  const isFor =
    typeof to === 'string' ||
    Object.entries(to).every(([name, patterns]) =>
      held(name).some((one) => [patterns].flat().some((p) => fits(p, one))),
    );
  const named = models.filter((p) => !p.startsWith('!')).some((p) => fits(p, model));
  const leftOut = models.some((p) => p.startsWith('!') && fits(p.slice(1), model));
  // Channels go by unread: `*` does not speak of them.
  const all = operation !== 'realtime';
  const spoken = [operations].flat().some((name) => name === operation || (all && name === '*'));
  return isFor && named && !leftOut && spoken;
}

test('a model is allowed exactly where one grant, read by itself, allows it', () => {
  const operations = fc.constantFrom(...OPERATIONS);
  const model = fc.constantFrom('a', 'b', 'ab', 'ba', 'x');
  fc.assert(
    fc.property(
      fc.array(grant, { maxLength: 8 }),
      principal,
      operations,
      model,
      (grants, who, operation, name) => {
        const snapshot = snapshotOf(JSON.stringify({ version: 1, grants }));
        const allowed = snapshot.grantsFor(who, operation).some((found) => found.allowsModel(name));
        assert.equal(
          allowed,
          grants.some((one) => allowsAlone(one as GrantText, who, operation, name)),
        );
      },
    ),
    { numRuns: 1000 },
  );
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { considerAll } from '../../src/access/consider.ts';
import { judgeOperation, judgeUse, knownModels } from '../../src/access/decide.ts';
import type { Feature, FeatureUse } from '../../src/core/feature.ts';
import type { OperationName } from '../../src/core/operation.ts';
import type { Principal } from '../../src/core/principal.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { Facts, Snapshot } from '../../src/policy/snapshot.ts';
import { compiled } from '../policy/setting.ts';

const NOON = Date.UTC(2026, 2, 2, 12);

function policyOf(grants: readonly object[], models = 'a b llama-1 llama-2 own'.split(' ')): Snapshot {
  const served = Object.fromEntries(models.map((name) => [name, { backends: ['openai'] }]));
  return compiled(
    JSON.stringify({
      version: 1,
      identity: { apiKeys: {} },
      backends: { openai: { dialect: 'openai' } },
      models: { ...served, own: { backends: ['openai'], tenants: ['acme'] } },
      grants,
    }),
  );
}

const caller = (more: Partial<Principal> = {}): Principal => ({
  methods: ['api-key'],
  id: 'key_1',
  key: 'key_1',
  tenant: 'acme',
  groups: [],
  ...more,
});

const facts = (more: Partial<Facts> = {}): Facts => ({
  principal: caller(),
  operation: 'chat',
  method: 'POST',
  path: '/v1/chat/completions',
  host: 'api.example.org',
  clientAddress: '192.0.2.7',
  time: NOON,
  ...more,
});

interface Asked extends Partial<Facts> {
  readonly model?: string;
  readonly uses?: readonly FeatureUse[];
}

/** `allow`, or why not, as the two doors together would say. */
function decide(grants: readonly object[], { model = 'a', uses = [], ...more }: Asked = {}): string {
  const policy = policyOf(grants);
  const first = judgeOperation(facts(more), policy);
  if (isRefusal(first)) return first.refused;
  const body = { model, stream: false, features: uses.map(({ feature }) => feature) };
  const use = judgeUse({ ...facts(more), body }, uses, policy);
  return isRefusal(use) ? use.refused : 'allow';
}

const ALL = { to: 'any', operations: '*', models: '*' };

describe('grants', () => {
  it('are needed: nothing is allowed without one', () => {
    assert.equal(decide([]), 'operation_not_allowed');
    assert.equal(decide([{ ...ALL, effect: 'deny' }]), 'operation_not_allowed');
    assert.equal(decide([ALL]), 'allow');
  });

  it('name operations, whole families of them too', () => {
    const grant = { ...ALL, operations: ['models.*', 'embeddings'] };
    assert.equal(decide([grant]), 'operation_not_allowed');
    assert.equal(decide([grant], { operation: 'embeddings' }), 'allow');
  });

  it('H1, H2, H4: name models exactly as they are asked for, without case, prefixes or versions', () => {
    const grant = { ...ALL, models: ['a', 'llama-*', '!llama-2'] };
    for (const model of ['a', 'llama-1']) assert.equal(decide([grant], { model }), 'allow', model);
    const others = [
      'b',
      'A',
      ' a',
      'a ',
      'openai/a',
      'a\u200b',
      'ａ',
      'ft:a:acme::1',
      'a:latest',
      'a@1',
      'llama-2',
      '',
    ];
    for (const model of others) assert.equal(decide([grant], { model }), 'model_not_allowed', model);
  });

  it('H3: an alias is granted by its own name, not by that of what it stands for', () => {
    assert.equal(decide([{ ...ALL, models: ['gpt-4.1-mini', 'b'] }], { model: 'a' }), 'model_not_allowed');
  });

  it('match every attribute given, by any of its values, and by none that is left out', () => {
    const grant = {
      ...ALL,
      to: { tenant: ['acme', 'globex'], groups: ['*', '!contractors'], labels: { env: 'prod*' } },
    };
    const who = (groups: string[], labels: Record<string, string>, tenant = 'acme') => ({
      principal: caller({ groups, labels, tenant }),
    });
    assert.equal(decide([grant], who(['staff'], { env: 'prod-eu' })), 'allow');
    for (const other of [
      who(['staff', 'contractors'], { env: 'prod' }),
      who([], { env: 'prod' }),
      who(['staff'], { env: 'test' }),
      who(['staff'], {}),
      who(['staff'], { env: 'prod' }, 'initech'),
    ])
      assert.equal(decide([grant], other), 'operation_not_allowed');
  });

  it('do not take the names of an object’s own members for labels', () => {
    const grant = { ...ALL, to: { labels: { constructor: '*' } } };
    assert.equal(decide([grant], { principal: caller({ labels: {} }) }), 'operation_not_allowed');
  });

  it('ask for scopes, for reading apart from invoking, and say which', () => {
    const grant = { ...ALL, scopes: { chat: 'model:invoke', 'models.*': 'model:read' } };
    const reader = { principal: caller({ scopes: ['model:read'] }) };
    assert.equal(decide([grant], { ...reader, operation: 'models.list' }), 'allow');
    assert.equal(decide([grant], reader), 'scope_missing');
    assert.equal(decide([grant]), 'scope_missing');
    const refusal = judgeOperation(facts(reader), policyOf([grant]));
    assert.ok(isRefusal(refusal));
    assert.match(refusal.headers?.[0]?.[1] ?? '', /error="insufficient_scope", scope="model:invoke"/);
  });

  it('hold where and when they say', () => {
    const where = { ...ALL, networks: ['10.0.0.0/8'] };
    assert.equal(decide([where], { clientAddress: '10.1.1.1' }), 'allow');
    for (const clientAddress of ['192.0.2.1', ''])
      assert.equal(decide([where], { clientAddress }), 'operation_not_allowed');
    const when = { ...ALL, during: { days: ['mon'], from: '08:00', until: '18:00', zone: 'Europe/Berlin' } };
    assert.equal(decide([when], { time: Date.UTC(2026, 2, 2, 7) }), 'allow');
    assert.equal(decide([when], { time: Date.UTC(2026, 2, 2, 6, 59) }), 'operation_not_allowed');
    assert.equal(decide([when], { time: Date.UTC(2026, 2, 3, 12) }), 'operation_not_allowed');
    const dated = { ...ALL, notBefore: '2026-03-01', notAfter: '2026-03-03' };
    assert.equal(decide([dated]), 'allow');
    assert.equal(decide([dated], { time: Date.UTC(2026, 2, 3) }), 'operation_not_allowed');
  });

  it('hold for a credential that is bound to others not at all; denials hold for it all the same', () => {
    const bound = { principal: caller({ bound: { grants: ['other'] } }) };
    assert.equal(decide([{ ...ALL, id: 'mine' }], bound), 'operation_not_allowed');
    assert.equal(decide([{ ...ALL, id: 'other' }], bound), 'allow');
    assert.equal(
      decide(
        [
          { ...ALL, id: 'other' },
          { ...ALL, id: 'no', effect: 'deny' },
        ],
        bound,
      ),
      'operation_not_allowed',
    );
  });

  it('may ask a condition of the request; one that fails does not allow', () => {
    const allowed = (when: string, more: Asked = {}) => decide([{ ...ALL, when }], more);
    assert.equal(allowed('principal.tenant == "acme" && body.model.startsWith("a")'), 'allow');
    assert.equal(allowed('body.model.startsWith("b")'), 'operation_not_allowed');
    assert.equal(allowed('principal.labels.env == "prod"'), 'operation_not_allowed');
    assert.equal(allowed('request.address == "192.0.2.7" && request.time.getHours() == 12'), 'allow');
  });
});

describe('denials', () => {
  it('stand above every grant, whatever their order', () => {
    for (const deny of [{ to: { tenant: 'acme' } }, { models: ['a'] }, { when: 'body.model == "a"' }]) {
      const denial = { ...ALL, effect: 'deny', ...deny };
      for (const grants of [
        [denial, ALL],
        [ALL, denial],
      ])
        assert.notEqual(decide(grants), 'allow');
    }
  });

  it('deny only what they name', () => {
    assert.equal(decide([ALL, { ...ALL, effect: 'deny', models: ['b'] }]), 'allow');
    assert.equal(decide([ALL, { ...ALL, effect: 'deny', to: { tenant: 'globex' } }]), 'allow');
    const noFunctions = { to: 'any', operations: '*', effect: 'deny', features: ['functions'] };
    assert.equal(decide([ALL, noFunctions]), 'allow');
    assert.equal(decide([ALL, noFunctions], { uses: [{ feature: 'functions' }] }), 'feature_not_allowed');
  });

  it('apply where their condition fails: an error is no way around one', () => {
    assert.equal(
      decide([ALL, { ...ALL, effect: 'deny', when: 'principal.labels.env == "x"' }]),
      'operation_not_allowed',
    );
  });

  it('hide a model from the lists, too', () => {
    const names = (grants: object[], more: Partial<Facts> = {}) =>
      knownModels(facts({ operation: 'models.list', ...more }), policyOf(grants)).map(({ name }) => name);
    assert.deepEqual(names([ALL, { ...ALL, effect: 'deny', models: ['llama-*'] }]), ['a', 'b', 'own']);
    assert.deepEqual(names([]), []);
  });
});

describe('a tenant’s own models', () => {
  it('H23: are for everybody else no models at all: not to use, not to list', () => {
    const stranger = { principal: caller({ tenant: 'globex' }) };
    const nobody = { principal: { ...caller(), tenant: undefined } as unknown as Principal };
    assert.equal(decide([ALL], { model: 'own' }), 'allow');
    for (const who of [stranger, nobody]) {
      const asked = judgeUse(
        { ...facts(who), body: { model: 'own', stream: false, features: [] } },
        [],
        policyOf([ALL]),
      );
      const unknown = judgeUse(
        { ...facts(who), body: { model: 'none', stream: false, features: [] } },
        [],
        policyOf([ALL]),
      );
      assert.deepEqual(asked, unknown);
      assert.ok(!knownModels(facts(who), policyOf([ALL])).some(({ name }) => name === 'own'));
    }
  });
});

describe('features', () => {
  const web: FeatureUse = { feature: 'web_access' };

  it('come with the model that they were granted for: grants do not lend each other theirs', () => {
    const grants = [
      { ...ALL, models: ['a'] },
      { ...ALL, models: ['b'], features: ['web_access'] },
    ];
    assert.equal(decide(grants, { model: 'b', uses: [web] }), 'allow');
    assert.equal(decide(grants, { model: 'a', uses: [web] }), 'feature_not_allowed');
  });
});

describe('what is explained', () => {
  it('says of every grant whether it matched, or the first thing that did not', () => {
    const grants = [
      { ...ALL, id: 'yes' },
      { ...ALL, id: 'who', to: { team: 'x' } },
      { ...ALL, id: 'what', operations: 'embeddings' },
      { ...ALL, id: 'model', models: ['b'] },
    ];
    const report = considerAll(
      facts({ body: { model: 'a', stream: false, features: [] } }),
      policyOf(grants),
    );
    assert.deepEqual(
      report.map(({ id, matched, mismatch }) => [id, matched, mismatch?.on]),
      [
        ['yes', true, undefined],
        ['who', false, 'to'],
        ['what', false, 'operations'],
        ['model', false, 'models'],
      ],
    );
  });
});

const NAMES = ['a', 'b', 'llama-1'];
const TENANTS = ['acme', 'globex'];
const OPERATIONS: OperationName[] = ['chat', 'embeddings'];
const FEATURES: Feature[] = ['functions', 'web_access'];

/** A grant as plain as the model below understands it. */
const grantArbitrary = fc.record(
  {
    effect: fc.constantFrom('allow', 'deny'),
    to: fc.oneof(
      fc.constant('any' as const),
      fc.record({ tenant: fc.subarray(TENANTS, { minLength: 1 }) }),
      fc.record({ groups: fc.subarray(['x', '!y', '*'], { minLength: 1 }) }),
    ),
    operations: fc.subarray(OPERATIONS, { minLength: 1 }),
    models: fc.subarray([...NAMES, '*'], { minLength: 1 }),
    features: fc.subarray(FEATURES),
    networks: fc.constant(['192.0.2.0/24']),
    when: fc.constantFrom(
      '"x" in principal.groups',
      'body.stream',
      'body.model == "a"',
      'principal.labels.no == "x"',
    ),
  },
  { requiredKeys: ['effect', 'to', 'operations', 'models'] },
);
type PlainGrant = typeof grantArbitrary extends fc.Arbitrary<infer T> ? T : never;

const askedArbitrary = fc.record({
  tenant: fc.constantFrom(...TENANTS),
  groups: fc.subarray(['x', 'y', 'z']),
  operation: fc.constantFrom(...OPERATIONS),
  model: fc.constantFrom(...NAMES),
  clientAddress: fc.constantFrom('192.0.2.7', '198.51.100.1'),
  features: fc.subarray(FEATURES),
});
type PlainAsked = typeof askedArbitrary extends fc.Arbitrary<infer T> ? T : never;

function outcome(grants: readonly PlainGrant[], asked: PlainAsked): boolean {
  const { tenant, groups, features, ...more } = asked;
  const uses = features.map((feature) => ({ feature }));
  return decide(grants, { ...more, principal: caller({ tenant, groups }), uses }) === 'allow';
}

/** Read from the documentation, a sentence at a time, without an index and without sharing. */
function obvious(grants: readonly PlainGrant[], asked: PlainAsked): boolean {
  const named = (patterns: readonly string[], values: readonly string[]) => {
    const kept = patterns.filter((pattern) => !pattern.startsWith('!'));
    const dropped = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
    if (values.some((value) => dropped.includes(value))) return false;
    return kept.length === 0 || values.some((value) => kept.includes('*') || kept.includes(value));
  };
  const conditions: Record<string, boolean | 'error'> = {
    '"x" in principal.groups': asked.groups.includes('x'),
    'body.stream': false,
    'body.model == "a"': asked.model === 'a',
    'principal.labels.no == "x"': 'error',
  };
  const speaksOf = (grant: PlainGrant) => {
    if (!grant.operations.includes(asked.operation) || !named(grant.models, [asked.model])) return false;
    if (grant.to !== 'any' && 'tenant' in grant.to && !named(grant.to.tenant, [asked.tenant])) return false;
    if (grant.to !== 'any' && 'groups' in grant.to && !named(grant.to.groups, asked.groups)) return false;
    if (grant.networks !== undefined && !asked.clientAddress.startsWith('192.0.2.')) return false;
    const condition = grant.when === undefined ? true : conditions[grant.when];
    return condition === 'error' ? grant.effect === 'deny' : condition === true;
  };
  const speaking = grants.filter(speaksOf);
  for (const denial of speaking.filter((grant) => grant.effect === 'deny')) {
    if (denial.features === undefined || denial.features.some((feature) => asked.features.includes(feature)))
      return false;
  }
  const allowing = speaking.filter((grant) => grant.effect === 'allow');
  const gives = ({ features }: PlainGrant, feature: Feature) =>
    features === undefined ? feature === 'functions' : features.includes(feature);
  return (
    allowing.length > 0 && asked.features.every((feature) => allowing.some((grant) => gives(grant, feature)))
  );
}

describe('the decision', () => {
  const grants = fc.array(grantArbitrary, { maxLength: 5 });

  it('is that of a reader who takes the grants one by one', () => {
    fc.assert(
      fc.property(grants, askedArbitrary, (all, asked) =>
        assert.equal(outcome(all, asked), obvious(all, asked)),
      ),
      { seed: 11, numRuns: 2000 },
    );
  });

  it('never allows without a grant that matches, nor more for one denial more, nor less for one grant more', () => {
    fc.assert(
      fc.property(grants, grantArbitrary, askedArbitrary, (all, one, asked) => {
        const before = outcome(all, asked);
        if (before)
          assert.ok(
            all.some((grant) => grant.effect === 'allow' && outcome([grant], { ...asked, features: [] })),
          );
        const after = outcome([...all, one], asked);
        if (one.effect === 'deny') assert.ok(!after || before);
        else assert.ok(!before || after);
      }),
      { seed: 12, numRuns: 1500 },
    );
  });

  it('does not depend on the order of grants, nor on who asked before', () => {
    fc.assert(
      fc.property(grants, askedArbitrary, askedArbitrary, (all, asked, other) => {
        const before = outcome(all, asked);
        outcome(all, other);
        assert.equal(outcome(all.toReversed(), asked), before);
      }),
      { seed: 13, numRuns: 1000 },
    );
  });
});

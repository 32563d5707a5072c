import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { judgeFeatures } from '../../src/access/features.ts';
import { EFFORTS, type Feature, type FeatureUse } from '../../src/core/feature.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { compileFeatures } from '../../src/policy/feature-rules.ts';
import { type FeaturesConfig, featuresSchema } from '../../src/policy/schema/features.ts';
import { grantOf } from '../doors/policy-fixture.ts';

const allowing = (features: unknown) =>
  grantOf({ features: compileFeatures(featuresSchema.parse(features), 'allow') });
const denying = (features: unknown) =>
  grantOf({ effect: 'deny', features: compileFeatures(featuresSchema.parse(features), 'deny') });

/** `allow`, what is changed, or the feature that is refused. */
function judge(
  uses: readonly (Feature | FeatureUse)[],
  allows: readonly unknown[],
  denies: readonly unknown[] = [],
) {
  const all = uses.map((use) => (typeof use === 'string' ? { feature: use } : use));
  const judged = judgeFeatures(all, allows.map(allowing), denies.map(denying));
  if (isRefusal(judged)) return `no ${judged.why}`;
  const { strip, clamp } = judged;
  if (strip.size === 0 && clamp.size === 0) return 'allow';
  return [
    ...[...strip].map((feature) => `-${feature}`),
    ...[...clamp].map(([feature, most]) => `${feature}<=${most}`),
  ].join(' ');
}

describe('features by default', () => {
  it('are those between the model and the client; what makes the provider act is not among them', () => {
    for (const feature of [
      'functions',
      'structured_output',
      'image_input',
      'reasoning',
      'logprobs',
      'stored',
      'unknown_fields',
    ] as const)
      assert.equal(judge([feature], [undefined]), 'allow', feature);
    for (const feature of [
      'code_execution',
      'web_access',
      'file_search',
      'mcp',
      'computer_use',
      'background',
      'routing',
      'service_tier',
      'unknown_tools',
    ] as const)
      assert.equal(judge([feature], [undefined]), `no ${feature}`, feature);
  });
});

describe('features of a grant', () => {
  it('as a list are exactly these, but for amounts and unknown fields', () => {
    const list = ['web_access'];
    assert.equal(judge(['web_access', 'unknown_fields', { feature: 'n', amount: 3 }], [list]), 'allow');
    for (const feature of ['functions', 'image_input', 'stored'] as const)
      assert.equal(judge([feature], [list]), `no ${feature}`);
    assert.equal(judge(['functions'], [[]]), 'no functions');
    assert.equal(judge(['mcp', 'routing', 'unknown_tools'], ['*']), 'allow');
  });

  it('as a map keep their defaults where nothing is said', () => {
    const map = {
      web_access: 'strip',
      functions: 'deny',
      n: { max: 4 },
      reasoning: { max: 'medium' },
      max_output_tokens: { max: 100 },
    };
    assert.equal(judge(['web_access', 'structured_output'], [map]), '-web_access');
    assert.equal(judge(['functions'], [map]), 'no functions');
    assert.equal(judge([{ feature: 'n', amount: 9 }], [map]), 'n<=4');
    assert.equal(judge([{ feature: 'n', amount: 4 }], [map]), 'allow');
    assert.equal(
      judge([{ feature: 'reasoning', amount: EFFORTS.indexOf('high') }], [map]),
      `reasoning<=${EFFORTS.indexOf('medium')}`,
    );
    assert.equal(
      judge([{ feature: 'max_output_tokens', amount: Number.POSITIVE_INFINITY }], [map]),
      'max_output_tokens<=100',
    );
  });

  it('H13: name servers of MCP, their tools, and that somebody is asked', () => {
    const mcp = {
      mcp: { servers: ['https://mcp.example.org/*'], tools: ['search', 'read_*'], approval: 'required' },
    };
    const use = (more: object): FeatureUse => ({
      feature: 'mcp',
      server: 'https://mcp.example.org/a',
      tools: ['search'],
      approval: true,
      ...more,
    });
    assert.equal(judge([use({})], [mcp]), 'allow');
    assert.equal(judge([use({ tools: ['read_a', 'search'] })], [mcp]), 'allow');
    for (const other of [
      { server: 'https://mcp.example.org.evil/a' },
      { server: undefined },
      { tools: undefined },
      { tools: ['search', 'delete_all'] },
      { approval: false },
    ])
      assert.equal(judge([use(other)], [mcp]), 'no mcp', JSON.stringify(other));
    assert.equal(judge([use({}), use({ server: 'https://evil.example.org' })], [mcp]), 'no mcp');
  });

  it('H13: name servers by the parts of their URL, so that no host stands where a path or a user was meant', () => {
    const may = (pattern: string, server: string) =>
      judge([{ feature: 'mcp', server }], [{ mcp: { servers: [pattern] } }]) === 'allow';
    const any = 'https://*.example.org/mcp/*';
    assert.ok(may(any, 'https://a.example.org/mcp/x'));
    assert.ok(may(any, 'https://a.b.EXAMPLE.org:443/mcp/x?y=z'));
    for (const server of [
      'https://other.example.com/.example.org/mcp/x',
      'https://other.example.com?.example.org/mcp/x',
      'https://other.example.com#.example.org/mcp/x',
      'https://a.example.org@other.example.com/mcp/x',
      'https://other.example.com\\.example.org/mcp/x',
      'https://a.example.org.example.com/mcp/x',
      'https://a.example.org:8443/mcp/x',
      'http://a.example.org/mcp/x',
      'https://a.example.org/mcp/../admin',
      'https://a.example.org/admin',
      'https://user:secret@a.example.org/mcp/x',
      'a.example.org/mcp/x',
    ])
      assert.ok(!may(any, server), server);
    assert.ok(
      may('https://example.org', 'https://example.org/') &&
        !may('https://example.org', 'https://example.org/x'),
    );
    assert.ok(may('connector_*', 'connector_gmail') && !may('*', 'https://example.org/'));
    for (const bad of ['https://example.org*', 'https://*example.org/', 'https://a@b/', 'ftp://example.org/'])
      assert.ok(!featuresSchema.safeParse({ mcp: { servers: [bad] } }).success, bad);
  });

  it('add up over grants to the most permissive, and a denial stands above all', () => {
    assert.equal(judge(['web_access'], [{ web_access: 'strip' }, { web_access: 'allow' }]), 'allow');
    assert.equal(judge(['web_access'], [{ web_access: 'deny' }, { web_access: 'strip' }]), '-web_access');
    assert.equal(
      judge([{ feature: 'n', amount: 9 }], [{ n: { max: 2 } }, { n: { max: 4 } }, { n: 'strip' }]),
      'n<=4',
    );
    assert.equal(judge(['web_access'], ['*'], [['web_access']]), 'no web_access');
    assert.equal(judge(['functions'], ['*'], [['web_access']]), 'allow');
    assert.equal(judge(['functions'], ['*'], [undefined]), 'allow');
  });
});

describe('the judgement of features', () => {
  const said = fc.constantFrom('allow', 'deny', 'strip');
  const config = fc.oneof(
    fc.constant(undefined),
    fc.constant('*'),
    fc.subarray<Feature>(['functions', 'web_access', 'n']),
    fc.record(
      {
        functions: said,
        web_access: said,
        n: fc.oneof(said, fc.record({ max: fc.integer({ min: 1, max: 5 }) })),
      },
      { requiredKeys: [] },
    ),
  ) as fc.Arbitrary<FeaturesConfig>;
  const uses = fc.array(
    fc.oneof(
      fc.constant<FeatureUse>({ feature: 'functions' }),
      fc.constant<FeatureUse>({ feature: 'web_access' }),
      fc.integer({ min: 2, max: 6 }).map((amount): FeatureUse => ({ feature: 'n', amount })),
    ),
  );
  /** What remains of a request, as a number that is larger for more. */
  const worth = (text: string) => (text.startsWith('no ') ? -1 : text === 'allow' ? 100 : 10);

  it('never lets less through for one grant more, nor more for one denial more', () => {
    fc.assert(
      fc.property(
        uses,
        fc.array(config),
        config,
        fc.subarray<Feature>(['functions', 'web_access', 'n'], { minLength: 1 }),
        (asked, grants, one, denial) => {
          const before = judge(asked, grants);
          assert.ok(worth(judge(asked, [...grants, one])) >= worth(before));
          const denied = judge(asked, grants, [denial]);
          assert.ok(denied === before || denied.startsWith('no '));
          assert.equal(judge(asked, grants.toReversed()).startsWith('no '), before.startsWith('no '));
        },
      ),
      { seed: 61, numRuns: 2000 },
    );
  });
});

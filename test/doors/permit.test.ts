import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FeatureUse } from '../../src/core/feature.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { Voucher } from '../../src/core/voucher.ts';
import { permit } from '../../src/doors/permit.ts';
import { world } from '../fakes.ts';
import { compiled } from '../policy/setting.ts';

const VOUCHER: Voucher = {
  requestId: 'request',
  policy: 'v1',
  issuedAt: 0,
  arrivedAt: 0,
  method: 'POST',
  path: '/v1/chat/completions',
  operation: { name: 'chat', dialect: 'openai', body: 'json' },
  principal: { methods: ['api-key'], id: 'key_1', tenant: 'acme', groups: [] },
  authority: 'api.example.org',
  clientAddress: '192.0.2.7',
};

/** What becomes of a request for model `a` that names others as alternatives. */
async function routed(
  grants: readonly object[],
  models: readonly string[],
  uses: readonly FeatureUse[] = [],
) {
  const policy = compiled(
    JSON.stringify({
      version: 1,
      identity: { apiKeys: {} },
      backends: { openai: { dialect: 'openai' } },
      models: {
        a: { backends: ['openai'] },
        b: { backends: ['openai'] },
        theirs: { backends: ['openai'], tenants: ['globex'] },
      },
      grants,
    }),
  );
  const asked = {
    body: { model: 'a', stream: false, features: ['routing' as const] },
    uses: [{ feature: 'routing' as const, models }, ...uses],
    objects: [],
  };
  const permitted = await permit(asked, { voucher: VOUCHER, policy, ports: world() });
  if (isRefusal(permitted)) return permitted.refused;
  const { strip, clamp } = permitted.changes;
  return [...strip, ...[...clamp].map(([feature, most]) => `${feature}<=${most}`)].join(' ') || 'allow';
}

const GRANT = { to: 'any', operations: ['chat'], models: '*', features: { routing: 'allow' } };

describe('models that a request names as alternatives', () => {
  it('H8: must each be allowed as if the request had asked for it', async () => {
    assert.equal(await routed([GRANT], ['b']), 'allow');
    for (const models of [['theirs'], ['b', 'nobody'], [''], ['B']])
      assert.equal(await routed([GRANT], models), 'model_not_allowed', models.join());
    assert.equal(await routed([{ ...GRANT, models: ['a'] }], ['b']), 'model_not_allowed');
    const deny = { to: 'any', operations: '*', effect: 'deny', models: ['b'] };
    assert.equal(await routed([GRANT, deny], ['b']), 'model_not_allowed');
  });

  it('H8: are judged by conditions on the body, too', async () => {
    assert.equal(await routed([{ ...GRANT, when: 'body.model == "a"' }], ['b']), 'operation_not_allowed');
    const deny = { to: 'any', operations: '*', effect: 'deny', when: 'body.model == "b"' };
    assert.equal(await routed([GRANT, deny], ['b']), 'model_not_allowed');
    assert.equal(await routed([GRANT, deny], ['a']), 'allow');
  });

  it('keep to the strictest of what is said of each', async () => {
    const uses = [{ feature: 'n' as const, amount: 9 }];
    const bounded = (model: string, n: number) => ({
      ...GRANT,
      models: [model],
      features: { routing: 'allow', n: { max: n } },
    });
    assert.equal(await routed([bounded('a', 4), bounded('b', 2)], ['b'], uses), 'n<=2');
    assert.equal(await routed([bounded('a', 2), bounded('b', 4)], ['b'], uses), 'n<=2');
  });

  it('are nothing where they are taken out, and bounded in number', async () => {
    assert.equal(await routed([{ ...GRANT, features: { routing: 'strip' } }], ['nobody']), 'routing');
    const many = Array.from({ length: 17 }, (_, i) => `m${i}`);
    assert.equal(await routed([GRANT], many), 'body_too_complex');
  });
});

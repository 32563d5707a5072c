import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DIALECTS, OPERATIONS } from '../../src/core/operation.ts';
import { defaultSnapshot } from '../../src/policy/default.ts';
import { expand } from './setting.ts';

const snapshot = defaultSnapshot(expand);

test('without a policy every detector looks at both directions, and only logs', () => {
  assert.deepEqual(
    snapshot.guardrails.map(({ on, action, detect }) => ({ on, action, detect })),
    (['input', 'output'] as const).map((on) => ({ on, action: 'log', detect: expand('*') })),
  );
});

test('without a policy any key, model and operation will do', () => {
  const key = snapshot.identity.apiKeys?.find('sha256:00', 0);
  assert.ok(key?.found);
  for (const operation of OPERATIONS) {
    assert.equal(snapshot.grantsFor(key.principal, operation)[0]?.allowsModel('anything'), true);
  }
  const served = snapshot.models.get('anything')?.backends ?? [];
  assert(served.every(({ model }) => model === 'anything'));
  const dialects = served.map(({ backend }) => snapshot.backends.get(backend)?.dialect);
  assert.deepEqual(dialects, [...DIALECTS]);
  assert.deepEqual(snapshot.limits, []);
});

test('the default has a version like any policy, by what it detects', () => {
  assert.match(snapshot.version, /^[0-9a-f]{16}$/);
  assert.notEqual(snapshot.version, defaultSnapshot(() => ['pii.email']).version);
});

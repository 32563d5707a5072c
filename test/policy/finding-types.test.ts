import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandTypes } from '../../src/policy/finding-types.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { setting } from './setting.ts';

test('a star stands for every type, and each type for itself', () => {
  const all = expandTypes('*');
  assert.ok(all.includes('pii.email'));
  assert.equal(new Set(all).size, all.length);
  for (const type of all) assert.deepEqual(expandTypes(type), [type]);
});

test('a category stands for its types, and a name of nothing for nothing', () => {
  assert.deepEqual(
    expandTypes('pii.*'),
    expandTypes('*').filter((type) => type.startsWith('pii.')),
  );
  for (const nothing of ['pii.emial', 'pi.*', '', '*.email'])
    assert.deepEqual(expandTypes(nothing), [], nothing);
});

test('the example policy names types that the built-in detectors have', () => {
  const path = new URL('../../examples/policy.yaml', import.meta.url).pathname;
  const loaded = loadPolicy(path, { ...setting, expand: expandTypes });
  assert.ok('snapshot' in loaded, JSON.stringify(loaded));
  assert.deepEqual(loaded.snapshot.guardrails[0]?.detect.toSorted(), expandTypes('*').toSorted());
});

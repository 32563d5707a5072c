import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closest, didYouMean } from '../../src/policy/suggest.ts';

test('suggests the nearest word for a slip: a letter too many, missing, wrong or swapped', () => {
  for (const slip of ['modelss', 'model', 'mpdels', 'modles', 'MODELS']) {
    assert.equal(closest(slip, ['grants', 'models', 'limits']), 'models', slip);
  }
});

test('suggests nothing where nothing is near', () => {
  assert.equal(closest('rules', ['grants', 'models', 'limits']), undefined);
  assert.equal(closest('on', ['to', 'id']), undefined);
  assert.equal(didYouMean('zzz', ['grants']), '');
});

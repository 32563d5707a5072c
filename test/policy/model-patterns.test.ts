import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { modelTests } from '../../src/policy/model-patterns.ts';

const test_ = (patterns: readonly string[], model: string) => modelTests(new Set())(patterns)(model);

test('allows what is named, but not what is left out', () => {
  const patterns = ['llama-*', '!llama-3-405b', 'fast'];
  assert.equal(test_(patterns, 'llama-3-70b'), true);
  assert.equal(test_(patterns, 'llama-3-405b'), false);
  assert.equal(test_(patterns, 'fast'), true);
  assert.equal(test_(patterns, 'slow'), false);
});

test('H1 a name that only looks like a model is another name', () => {
  for (const model of ['FAST', ' fast', 'fast ', 'fast\u200b', 'ｆａｓｔ', 'fast\n', '']) {
    assert.equal(test_(['fast', 'llama-*'], model), false, JSON.stringify(model));
  }
});

test('no pattern allows a name longer than a model may have', () => {
  assert.equal(test_(['*'], 'm'.repeat(256)), true);
  assert.equal(test_(['*'], 'm'.repeat(257)), false);
});

const name = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 4 });
const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 4 });
const pattern = fc.tuple(fc.constantFrom('', '!'), fc.oneof(name, glob)).map(([sign, rest]) => sign + rest);

test('the order of the patterns means nothing', () => {
  fc.assert(
    fc.property(fc.array(pattern), name, (patterns, model) => {
      assert.equal(test_(patterns, model), test_(patterns.toReversed(), model));
    }),
  );
});

test('leaving more out never allows more', () => {
  fc.assert(
    fc.property(fc.array(pattern), glob, name, (patterns, out, model) => {
      if (test_([...patterns, `!${out}`], model)) assert.equal(test_(patterns, model), true);
    }),
  );
});

test('answers are kept for models of the policy, and for no other name', () => {
  let asked = 0;
  const has = (model: string): boolean => {
    asked += 1;
    return model === 'known';
  };
  const allows = modelTests({ has })(['*']);
  allows('known');
  allows('known');
  assert.equal(asked, 1);
  allows('made up');
  allows('made up');
  assert.equal(asked, 3);
});

test('grants with the same patterns share one test, so memory does not grow with grants', () => {
  const testOf = modelTests(new Set(['a']));
  assert.equal(testOf(['a', 'b*']), testOf(['a', 'b*']));
  assert.notEqual(testOf(['a', 'b*']), testOf(['a,b*']));
});

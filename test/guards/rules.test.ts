import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRules, type Rule } from '../../src/guards/rules.ts';

const rule = (
  id: string,
  action: Rule['action'],
  detect: readonly string[],
  more: Partial<Rule> = {},
): Rule => {
  return { id, on: 'input', detect, action, restore: false, ...more };
};

test('rules of the other direction do not apply', () => {
  const rules = compileRules(
    [rule('a', 'mask', ['pii.email']), rule('b', 'log', ['pii.card'], { on: 'output' })],
    'output',
  );
  assert.deepEqual([...rules.rulings], [['pii.card', { action: 'log' }]]);
  assert.deepEqual(rules.scanner.types, ['pii.card']);
  assert.equal(rules.active, true);
  assert.equal(compileRules([], 'output').active, false);
});

test('of several rules for one type the strictest counts, of those the first', () => {
  const all = [
    rule('a', 'log', ['pii.email', 'pii.card', 'pii.iban']),
    rule('b', 'mask', ['pii.email', 'pii.card'], { restore: true }),
    rule('c', 'block', ['pii.card'], { message: 'No cards.' }),
    rule('d', 'block', ['pii.card'], { message: 'Not this one.' }),
    rule('e', 'mask', ['pii.email']),
  ];
  for (const rules of [all, all.slice(0, 3).reverse().concat(all.slice(3))]) {
    assert.deepEqual(Object.fromEntries(compileRules(rules, 'input').rulings), {
      'pii.email': { action: 'mask', label: 'EMAIL', restore: false },
      'pii.card': { action: 'block', refusal: { refused: 'content_blocked', detail: 'No cards.' } },
      'pii.iban': { action: 'log' },
    });
  }
});

test('an answer is withheld, and not restored', () => {
  const { rulings } = compileRules(
    [
      rule('a', 'block', ['secret.jwt'], { on: 'output' }),
      rule('b', 'mask', ['pii.email'], { on: 'output', restore: true }),
    ],
    'output',
  );
  assert.deepEqual(rulings.get('secret.jwt'), {
    action: 'block',
    refusal: { refused: 'answer_blocked', detail: 'Rule a.' },
  });
  assert.deepEqual(rulings.get('pii.email'), { action: 'mask', label: 'EMAIL', restore: false });
});

test('a type that nobody detects is a fault', () => {
  assert.throws(() => compileRules([rule('a', 'log', ['pii.*'])], 'input'), /pii\.\*/);
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileRuleSet } from '../../src/guards/rule-set.ts';
import { compileRules, type Rule, rulingFor } from '../../src/guards/rules.ts';

const rule = (
  id: string,
  action: Rule['action'],
  detect: readonly string[],
  more: Partial<Rule> = {},
): Rule => {
  return { id, on: 'input', detect, action, as: 'label', shadow: false, ...more };
};

const found = (type: string, score = 1) => ({ type, score, start: 0, end: 4 });
const EMAIL = 'jo@example.org';

test('rules of the other direction do not apply', () => {
  const rules = compileRules(
    [rule('a', 'mask', ['pii.email']), rule('b', 'log', ['pii.card'], { on: 'output' })],
    'output',
  );
  assert.deepEqual([...rules.rulings], [['pii.card', [{ action: 'log', least: 0 }]]]);
  assert.deepEqual(rules.scanner.types, ['pii.card']);
  assert.equal(rules.active, true);
  assert.equal(compileRules([], 'output').active, false);
});

test('of several rules for one type the strictest counts, of those the first', () => {
  const all = [
    rule('a', 'log', ['pii.email', 'pii.card', 'pii.iban']),
    rule('w', 'warn', ['pii.iban']),
    rule('b', 'mask', ['pii.email', 'pii.card'], { as: 'pseudonym' }),
    rule('c', 'block', ['pii.card'], { message: 'No cards.' }),
    rule('d', 'block', ['pii.card'], { message: 'Not this one.' }),
    rule('e', 'mask', ['pii.email']),
  ];
  for (const rules of [all, all.slice(0, 4).reverse().concat(all.slice(4))]) {
    const { rulings } = compileRules(rules, 'input');
    const first = (type: string) => rulingFor(rulings.get(type), found(type), () => EMAIL);
    assert.deepEqual(first('pii.email'), { action: 'mask', label: 'EMAIL', as: 'label', least: 0 });
    assert.deepEqual(first('pii.card'), {
      action: 'block',
      refusal: { refused: 'content_blocked', detail: 'No cards.' },
      least: 0,
    });
    assert.deepEqual(first('pii.iban'), { action: 'warn', rule: 'w', least: 0 });
  }
});

test('a finding that is not sure enough for one rule may be for another, and one that is allowed is for none that allows it', () => {
  const { rulings } = compileRules(
    [
      rule('sure', 'block', ['pii.email'], { threshold: 0.9 }),
      rule('less', 'mask', ['pii.email'], { threshold: 0.5, allow: new Set([EMAIL]) }),
      rule('all', 'log', ['pii.email']),
    ],
    'input',
  );
  const action = (score: number, text: string) =>
    rulingFor(rulings.get('pii.email'), found('pii.email', score), () => text)?.action;
  assert.equal(action(0.9, EMAIL), 'block');
  assert.equal(action(0.89, 'x@example.org'), 'mask');
  assert.equal(action(0.89, 'Jo@Example.org'), 'log');
  assert.equal(action(0.4, 'x@example.org'), 'log');
});

test('an answer is withheld with the code for answers', () => {
  const { rulings } = compileRules([rule('a', 'block', ['secret.jwt'], { on: 'output' })], 'output');
  assert.deepEqual(rulings.get('secret.jwt'), [
    { action: 'block', refusal: { refused: 'answer_blocked', detail: 'Rule a.' }, least: 0 },
  ]);
});

test('a type that nobody detects is a fault', () => {
  assert.throws(() => compileRules([rule('a', 'log', ['pii.*'])], 'input'), /pii\.\*/);
});

describe('a set of rules', () => {
  const set = compileRuleSet(
    [
      rule('all', 'log', ['pii.email']),
      rule('tools', 'block', ['pii.email'], { roles: ['tool'] }),
      rule('shadow', 'block', ['pii.card'], { shadow: true }),
      rule('images', 'block', ['opaque.image'], { message: 'No images.' }),
    ],
    'input',
  );

  test('has for each role what is about it', () => {
    assert.deepEqual(
      set
        .of('tool')
        .rulings.get('pii.email')
        ?.map(({ action }) => action),
      ['block', 'log'],
    );
    assert.deepEqual(
      set
        .of('user')
        .rulings.get('pii.email')
        ?.map(({ action }) => action),
      ['log'],
    );
    assert.equal(set.of('user'), set.of('system'));
    assert.equal(set.active, true);
    assert.equal(compileRuleSet([], 'input').active, false);
  });

  test('keeps rules in shadow apart, and looks for what they name', () => {
    assert.equal(set.of('user').rulings.has('pii.card'), false);
    assert.equal(set.of('user').shadows.get('pii.card')?.[0]?.action, 'block');
    assert(set.of('user').scanner.types.includes('pii.card'));
  });

  test('rules on what cannot be looked into', () => {
    assert.equal(set.opaque('opaque.image').deed?.action, 'block');
    assert.deepEqual(set.opaque('opaque.audio'), {});
  });
});

/** Rules that act only on how much was found. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FindingCount } from '../../src/core/finding.ts';
import { totalsOf } from '../../src/guards/decided.ts';
import { compileRuleSet } from '../../src/guards/rule-set.ts';
import type { Rule } from '../../src/guards/rules.ts';
import { compileFindingCondition, type FindingCondition } from '../../src/policy/finding-condition.ts';

function when(text: string): FindingCondition {
  const compiled = compileFindingCondition(text);
  assert.ok('condition' in compiled, JSON.stringify(compiled));
  return compiled.condition;
}

const rule = (id: string, action: Rule['action'], detect: readonly string[], condition?: string): Rule => ({
  id,
  on: 'input',
  detect,
  action,
  as: 'label',
  shadow: false,
  ...(condition !== undefined && { when: when(condition) }),
});
const count = (type: string, of: number): FindingCount => ({
  type,
  direction: 'input',
  action: 'log',
  count: of,
});

describe('what was found', () => {
  it('is counted by type and by category, and what was not found is nought', () => {
    const rules = [rule('a', 'log', ['pii.card', 'pii.us.ssn', 'secret.aws'])];
    const totals = totalsOf(rules, [count('pii.card', 2), count('pii.us.ssn', 1)]);
    assert.deepEqual(Object.fromEntries(totals), {
      pii: 3,
      'pii.card': 2,
      'pii.us': 1,
      'pii.us.ssn': 1,
      secret: 0,
      'secret.aws': 0,
    });
  });
});

describe('a condition', () => {
  const totals = new Map([
    ['pii', 3],
    ['pii.card', 2],
    ['secret', 0],
  ]);

  it('is about counts', () => {
    assert.equal(when('findings["pii.card"] >= 2')(totals), true);
    assert.equal(when('findings.pii > 3 || findings.secret > 0')(totals), false);
    assert.equal(when('findings.exists(type, findings[type] == 2)')(totals), true);
  });

  it('that asks for what nobody looks for holds: its rule acts', () => {
    assert.equal(when('findings["pii.unheard"] > 1000')(totals), true);
  });

  it('is refused where it is none, or costs more than it may', () => {
    const loop = 'findings.all(a, '.repeat(6);
    for (const text of [
      'findings',
      '1 +',
      'principal.id == "x"',
      `${loop}true${')'.repeat(6)}`,
      'true '.repeat(500),
    ])
      assert.ok('problem' in compileFindingCondition(text), text);
  });
});

describe('rules with conditions', () => {
  const set = compileRuleSet(
    [
      rule('many', 'block', ['pii.email'], 'findings["pii.email"] >= 3'),
      rule('some', 'mask', ['pii.email']),
      rule('both', 'warn', ['pii.card'], 'findings.pii >= 4'),
    ],
    'input',
  );
  const actionsOn = (...counts: FindingCount[]) =>
    [...(set.decides?.by(counts).of('user').rulings ?? [])].map(
      ([type, [first]]) => `${type} ${first?.action}`,
    );

  it('are looked for all, and then act or not', () => {
    assert.deepEqual(
      [...(set.decides?.survey.of('user').rulings ?? [])].flatMap(([, rulings]) =>
        rulings.map(({ action }) => action),
      ),
      ['log', 'log', 'log'],
    );
    assert.deepEqual(actionsOn(count('pii.email', 2)), ['pii.email mask']);
    assert.deepEqual(actionsOn(count('pii.email', 3)), ['pii.email block']);
    assert.deepEqual(actionsOn(count('pii.email', 2), count('pii.card', 2)), [
      'pii.email mask',
      'pii.card warn',
    ]);
  });

  it('are not asked where there is none', () => {
    assert.equal(compileRuleSet([rule('a', 'block', ['pii.email'])], 'input').decides, undefined);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { card } from '../../../src/guards/pii/card.ts';
import { alone, found } from '../found.ts';

const cases: readonly (readonly [text: string, ...found: string[]])[] = [
  ['4111111111111111', '4111111111111111'],
  ['card 4111 1111 1111 1111 exp 12/27', '4111 1111 1111 1111'],
  ['4111 1111 1111 1111 12/27', '4111 1111 1111 1111'],
  ['no. 12 4111 1111 1111 1111', '4111 1111 1111 1111'],
  ['3566-0020-2036-0505', '3566-0020-2036-0505'],
  ['6304 0000 0000 0000', '6304 0000 0000 0000'],
  ['41 11 11 11 11 11 11 11', '41 11 11 11 11 11 11 11'],
  ['5105 1051 0510 5100, 3714 496353 98431', '5105 1051 0510 5100', '3714 496353 98431'],
  ['{"n":"\\n4111111111111111"}', '4111111111111111'],
  ['my credit card is 675984103431', '675984103431'],
  // Twelve digits without a word for what they are.
  ['675984103431'],
  // The check digit is wrong.
  ['4111111111111112'],
  // No issuer.
  ['1234567890123452'],
  ['1700000000000'],
  // Parts of something else.
  ['x4111111111111111'],
  ['4111111111111111x'],
  ['0.4111111111111111'],
  ['4111111111111111.5'],
  ['411111111111111100000000'],
  ['4111 1111-1111 1111'],
  ['4111  1111  1111  1111'],
  // A table whose rows happen to hold a card's digits.
  ['0 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1'],
  ['4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 0'],
  ['41 1111 111 11111 11'],
];

for (const [text, ...expected] of cases) {
  test(`J21 finds ${expected.length === 0 ? 'nothing' : expected.join(' and ')} in ${text}`, () => {
    assert.deepEqual(found(card, text), expected);
  });
}

test('holds back digits that may go on to be a number, and nothing else', () => {
  assert.equal(alone(card).open('paid 41'), 5);
  assert.equal(alone(card).open('paid 4111 '), 5);
  assert.equal(alone(card).open('paid 4111 x'), 11);
  assert.equal(alone(card).open('paid 4111  '), 11);
  assert.equal(alone(card).open(`paid ${'4'.repeat(100)}`), 105);
});

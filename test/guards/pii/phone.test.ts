import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { phone } from '../../../src/guards/pii/phone.ts';
import { alone, found } from '../found.ts';

const byDefault = phone(['US', 'GB', 'DE']);

const cases: readonly (readonly [text: string, ...found: string[]])[] = [
  ['call +1 (202) 555-0123 now', '+1 (202) 555-0123'],
  ['tel:+442079460958', '+442079460958'],
  ['+44 20 7946 0958 2024', '+44 20 7946 0958'],
  ['+1 202 555 0123 +1 202 555 0124', '+1 202 555 0123', '+1 202 555 0124'],
  ['+49 (0)30 23125-0', '+49 (0)30 23125-0'],
  ['+86 138 0013 8000, +972 50-234-5678', '+86 138 0013 8000', '+972 50-234-5678'],
  ['202-555-0123 202-555-0124', '202-555-0123', '202-555-0124'],
  ['1-202-555-0123', '1-202-555-0123'],
  ['202.555.0123', '202.555.0123'],
  ['(0161) 496 0000', '(0161) 496 0000'],
  ['07700 900123 or 07700900124', '07700 900123', '07700900124'],
  ['Tel. 0151/23456789', '0151/23456789'],
  ['{"tel":"\\n202-555-0123"}', '202-555-0123'],
  // Not assigned.
  ['+1 102 555 0123'],
  ['+999 123 456 789'],
  ['+1'],
  ['1 + 2025550123'],
  // Digits that are something else.
  ['2025550123'],
  ['0123456789'],
  ['1700000000'],
  ['2024-05-06 12:30'],
  ['192.168.100.200'],
  ['550e8400-e29b-41d4-a716-446655440000'],
  ['12-202-555-0123-4'],
  ['1.202.555.0123.4'],
  ['Boston, MA 02110-1335'],
  ['12 202 555 0123'],
  ['202 555 0123 45'],
  ['01 02 03 04 05'],
  ['a+12025550123'],
];

for (const [text, ...expected] of cases) {
  test(`finds ${expected.length === 0 ? 'nothing' : expected.join(' and ')} in ${text}`, () => {
    assert.deepEqual(found(byDefault, text), expected);
  });
}

describe('national formats', () => {
  test('are believed only of the regions that were named', () => {
    assert.deepEqual(found(phone([]), '202-555-0123 and 020 7946 0958 and +33 1 23 45 67 89'), [
      '+33 1 23 45 67 89',
    ]);
    assert.deepEqual(found(phone(['GB']), '202-555-0123 and 020 7946 0958'), ['020 7946 0958']);
    assert.deepEqual(found(phone(['FR']), '01 23 45 67 89 and 0612345678'), ['01 23 45 67 89', '0612345678']);
  });

  test('do not begin in the digits behind a plus sign', () => {
    assert.deepEqual(found(byDefault, '+020 7946 0958'), []);
  });
});

test('holds back what may go on to be a number, and nothing else', () => {
  assert.equal(alone(byDefault).open('call +1 202'), 5);
  assert.equal(alone(byDefault).open('call (20'), 5);
  assert.equal(alone(byDefault).open('call 202 555, '), 14);
  assert.equal(alone(byDefault).open('one, two - '), 11);
});

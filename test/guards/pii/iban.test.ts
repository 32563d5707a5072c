import assert from 'node:assert/strict';
import { test } from 'node:test';
import { iban } from '../../../src/guards/pii/iban.ts';
import { alone, found } from '../found.ts';

const cases: readonly (readonly [text: string, ...found: string[]])[] = [
  ['IBAN: DE89 3704 0044 0532 0130 00.', 'DE89 3704 0044 0532 0130 00'],
  ['de89370400440532013000', 'de89370400440532013000'],
  ['FR14 2004 1010 0505 0001 3M02 606', 'FR14 2004 1010 0505 0001 3M02 606'],
  ['BE68-5390-0754-7034 or NL91ABNA0417164300', 'BE68-5390-0754-7034', 'NL91ABNA0417164300'],
  ['{"x":"\\nDE89370400440532013000"}', 'DE89370400440532013000'],
  // A wrong check digit, country, length or grouping; part of a longer word.
  ['DE88370400440532013000'],
  ['ZZ89370400440532013000'],
  ['DE8937040044053201300'],
  ['DE893704004405320130000'],
  ['DE8 9370 4004 4053 2013 000'],
  ['DE89  3704 0044 0532 0130 00'],
  ['XDE89370400440532013000'],
];

for (const [text, ...expected] of cases) {
  test(`finds ${expected.length === 0 ? 'nothing' : expected.join(' and ')} in ${text}`, () => {
    assert.deepEqual(found(iban, text), expected);
  });
}

test('holds back what may go on to be an IBAN, and nothing else', () => {
  assert.equal(alone(iban).open('to DE89 3704 '), 3);
  assert.equal(alone(iban).open('to D'), 3);
  assert.equal(alone(iban).open('to the office in '), 17);
  assert.equal(alone(iban).open('to DE89 3704 !'), 14);
});

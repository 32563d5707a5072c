import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splice } from '../../src/core/finding.ts';
import { canaryDetector } from '../../src/guards/canary.ts';
import { openChannel, wholeText } from '../../src/guards/channel.ts';
import { Vault } from '../../src/guards/placeholders.ts';
import { compileRuleSet, withCanaries } from '../../src/guards/rule-set.ts';
import { world } from '../fakes.ts';

const CANARIES = ['canary-7f3a91c2', 'canary-7f3a91c2-long'];

test('canaries are found whole, the longest of those in one place', () => {
  const { find } = canaryDetector(CANARIES);
  const text = 'x canary-7f3a91c2 y canary-7f3a91c2-long canary-7f3a';
  assert.deepEqual(
    find(text).map(({ start, end }) => text.slice(start, end)),
    CANARIES,
  );
  assert.deepEqual(find(text, 5).length, 1);
});

test('a stream is held back only where it could be the beginning of one, and comes out as the whole does', () => {
  const { open } = canaryDetector(CANARIES);
  assert.equal(open('nothing here'), 12);
  assert.equal(open('say canary-7f'), 4);
  assert.equal(open('say canary-7f3a91c2'), 4);
  assert.equal(open('say canary-7f3a91c2 and'), 23);
  const rules = withCanaries(
    compileRuleSet(
      [{ id: 'r', on: 'output', detect: ['canary'], action: 'mask', as: 'label', shadow: false }],
      'output',
    ),
    CANARIES,
  ).of('output');
  const pieces = fc.array(
    fc.constantFrom('canary-', '7f3a91c2', '-long', ' ', 'c', 'a', 'canary-7f3a91c2', 'x'),
    {
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(pieces, (list) => {
      const text = list.join('');
      const vault = new Vault(world().random, '');
      const whole = splice(text, wholeText(rules, vault, text).edits);
      const channel = openChannel(rules, vault);
      const edits = [...list.flatMap((piece) => channel.push(piece).edits), ...channel.finish().edits];
      assert.equal(splice(text, edits), whole);
      assert(!whole.includes('canary-7f3a91c2'));
    }),
  );
});

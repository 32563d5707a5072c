import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { conversationKey, stickTo } from '../../src/backends/sticky.ts';

const candidates = fc.uniqueArray(
  fc.record({ name: fc.string({ minLength: 1, maxLength: 8 }), weight: fc.integer({ min: 1, max: 1000 }) }),
  { minLength: 1, maxLength: 8, selector: ({ name }) => name },
);

type Candidates = readonly [
  { readonly name: string; readonly weight: number },
  ...{ readonly name: string; readonly weight: number }[],
];

describe('a conversation', () => {
  it('belongs to one backend, in whatever order they stand', () => {
    fc.assert(
      fc.property(fc.string(), candidates, (text, all) => {
        const key = conversationKey([text]);
        const chosen = stickTo(key, all as unknown as Candidates);
        assert.deepEqual(stickTo(key, all.toReversed() as unknown as Candidates), chosen);
        assert(all.includes(chosen));
      }),
    );
  });

  it('moves only if its own backend goes, or a new one takes it', () => {
    fc.assert(
      fc.property(fc.string(), candidates, (text, all) => {
        const key = conversationKey([text]);
        const chosen = stickTo(key, all as unknown as Candidates);
        for (const gone of all) {
          const left = all.filter((other) => other !== gone);
          if (gone === chosen || left.length === 0) continue;
          assert.equal(stickTo(key, left as unknown as Candidates), chosen);
        }
      }),
    );
  });

  it('is one among many of which each backend has its share', () => {
    const backends: Candidates = [
      { name: 'a', weight: 1 },
      { name: 'b', weight: 3 },
      { name: 'c', weight: 4 },
    ];
    const counts = new Map<string, number>();
    const all = 8000;
    for (let i = 0; i < all; i += 1) {
      const { name } = stickTo(conversationKey(['acme', 'm', String(i)]), backends);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    // Five standard deviations; the keys are fixed, so it is the same each time.
    for (const { name, weight } of backends) {
      const share = weight / 8;
      const far = 5 * Math.sqrt(all * share * (1 - share));
      assert(Math.abs((counts.get(name) ?? 0) - all * share) < far, `${name}: ${counts.get(name)}`);
    }
  });

  it('has a key that no other texts have, however they are cut', () => {
    assert.notEqual(conversationKey(['ab', 'c']), conversationKey(['a', 'bc']));
    assert.notEqual(conversationKey(['a']), conversationKey(['a', '']));
    assert.notEqual(conversationKey(['x'.repeat(5000)]), conversationKey(['x'.repeat(5001)]));
  });
});

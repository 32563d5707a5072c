import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Places } from '../../src/limits/places.ts';

const LEASE = 100;
const steps = fc.array(
  fc.record({
    wait: fc.oneof(fc.constant(0), fc.nat(30), fc.nat(150)),
    does: fc.constantFrom('take', 'leave'),
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  }),
  { maxLength: 100, size: 'max' },
);

describe('places', () => {
  it('are held as the slow model holds them: by a list of who came when', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const places = new Places(LEASE);
        const model = new Map<string, number>();
        let now = 1000;
        for (const { wait, does, id } of history) {
          now += wait;
          if (does === 'take') places.take(id, now);
          else places.leave(id);
          if (does === 'take') model.set(id, now + LEASE);
          else model.delete(id);
          const held = [...model].filter(([, until]) => until > now);
          for (const name of ['a', 'b', 'c', 'd', 'e'])
            assert.equal(
              places.has(name, now),
              held.some(([other]) => other === name),
            );
          assert.equal(places.count(now), held.length);
          const ends = held.map(([, until]) => until - now);
          assert.equal(places.firstEnd(now), held.length === 0 ? 0 : Math.min(...ends));
        }
      }),
      { seed: 71, numRuns: 500 },
    );
  });
});

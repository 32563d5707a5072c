import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Bucket, empty, fallsAfter, giveBack, leak, levelOf, pour } from '../../src/limits/bucket.ts';

interface Taking {
  readonly at: number;
  amount: number;
}

/** The level the slow and obvious way: the fullest that any beginning makes it, of everything ever taken. */
function levelSlowly(takings: readonly Taking[], now: number, limit: number, windowMs: number): number {
  let sum = 0;
  let most = 0;
  for (const { at, amount } of takings.toReversed()) {
    sum += amount;
    most = Math.max(most, sum - ((now - at) * limit) / windowMs);
  }
  return most;
}

const steps = fc.array(
  fc.record({ wait: fc.oneof(fc.nat(5), fc.nat(90), fc.nat(3000)), amount: fc.integer({ min: 1, max: 6 }) }),
  { maxLength: 120, size: 'max' },
);
const limits = fc.integer({ min: 1, max: 40 });
const bursts = fc.integer({ min: 1, max: 30 });
const windows = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1000, max: 5000 }));

describe('the bucket', () => {
  it('holds what the slow model holds, rounded up', () => {
    fc.assert(
      fc.property(steps, limits, bursts, windows, (history, limit, burst, windowMs) => {
        const rate = { limit, windowMs };
        const takings: Taking[] = [];
        let now = 0;
        let bucket = empty(now);
        for (const { wait, amount } of history) {
          now += wait;
          bucket = leak(bucket, now, rate);
          const exact = levelSlowly(takings, now, limit, windowMs);
          assert.equal(levelOf(bucket), Math.max(0, Math.ceil(exact - 1e-7)));
          if (levelOf(bucket) + amount > burst) continue;
          bucket = pour(bucket, amount);
          takings.push({ at: now, amount });
        }
      }),
      { seed: 61, numRuns: 500 },
    );
  });

  it('holds the same however often it was asked', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), limits, windows, (waits, limit, windowMs) => {
        const rate = { limit, windowMs };
        const full = pour(empty(0), 500);
        let now = 0;
        let asked: Bucket = full;
        for (const wait of waits) {
          now += wait;
          asked = leak(asked, now, rate);
        }
        assert.deepEqual(asked, leak(full, now, rate));
      }),
      { seed: 62, numRuns: 500 },
    );
  });

  it('I22: admits at most burst + limit × d / window in any d milliseconds, what was given back left out', () => {
    const backs = fc.array(fc.record({ which: fc.nat(20), thousandths: fc.nat(1000) }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, backs, limits, bursts, windows, (history, given, limit, burst, windowMs) => {
        const rate = { limit, windowMs };
        const takings: Taking[] = [];
        let now = 0;
        let bucket = empty(now);
        for (const [i, { wait, amount }] of history.entries()) {
          now += wait;
          bucket = leak(bucket, now, rate);
          const back = given[i];
          const taking = back && takings[takings.length - 1 - back.which];
          if (back !== undefined && taking !== undefined) {
            const part = Math.round((taking.amount * back.thousandths) / 1000);
            bucket = giveBack(bucket, part, taking.at, rate);
            taking.amount -= part;
          }
          if (levelOf(bucket) + amount > burst) continue;
          bucket = pour(bucket, amount);
          takings.push({ at: now, amount });
        }
        for (let from = 0; from < takings.length; from++) {
          let total = 0;
          for (let to = from; to < takings.length; to++) {
            total += takings[to]?.amount ?? 0;
            const span = (takings[to]?.at ?? 0) - (takings[from]?.at ?? 0);
            assert.ok(total <= burst + (limit * span) / windowMs + 1e-7, `${total} in ${span} ms`);
          }
        }
      }),
      { seed: 63, numRuns: 500 },
    );
  });

  it('says exactly when it has fallen: then, and not a millisecond before', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.nat(1000),
        fc.nat(500),
        limits,
        windows,
        (amount, wait, to, limit, windowMs) => {
          const rate = { limit, windowMs };
          const bucket = leak(pour(empty(0), amount), wait, rate);
          const after = fallsAfter(bucket, to, rate);
          assert.ok(levelOf(leak(bucket, wait + after, rate)) <= to);
          if (after > 0) assert.ok(levelOf(leak(bucket, wait + after - 1, rate)) > to);
        },
      ),
      { seed: 64, numRuns: 1000 },
    );
  });

  it('stays exact for the largest limits and bursts', () => {
    const most = 2 ** 50;
    const month = { limit: most, windowMs: 31 * 86_400_000 };
    const third = leak(pour(empty(0), most), 31 * 28_800_000, month);
    assert.equal(levelOf(third), Number((2n ** 51n + 2n) / 3n));
    assert.equal(levelOf(leak(third, 31 * 57_600_000, month)), Number((2n ** 50n + 2n) / 3n));
    assert.deepEqual(leak(third, 31 * 86_400_000, month), empty(31 * 86_400_000));
  });

  it('never leaks at a rate of 0, and says a whole window for what never comes', () => {
    const still = { limit: 0, windowMs: 1000 };
    assert.equal(levelOf(leak(pour(empty(0), 3), 1e12, still)), 3);
    assert.equal(fallsAfter(pour(empty(0), 3), 2, still), 1000);
    assert.equal(fallsAfter(pour(empty(0), 3), -1, { limit: 5, windowMs: 1000 }), 1000);
  });

  it('stands still while time does not go on', () => {
    const bucket = pour(empty(1000), 3);
    assert.equal(leak(bucket, 1000, { limit: 5, windowMs: 1 }), bucket);
    assert.equal(leak(bucket, 400, { limit: 5, windowMs: 1 }), bucket);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  add,
  advance,
  type Counter,
  fresh,
  giveBack,
  resetAfter,
  used,
  waitFor,
} from '../../src/limits/window.ts';

/** Takes if there is room, as a limit does. */
function take(
  counter: Counter,
  amount: number,
  limit: number,
  now: number,
  windowMs: number,
): [Counter, boolean] {
  const current = advance(counter, now, windowMs);
  if (used(current, now, windowMs) + amount > limit) return [current, false];
  return [add(current, amount), true];
}

/** What the counter claims to compute, the slow and obvious way: from every amount ever admitted, in fractions. */
function usedSlowly(
  admitted: readonly (readonly [at: number, amount: number])[],
  now: number,
  windowMs: number,
): number {
  const start = Math.floor(now / windowMs) * windowMs;
  const sum = (from: number, to: number) =>
    admitted.reduce((total, [at, amount]) => (at >= from && at < to ? total + amount : total), 0);
  const covered = (windowMs - (now - start)) / windowMs;
  return sum(start, start + windowMs) + sum(start - windowMs, start) * covered;
}

interface Step {
  readonly wait: number;
  readonly amount: number;
}

const wait = fc.oneof(fc.nat(5), fc.nat(90), fc.nat(3000));
const steps = fc.array(fc.record({ wait, amount: fc.integer({ min: 1, max: 6 }) }), {
  maxLength: 120,
  size: 'max',
});
const limits = fc.integer({ min: 1, max: 40 });
const windows = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1000, max: 5000 }));

/** Runs a history and tells what was admitted when. */
function admittedOf(
  history: readonly Step[],
  limit: number,
  windowMs: number,
  begin = 0,
): [at: number, amount: number][] {
  const admitted: [number, number][] = [];
  let now = begin;
  let counter = fresh(now, windowMs);
  for (const step of history) {
    now += step.wait;
    const [next, taken] = take(counter, step.amount, limit, now, windowMs);
    counter = next;
    if (taken) admitted.push([now, step.amount]);
  }
  return admitted;
}

describe('the sliding-window counter', () => {
  it('counts what the slow model counts, rounded up by less than one and a 1024th of the window before', () => {
    fc.assert(
      fc.property(steps, limits, windows, fc.nat(1000), (history, limit, windowMs, begin) => {
        const admitted: [number, number][] = [];
        let now = begin;
        let counter = fresh(now, windowMs);
        for (const step of history) {
          now += step.wait;
          counter = advance(counter, now, windowMs);
          const exact = usedSlowly(admitted, now, windowMs);
          const counted = used(counter, now, windowMs);
          assert.ok(Number.isSafeInteger(counted));
          assert.ok(counted >= exact - 1e-9, 'never looser');
          assert.ok(counted < exact + 1 + counter.previous / 1024 + 1e-9, 'hardly stricter');
          if (counted + step.amount > limit) continue;
          counter = add(counter, step.amount);
          admitted.push([now, step.amount]);
        }
      }),
      { seed: 21, numRuns: 400 },
    );
  });

  it('never admits more than the limit in one aligned window', () => {
    fc.assert(
      fc.property(steps, limits, windows, (history, limit, windowMs) => {
        const perWindow = new Map<number, number>();
        for (const [at, amount] of admittedOf(history, limit, windowMs)) {
          const index = Math.floor(at / windowMs);
          perWindow.set(index, (perWindow.get(index) ?? 0) + amount);
        }
        for (const total of perWindow.values()) assert.ok(total <= limit);
      }),
      { seed: 22, numRuns: 400 },
    );
  });

  it('I22: never admits more than limit × (1 + d / window) in any d milliseconds, wherever they begin', () => {
    fc.assert(
      fc.property(steps, limits, windows, fc.nat(1000), (history, limit, windowMs, begin) => {
        const admitted = admittedOf(history, limit, windowMs, begin);
        for (let from = 0; from < admitted.length; from++) {
          let total = 0;
          for (let to = from; to < admitted.length; to++) {
            total += admitted[to]?.[1] ?? 0;
            const span = (admitted[to]?.[0] ?? 0) - (admitted[from]?.[0] ?? 0);
            assert.ok(total <= limit * (1 + span / windowMs) + 1e-9, `${total} in ${span} ms`);
          }
        }
      }),
      { seed: 23, numRuns: 400 },
    );
  });

  it('I22: holds a burst across the edge of a window to the limit', () => {
    const late = 999;
    let counter = fresh(late, 1000);
    for (let i = 0; i < 100; i++) [counter] = take(counter, 1, 100, late, 1000);
    let more = 0;
    for (let i = 0; i < 100; i++) {
      const [next, taken] = take(counter, 1, 100, 1000, 1000);
      counter = next;
      if (taken) more++;
    }
    assert.equal(more, 0);
  });

  it('admits exactly the limit after two idle windows', () => {
    let counter = add(fresh(0, 60_000), 100);
    counter = advance(counter, 120_000, 60_000);
    let admitted = 0;
    for (let i = 0; i < 150; i++) {
      const [next, taken] = take(counter, 1, 100, 120_000, 60_000);
      counter = next;
      if (taken) admitted++;
    }
    assert.equal(admitted, 100);
  });

  it('says exactly how long to wait: then it fits, and a millisecond before it did not', () => {
    fc.assert(
      fc.property(
        steps,
        limits,
        windows,
        fc.integer({ min: 1, max: 40 }),
        (history, limit, windowMs, amount) => {
          fc.pre(amount <= limit);
          let now = 0;
          let counter = fresh(0, windowMs);
          for (const step of history) {
            now += step.wait;
            [counter] = take(counter, step.amount, limit, now, windowMs);
          }
          counter = advance(counter, now, windowMs);
          if (used(counter, now, windowMs) + amount <= limit) return;
          const wait = waitFor(counter, amount, limit, now, windowMs);
          assert.ok(wait >= 1 && wait <= 2 * windowMs);
          assert.ok(take(counter, amount, limit, now + wait, windowMs)[1], 'fits then');
          assert.ok(!take(counter, amount, limit, now + wait - 1, windowMs)[1], 'not before');
        },
      ),
      { seed: 24, numRuns: 2000 },
    );
  });

  it('says a whole window for what can never fit', () => {
    assert.equal(waitFor(fresh(0, 500), 11, 10, 0, 500), 500);
  });

  it('says when nothing counts any more', () => {
    const counter = add(fresh(1300, 1000), 1);
    assert.equal(resetAfter(counter, 1300, 1000), 1700);
    assert.equal(used(advance(counter, 2999, 1000), 2999, 1000), 1);
    assert.equal(used(advance(counter, 3000, 1000), 3000, 1000), 0);
    assert.equal(resetAfter(advance(counter, 2300, 1000), 2300, 1000), 700);
    assert.equal(resetAfter(fresh(1300, 1000), 1300, 1000), 0);
  });

  it('gives back to the window in which it was taken, and to none that is over', () => {
    const counter = { start: 1000, current: 5, previous: 7 };
    assert.deepEqual(giveBack(counter, 3, 1000, 1000), { start: 1000, current: 2, previous: 7 });
    assert.deepEqual(giveBack(counter, 3, 999, 1000), { start: 1000, current: 5, previous: 4 });
    assert.deepEqual(giveBack(counter, 3, 0, 1000), { start: 1000, current: 5, previous: 4 });
    assert.equal(giveBack({ ...counter, start: 2000 }, 3, 999, 1000).previous, 7);
    assert.deepEqual(giveBack(counter, 30, 1500, 1000), { start: 1000, current: 0, previous: 7 });
  });

  it('stays exact for the largest amounts and windows', () => {
    const most = 2n ** 50n;
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: most }),
        fc.integer({ min: 1, max: 366 * 86_400_000 }),
        fc.nat(),
        fc.bigInt({ min: 0n, max: most }),
        (previous, windowMs, at, room) => {
          const now = at % windowMs;
          const counter = { start: 0, current: 0, previous: Number(previous) };
          const weight = BigInt(Math.ceil((1024 * (windowMs - now)) / windowMs));
          const exact = (previous * weight + 1023n) / 1024n;
          assert.equal(BigInt(used(counter, now, windowMs)), exact);
          if (exact <= room) return;
          const limit = Number(most);
          const wait = waitFor(counter, limit - Number(room), limit, now, windowMs);
          const usedThen = (time: number) => used(advance(counter, time, windowMs), time, windowMs);
          assert.ok(usedThen(now + wait) <= Number(room), 'fits then');
          assert.ok(usedThen(now + wait - 1) > Number(room), 'not before');
        },
      ),
      { seed: 25, numRuns: 2000 },
    );
  });
});

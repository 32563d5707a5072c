import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Claim, Limits, Taken } from '../../../src/core/ports.ts';
import { EmbeddedLimits } from '../../../src/state/embedded/limits.ts';
import { limitsContract } from '../../contract/limits.ts';

function open(maxCounters?: number) {
  let time = 600_000.25;
  const limits = new EmbeddedLimits({ elapsed: () => time }, maxCounters);
  const advance = (ms: number) => {
    time += ms;
  };
  return { limits, now: () => 0, advance };
}

const claimOf = (counter: string, limit = 10, windowMs = 1000): Claim => ({
  counter,
  limit,
  windowMs,
  amount: 1,
});

describe('limits in the memory of one process', () => {
  limitsContract(() => open());

  it('M18: take no notice of the wall clock, whichever way it jumps', () => {
    const limits: Limits = open().limits;
    const wall = (i: number) => 1_800_000_000_000 + (i % 2 === 0 ? i : -i) * 86_400_000;
    for (let i = 0; i < 10; i++) assert.ok((limits.take([claimOf('a')], wall(i)) as Taken).taken);
    for (let i = 10; i < 20; i++) assert.ok(!(limits.take([claimOf('a')], wall(i)) as Taken).taken);
  });

  it('M15 M16: hold a bounded number of counters, however many names come', () => {
    const { limits } = open(500);
    for (let i = 0; i < 20_000; i++) limits.take([claimOf(`name ${i}`)]);
    assert.ok(limits.size <= 500 + 1024, `${limits.size}`);
  });

  it('are stricter, never unlimited, for names beyond the bound', () => {
    const { limits } = open(100);
    for (let i = 0; i < 100; i++) limits.take([claimOf(`early ${i}`)]);
    let admitted = 0;
    for (let i = 0; i < 30_000; i++) if (limits.take([claimOf(`late ${i}`)]).taken) admitted++;
    assert.equal(admitted, 1024 * 10);
    assert.ok(limits.take([claimOf('early 5')]).taken, 'a counter of its own stays its own');
  });

  it('forget counters of which nothing counts any more, as new ones come', () => {
    const { limits, advance } = open();
    for (let i = 0; i < 10_000; i++) limits.take([claimOf(`old ${i}`)]);
    advance(2000);
    for (let i = 0; i < 10_000; i++) limits.take([claimOf(`new ${i}`)]);
    assert.ok(limits.size < 10_100, `${limits.size}`);
  });

  it('do not forget a counter that still counts', () => {
    const { limits, advance } = open();
    for (let i = 0; i < 10; i++) limits.take([claimOf('busy', 10, 60_000)]);
    for (let round = 0; round < 20; round++) {
      advance(2000);
      for (let i = 0; i < 100; i++) limits.take([claimOf(`other ${round} ${i}`)]);
    }
    assert.ok(!limits.take([claimOf('busy', 10, 60_000)]).taken);
  });
});

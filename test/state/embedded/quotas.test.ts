import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { type Claim, type Hold, type Over, RENEW_MS, type Reserved } from '../../../src/core/quota.ts';
import { openDatabase } from '../../../src/state/embedded/database.ts';
import { EmbeddedQuotas } from '../../../src/state/embedded/quotas.ts';
import { BEGIN, bucket, claimOf, PERIOD, PLACES, quotasContract, WINDOW } from '../../contract/quotas.ts';

const DAY = 86_400_000;
const HOUR_WINDOW: Over = { kind: 'window', windowMs: 3_600_000 };

interface Opened {
  readonly dir?: string | undefined;
  readonly maxCounters?: number;
  /** Wall clock at the start. */
  readonly begin?: number;
}

/** A process: its monotonic clock begins somewhere, and its wall clock can be set. */
function open({ dir, maxCounters, begin = BEGIN }: Opened = {}) {
  let wall = begin;
  let elapsed = 1000.25;
  const clock = { now: () => wall, elapsed: () => elapsed };
  const db = openDatabase(dir, 5);
  const quotas = new EmbeddedQuotas(db, clock, maxCounters);
  let sinceRenewal = 0;
  const advance = (ms: number) => {
    let left = ms;
    while (left > 0) {
      const step = Math.min(left, RENEW_MS - sinceRenewal);
      wall += step;
      elapsed += step;
      left -= step;
      sinceRenewal = (sinceRenewal + step) % RENEW_MS;
      if (sinceRenewal === 0) quotas.renew();
    }
  };
  const set = (time: number) => {
    wall = time;
  };
  return { quotas, db, now: () => wall, advance, set };
}

let ids = 0;
function take(
  { quotas, now }: Pick<ReturnType<typeof open>, 'quotas' | 'now'>,
  ...claims: Claim[]
): Reserved {
  return quotas.reserve(`e${++ids}`, 0, claims, now());
}
function holdOf(answer: Reserved): Hold {
  assert.ok(answer.admitted);
  return answer.hold;
}
function usedOf(test: ReturnType<typeof open>, claim: Claim): number | undefined {
  const answer = take(test, { ...claim, amount: 0, shadow: true });
  return answer.admitted ? answer.standings[0]?.used : undefined;
}
function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-quotas-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}
function writeAll({ quotas }: ReturnType<typeof open>): number {
  let portions = 1;
  for (; quotas.flush(); portions++);
  return portions;
}

describe('limits in the memory of one process', () => {
  quotasContract(() => open());

  it('M18: take no notice of the wall clock but for the period that it names, whichever way it jumps', () => {
    const test = open();
    for (const over of [HOUR_WINDOW, WINDOW, bucket(10), PERIOD, PLACES]) {
      for (let i = 0; i < 20; i++) {
        test.set(BEGIN + (i % 2 === 0 ? i : -i) * DAY);
        const limit = over.kind === 'bucket' ? 1 : 10;
        assert.equal(take(test, claimOf('a', limit, 1, over)).admitted, i < 10, `${over.kind} ${i}`);
      }
    }
  });

  it('M18: admit the budget of each period once, however the wall clock steps between them', () => {
    const test = open();
    const admitted = new Map<number, number>();
    for (let i = 0; i < 200; i++) {
      const start = BEGIN + ((i * 7) % 3) * DAY - DAY;
      test.set(start + ((i * 3_600_000) % DAY));
      const over: Over = { kind: 'period', start, end: start + DAY };
      if (take(test, claimOf('a', 10, 1, over)).admitted) admitted.set(start, (admitted.get(start) ?? 0) + 1);
    }
    assert.deepEqual([...admitted.values()], [10, 10, 10]);
  });

  it('M15 M16: hold a bounded number of counters, however many names come', () => {
    for (const over of [WINDOW, PERIOD, bucket(5), PLACES]) {
      const test = open({ maxCounters: 500 });
      for (let i = 0; i < 5000; i++) take(test, claimOf(`name ${i}`, 10, 1, over));
      assert.ok(test.quotas.size <= 500 + 1024, `${test.quotas.size}`);
    }
  });

  it('are stricter, never unlimited, for names beyond the bound', () => {
    const test = open({ maxCounters: 100 });
    for (let i = 0; i < 100; i++) take(test, claimOf(`early ${i}`, 10));
    let admitted = 0;
    for (let i = 0; i < 30_000; i++) if (take(test, claimOf(`late ${i}`, 10)).admitted) admitted++;
    assert.equal(admitted, 1024 * 10);
    assert.ok(take(test, claimOf('early 5', 10)).admitted, 'a counter of its own stays its own');
  });

  it('give back to a counter that is shared what was taken from it, and its places', () => {
    const test = open({ maxCounters: 1 });
    take(test, claimOf('early', 10));
    for (let i = 0; i < 200; i++) {
      const hold = holdOf(take(test, claimOf('late', 10, 7), claimOf('late', 1, 1, PLACES)));
      test.quotas.settle(hold, [0, 1], test.now());
    }
  });

  it('forget counters of which nothing counts any more, as new ones come', () => {
    for (const [over, gone] of [
      [WINDOW, 120_000],
      [bucket(5), 60_000],
      [PLACES, 60_000],
      [PERIOD, 3 * DAY],
    ] as const) {
      const test = open();
      for (let i = 0; i < 5000; i++) take(test, claimOf(`old ${i}`, 5, 1, over));
      writeAll(test);
      test.advance(gone);
      for (let i = 0; i < 5000; i++) take(test, claimOf(`new ${i}`, 5));
      assert.ok(test.quotas.size < 5100, `${over.kind} ${test.quotas.size}`);
    }
  });

  it('keep a period two days after its end, unless there is no room', () => {
    const next: Over = { kind: 'period', start: BEGIN + DAY, end: BEGIN + 4 * DAY };
    for (const [maxCounters, kept, written] of [
      [10_000, true, true],
      [500, false, true],
      [500, false, false],
    ] as const) {
      const test = open({ maxCounters });
      for (let i = 0; i < 500; i++) take(test, claimOf(`a ${i}`, 10, 10, PERIOD));
      if (written) writeAll(test);
      test.set(BEGIN + 3 * DAY - 1);
      for (let i = 0; i < 400; i++) take(test, claimOf(`b ${i}`, 10, 10, next));
      assert.equal(test.quotas.size, kept ? 900 : test.quotas.size);
      assert.ok(kept || !written || test.quotas.size <= 500, 'those that are over made room');
      assert.ok(!take(test, claimOf('a 5', 10, 1, PERIOD)).admitted, 'in memory, or as it was written');
    }
  });

  it('do not forget a counter that still counts', () => {
    const test = open();
    const busy = [
      claimOf('w', 10, 10),
      claimOf('b', 1, 10, bucket(10)),
      claimOf('p', 10, 10, PERIOD),
    ] as const;
    take(test, ...busy);
    for (let round = 0; round < 20; round++) {
      test.advance(2000);
      for (let i = 0; i < 100; i++) take(test, claimOf(`other ${round} ${i}`, 10));
    }
    for (const claim of busy) assert.ok(!take(test, claim).admitted, claim.counter);
  });

  it('never fill a bucket that fills at a rate of 0', () => {
    const test = open();
    take(test, claimOf('still', 0, 10, bucket(10)));
    test.advance(DAY);
    for (let i = 0; i < 1000; i++) take(test, claimOf(`other ${i}`, 10));
    assert.ok(!take(test, claimOf('still', 0, 1, bucket(10))).admitted);
  });

  it('outlive the process, all that counts for longer than a minute', (t) => {
    const dir = folder(t);
    const lasting = [
      claimOf('w', 100, 60, HOUR_WINDOW),
      claimOf('p', 100, 60, PERIOD),
      claimOf('b', 1, 60, bucket(100)),
    ];
    const first = open({ dir });
    take(first, ...lasting);
    const open1 = holdOf(take(first, claimOf('p', 100, 30, PERIOD)));
    writeAll(first);
    first.db.close();

    const second = open({ dir, begin: BEGIN + 60_000 });
    assert.equal(usedOf(second, claimOf('w', 100, 1, HOUR_WINDOW)), 60);
    assert.equal(usedOf(second, claimOf('b', 1, 1, bucket(100))), 59, 'one leaked meanwhile');
    for (const used of [10, 0, 20]) second.quotas.settle(open1, [used], second.now());
    assert.equal(
      usedOf(second, claimOf('p', 100, 1, PERIOD)),
      70,
      'what was open was charged, and settled once',
    );
    second.db.close();
  });

  it('keep over a restart what a request that goes on takes more, gives back, or used too much', (t) => {
    const dir = folder(t);
    const claims = ['more', 'less', 'over'].map((name) => claimOf(name, 100, 10, PERIOD));
    let test = open({ dir });
    const reopened = () => {
      test.quotas.flush();
      test.db.close();
      test = open({ dir });
      return claims.map((claim) => usedOf(test, claim));
    };
    const { id, parts } = holdOf(take(test, ...claims));
    assert.deepEqual(reopened(), [10, 10, 10]);
    test.quotas.extend({ id, parts: parts.slice(0, 1) }, [7], test.now());
    assert.deepEqual(reopened(), [17, 10, 10]);
    test.quotas.settle({ id, parts: parts.slice(1, 2) }, [4], test.now());
    assert.deepEqual(reopened(), [17, 4, 10]);
    test.quotas.settle({ id, parts: parts.slice(2, 3) }, [25], test.now());
    assert.deepEqual(reopened(), [17, 4, 25]);
    test.db.close();
  });

  it('do not count for longer where the wall clock was put back between two runs', (t) => {
    const dir = folder(t);
    const first = open({ dir });
    take(first, claimOf('w', 100, 60, HOUR_WINDOW), claimOf('b', 60, 100, bucket(100)));
    writeAll(first);
    first.db.close();
    const second = open({ dir, begin: BEGIN - 30 * DAY });
    assert.equal(usedOf(second, claimOf('w', 100, 1, HOUR_WINDOW)), 60);
    assert.equal(usedOf(second, claimOf('b', 60, 1, bucket(100))), 100);
    second.advance(2 * 3_600_000);
    assert.equal(usedOf(second, claimOf('w', 100, 1, HOUR_WINDOW)), 0);
    assert.equal(usedOf(second, claimOf('b', 60, 1, bucket(100))), 0);
    second.db.close();
  });

  it('lose nothing that was written when the process is killed without warning', (t) => {
    const dir = folder(t);
    const script = `
      import { openDatabase } from './src/state/embedded/database.ts';
      import { EmbeddedQuotas } from './src/state/embedded/quotas.ts';
      const quotas = new EmbeddedQuotas(openDatabase(${JSON.stringify(dir)}, 5), {
        now: () => ${BEGIN}, elapsed: () => performance.now() });
      const over = { kind: 'period', start: ${BEGIN}, end: ${BEGIN + DAY} };
      for (let i = 0; i < 1000; i++)
        quotas.reserve('r' + i, 0, [{ counter: 'c' + (i % 400), home: '', over, limit: 10, amount: 1, shadow: false }], ${BEGIN});
      while (quotas.flush());
      process.kill(process.pid, 'SIGKILL');`;
    const { signal } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script]);
    assert.equal(signal, 'SIGKILL');
    const test = open({ dir });
    for (let i = 0; i < 400; i++)
      assert.equal(usedOf(test, claimOf(`c${i}`, 10, 1, PERIOD)), i < 200 ? 3 : 2);
    test.db.close();
  });

  it('write only what changed, in portions, and again what changes again', (t) => {
    const dir = folder(t);
    const test = open({ dir });
    for (let i = 0; i < 1000; i++)
      take(test, claimOf(`c${i}`, 10, 1, PERIOD), claimOf(`c${i}`, 10, 1, WINDOW));
    assert.equal(writeAll(test), 4);
    const reader = new DatabaseSync(join(dir, 'sallyport.db'));
    const rows = () =>
      reader.prepare('SELECT count(*) AS rows, sum(amount) AS amount FROM quota_counters').get();
    assert.deepEqual({ ...rows() }, { rows: 1000, amount: 1000 }, 'and nothing that is gone within a minute');
    assert.equal(test.quotas.flush(), false);
    take(test, claimOf('c7', 10, 5, PERIOD));
    assert.equal(test.quotas.flush(), false);
    assert.deepEqual({ ...rows() }, { rows: 1000, amount: 1005 });
    reader.close();
    test.db.close();
  });

  it('keep what cannot be written for the next time', (t) => {
    const dir = folder(t);
    const test = open({ dir });
    take(test, claimOf('a', 10, 7, PERIOD));
    const writer = new DatabaseSync(join(dir, 'sallyport.db'));
    writer.exec('BEGIN IMMEDIATE');
    assert.throws(() => test.quotas.flush(), /locked/);
    assert.ok(take(test, claimOf('a', 10, 3, PERIOD)).admitted, 'requests do not wait for the disk');
    writer.exec('ROLLBACK');
    writer.close();
    test.quotas.flush();
    test.db.close();
    const again = open({ dir });
    assert.equal(usedOf(again, claimOf('a', 10, 1, PERIOD)), 10);
    again.db.close();
  });

  it('forget on the disk what counts no more', (t) => {
    const dir = folder(t);
    const test = open({ dir });
    for (let i = 0; i < 1200; i++) take(test, claimOf(`w${i}`, 10, 1, HOUR_WINDOW));
    for (let i = 0; i < 10; i++)
      take(test, claimOf(`p${i}`, 10, 1, PERIOD), claimOf(`b${i}`, 0, 1, bucket(5)));
    writeAll(test);
    const left = () => Number(test.db.prepare('SELECT count(*) AS left FROM quota_counters').get()?.left);
    assert.equal(test.quotas.forget(), false);
    assert.equal(left(), 1220);
    test.advance(2 * 3_600_000);
    assert.deepEqual([test.quotas.forget(), test.quotas.forget(), test.quotas.forget()], [true, true, false]);
    assert.equal(left(), 20);
    test.set(BEGIN + 3 * DAY);
    test.quotas.forget();
    assert.equal(left(), 10, 'a bucket that never fills is never forgotten');
    test.db.close();
  });

  it('of two processes on one file each count for themselves, and spoil nothing', (t) => {
    const dir = folder(t);
    const both = [open({ dir }), open({ dir })] as const;
    for (const one of both) {
      assert.ok(take(one, claimOf('a', 10, 0, PERIOD)).admitted);
    }
    for (let i = 0; i < 20; i++) {
      for (const one of both) {
        assert.equal(take(one, claimOf('a', 10, 1, PERIOD)).admitted, i < 10);
        one.quotas.flush();
      }
    }
    for (const one of both) one.db.close();
    const third = open({ dir });
    assert.equal(usedOf(third, claimOf('a', 10, 1, PERIOD)), 10);
    third.db.close();
  });
});

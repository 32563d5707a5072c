import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import {
  NOTHING_USED,
  USAGE_COLUMNS,
  type UsageColumn,
  type UsageCounts,
  type UsageEntry,
  type UsageRow,
} from '../../../src/core/usage-book.ts';
import { openDatabase } from '../../../src/state/embedded/database.ts';
import { EmbeddedUsage } from '../../../src/state/embedded/usage.ts';

const DAY = '2026-03-02';
const ALL = { from: '2000-01-01', to: '2100-01-01', by: [], where: {} } as const;
const MOST = 10_000;

const entryOf = (of: UsageEntry['of'], counts: Partial<UsageCounts> = {}, day = DAY): UsageEntry => ({
  day,
  of,
  counts: { ...NOTHING_USED, requests: 1, ...counts },
});

function open(maxWaiting?: number, maxRowsADay?: number, dir?: string) {
  const db = openDatabase(dir, 5);
  return { db, usage: new EmbeddedUsage(db, maxWaiting, maxRowsADay) };
}
function writeAll(usage: EmbeddedUsage): number {
  let portions = 1;
  for (; usage.flush(); portions++);
  return portions;
}
async function rowsOf(
  usage: EmbeddedUsage,
  by: readonly UsageColumn[],
  more: { from?: string; to?: string; where?: Partial<Record<UsageColumn, string>> } = {},
): Promise<readonly UsageRow[]> {
  const answer = await usage.query({ ...ALL, ...more, by }, MOST);
  assert.ok('rows' in answer);
  return answer.rows;
}
const brief = (rows: readonly UsageRow[]) =>
  rows.map(({ of, counts }) => [...Object.values(of), counts.requests]);
function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-usage-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}

describe('the usage book in SQLite', () => {
  it('adds up all counts by what was asked for', async () => {
    const { usage } = open();
    const counts = { refused: 1, input: 10, output: 20, cachedInput: 3, cost_nano: 500, estimated: 1 };
    usage.note(entryOf({ tenant: 'acme', model: 'fast' }, counts));
    usage.note(entryOf({ tenant: 'acme', model: 'fast' }, counts));
    usage.note(entryOf({ tenant: 'acme', model: 'slow' }));
    usage.note(entryOf({ tenant: 'globex', model: 'fast' }, {}, '2026-03-03'));
    usage.note(entryOf({}));
    writeAll(usage);
    const [nobody, acme, globex] = await rowsOf(usage, ['tenant']);
    assert.deepEqual(acme, {
      of: { tenant: 'acme' },
      counts: {
        requests: 3,
        refused: 2,
        input: 20,
        output: 40,
        cachedInput: 6,
        cost_nano: 1000,
        estimated: 2,
      },
    });
    assert.deepEqual(brief([nobody, globex] as UsageRow[]), [
      ['', 1],
      ['globex', 1],
    ]);
    assert.deepEqual(brief(await rowsOf(usage, [])), [[5]]);
    assert.deepEqual(brief(await rowsOf(usage, ['model', 'day'])), [
      ['', DAY, 1],
      ['fast', DAY, 2],
      ['fast', '2026-03-03', 1],
      ['slow', DAY, 1],
    ]);
  });

  it('tells of the days that were asked for, first and last included, and of what has the values', async () => {
    const { usage } = open();
    for (const day of ['2026-02-28', '2026-03-01', '2026-03-02', '2026-03-03'])
      for (const tenant of ['acme', '']) usage.note(entryOf(tenant === '' ? {} : { tenant }, {}, day));
    writeAll(usage);
    const days = { from: '2026-03-01', to: '2026-03-02' };
    assert.deepEqual(brief(await rowsOf(usage, ['day'], days)), [
      ['2026-03-01', 2],
      ['2026-03-02', 2],
    ]);
    assert.deepEqual(brief(await rowsOf(usage, [], { ...days, where: { tenant: 'acme' } })), [[2]]);
    assert.deepEqual(brief(await rowsOf(usage, [], { ...days, where: { tenant: '' } })), [[2]]);
    assert.deepEqual(brief(await rowsOf(usage, [], { ...days, where: { tenant: 'a' } })), []);
  });

  it('is what a list of all entries adds up to, whatever was noted and written when', async () => {
    const value = fc.constantFrom('a', 'b', '', "'", '%', '__proto__', '\0');
    const entry = fc.record({
      day: fc.constantFrom('2026-03-01', '2026-03-02', '2026-03-03'),
      of: fc.record({ tenant: value, key: value, user: value, model: value }, { requiredKeys: [] }),
      requests: fc.nat(9),
      flush: fc.boolean(),
    });
    const columns = fc.uniqueArray(fc.constantFrom(...USAGE_COLUMNS));
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 40 }), columns, async (entries, by) => {
        const { usage } = open();
        const sums = new Map<string, number>();
        for (const { day, of, requests, flush } of entries) {
          usage.note(entryOf(of, { requests }, day));
          const values: Partial<Record<UsageColumn, string>> = { ...of, day };
          const name = JSON.stringify(by.map((column) => values[column] ?? ''));
          sums.set(name, (sums.get(name) ?? 0) + requests);
          if (flush) usage.flush();
        }
        writeAll(usage);
        const found = (await rowsOf(usage, by)).map(
          ({ of, counts }) => [JSON.stringify(by.map((column) => of[column])), counts.requests] as const,
        );
        assert.deepEqual(new Map(found), sums);
      }),
      { seed: 92, numRuns: 60 },
    );
  });

  it('outlives the process, and goes on adding to the day', async (t) => {
    const dir = folder(t);
    for (let run = 1; run <= 3; run++) {
      const { db, usage } = open(undefined, undefined, dir);
      usage.note(entryOf({ tenant: 'acme', user: 'jo' }));
      writeAll(usage);
      assert.deepEqual(brief(await rowsOf(usage, ['tenant', 'user'])), [['acme', 'jo', run]]);
      db.close();
    }
  });

  it('keeps what cannot be written for the next time', async (t) => {
    const dir = folder(t);
    const { db, usage } = open(undefined, undefined, dir);
    usage.note(entryOf({ tenant: 'acme' }));
    const writer = new DatabaseSync(join(dir, 'sallyport.db'));
    writer.exec('BEGIN IMMEDIATE');
    assert.throws(() => usage.flush(), /locked/);
    usage.note(entryOf({ tenant: 'acme' }));
    writer.exec('ROLLBACK');
    writer.close();
    writeAll(usage);
    assert.deepEqual(brief(await rowsOf(usage, ['tenant'])), [['acme', 2]]);
    db.close();
  });

  it('M15 M16: holds a bounded number of names, and loses nothing of the others', async () => {
    const { usage } = open(100);
    for (let i = 0; i < 1000; i++) usage.note(entryOf({ user: `u${i}` }));
    assert.ok(usage.waiting <= 101);
    assert.equal(writeAll(usage), 1);
    const rows = await rowsOf(usage, ['user']);
    assert.equal(rows.length, 101);
    assert.equal(rows.find(({ of }) => of.user === 'other')?.counts.requests, 900);
    assert.deepEqual(brief(await rowsOf(usage, [])), [[1000]]);
  });

  it('M15 M16: keeps a bounded number of rows a day, after a restart too', async () => {
    const { db, usage } = open(1000, 50);
    for (let i = 0; i < 80; i++) usage.note(entryOf({ user: `u${i}` }));
    writeAll(usage);
    const again = new EmbeddedUsage(db, 1000, 50);
    for (let i = 0; i < 90; i++) again.note(entryOf({ user: `u${i}` }));
    again.note(entryOf({ user: 'tomorrow' }, {}, '2026-03-03'));
    writeAll(again);
    const rows = await rowsOf(again, ['day', 'user']);
    assert.equal(rows.length, 52);
    assert.equal(rows.find(({ of }) => of.user === 'other')?.counts.requests, 30 + 40);
    assert.equal(rows.find(({ of }) => of.user === 'u7')?.counts.requests, 2);
    assert.equal(rows.at(-1)?.of.user, 'tomorrow');
  });

  it('cuts values that are too long', async () => {
    const { usage } = open();
    usage.note(entryOf({ model: 'm'.repeat(100_000) }));
    writeAll(usage);
    assert.equal((await rowsOf(usage, ['model']))[0]?.of.model?.length, 256);
  });

  it('throws at a count that is no whole number, and stops at the largest, so that nothing spoils what is written', async () => {
    const { usage } = open();
    for (const input of [Number.NaN, -1, 0.5, 2 ** 51])
      assert.throws(() => usage.note(entryOf({}, { input })));
    for (let i = 0; i < 20; i++) {
      usage.note(entryOf({}, { input: 2 ** 50 }));
      writeAll(usage);
    }
    assert.equal((await rowsOf(usage, []))[0]?.counts.input, Number.MAX_SAFE_INTEGER);
  });

  it('reads in portions, with other work between, and makes no more rows than were wanted', async () => {
    const { usage } = open();
    for (let i = 0; i < 3000; i++) usage.note(entryOf({ user: `u${i}` }));
    writeAll(usage);
    let turns = 0;
    const count = setInterval(() => undefined, 1000);
    const turn = () => {
      turns++;
      pending = setImmediate(turn);
    };
    let pending = setImmediate(turn);
    assert.equal((await rowsOf(usage, ['user'])).length, 3000);
    clearImmediate(pending);
    clearInterval(count);
    assert.ok(turns >= 5, `${turns}`);
    assert.deepEqual(await usage.query({ ...ALL, by: ['user'] }, 2000), { tooMany: 2000 });
  });

  it('ends a query with an error, not the process, when it is closed meanwhile', async () => {
    const { db, usage } = open();
    for (let i = 0; i < 1000; i++) usage.note(entryOf({ user: `u${i}` }));
    writeAll(usage);
    const asked = usage.query({ ...ALL, by: [] }, MOST);
    await new Promise(setImmediate);
    db.close();
    await assert.rejects(asked, /closed/);
  });

  it('forgets days after 400 of them, a portion at a time', async () => {
    const { usage } = open();
    const now = Date.UTC(2027, 3, 6, 12);
    for (let i = 0; i < 500; i++) usage.note(entryOf({ user: `u${i}` }, {}, '2026-03-01'));
    usage.note(entryOf({ user: 'kept' }, {}, '2026-03-02'));
    writeAll(usage);
    assert.deepEqual([usage.forget(now), usage.forget(now)], [true, false]);
    assert.deepEqual(brief(await rowsOf(usage, ['user'])), [['kept', 1]]);
  });
});

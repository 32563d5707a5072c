import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import {
  NOTHING_USED,
  USAGE_COLUMNS,
  type UsageEntry,
  type UsageQuery,
} from '../../../src/core/usage-book.ts';
import { openDatabase } from '../../../src/state/embedded/database.ts';
import { EmbeddedUsage } from '../../../src/state/embedded/usage.ts';
import type { Client } from '../../../src/state/redis/client.ts';
import { RedisUsage } from '../../../src/state/redis/usage.ts';
import { type RedisServer, startRedis, suiteScope } from '../../redis-servers.ts';
import { connected } from './setting.ts';

const NOW = Date.UTC(2026, 2, 20);
const DAY = '2026-03-02';
const MOST = 10_000;
const ALL: UsageQuery = { from: '2000-01-01', to: '2100-01-01', by: [], where: {} };
const entryOf = (of: UsageEntry['of'], counts: Partial<UsageEntry['counts']> = {}): UsageEntry => ({
  day: DAY,
  of,
  counts: { ...NOTHING_USED, requests: 1, ...counts },
});

describe('the usage book in Redis', () => {
  const scope = suiteScope(after);
  let server: RedisServer;
  let client: Client;
  before(async () => {
    server = await startRedis(scope);
    client = await connected(scope, server.url);
  });
  const replica = (name: string, maxWaiting?: number, maxRowsADay?: number) =>
    new RedisUsage(client, { now: () => NOW }, name, maxWaiting, maxRowsADay);
  async function open(maxWaiting?: number, maxRowsADay?: number): Promise<RedisUsage> {
    await server.cli('flushall');
    return replica('a', maxWaiting, maxRowsADay);
  }
  async function rowsOf(usage: RedisUsage, by: UsageQuery['by'] = []) {
    const answer = await usage.query({ ...ALL, by }, MOST);
    assert.ok('rows' in answer);
    return answer.rows.map(({ of, counts }) => [...Object.values(of), counts.requests]);
  }

  it('answers what the embedded state does, whoever of the replicas noted it', async () => {
    const value = fc.constantFrom('acme', 'globex', 'é"\u0000', '["x"]', undefined);
    const count = fc.oneof(
      fc.nat(9),
      fc.maxSafeNat().map((n) => n % 2 ** 50),
    );
    const entry = fc.record({
      day: fc.constantFrom('2026-03-01', DAY, '2026-03-03'),
      of: fc.record({ tenant: value, model: value, user: value }),
      counts: fc.record({
        requests: count,
        refused: count,
        input: count,
        output: count,
        cachedInput: count,
        cost_nano: count,
        estimated: count,
      }),
    });
    const query = fc.record({
      from: fc.constantFrom('2000-01-01', DAY),
      to: fc.constantFrom(DAY, '2100-01-01'),
      by: fc.subarray([...USAGE_COLUMNS]),
      where: fc.constantFrom({}, { tenant: 'acme' }, { model: '' }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 30 }), query, async (entries, asked) => {
        const replicas = [await open(), replica('b')] as const;
        const embedded = new EmbeddedUsage(openDatabase(undefined, 5));
        for (const [i, { of, ...one }] of entries.entries()) {
          const known = Object.fromEntries(Object.entries(of).filter(([, v]) => v !== undefined));
          replicas[i % 2 === 0 ? 0 : 1].note({ ...one, of: known });
          embedded.note({ ...one, of: known });
          if (i % 7 === 0) await replicas[0].flush();
        }
        await Promise.all(replicas.map((usage) => usage.flush()));
        while (embedded.flush());
        assert.deepEqual(await replicas[0].query(asked, MOST), await embedded.query(asked, MOST));
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it('counts once what was sent again, because nobody knew whether it had arrived', async () => {
    const usage = await open();
    usage.note(entryOf({ tenant: 'acme' }));
    const hasty = await connected(scope, server.url, { callMs: 1000 });
    const lossy = new Proxy(hasty, {
      get(target, name) {
        if (name !== 'run') return Reflect.get(target, name);
        return async (...args: Parameters<Client['run']>) => {
          await target.run(...args);
          throw new Error('the answer was lost');
        };
      },
    });
    const unlucky = new RedisUsage(lossy, { now: () => NOW }, 'c');
    unlucky.note(entryOf({ tenant: 'acme' }));
    for (let i = 0; i < 3; i++) {
      await assert.rejects(unlucky.flush());
      unlucky.note(entryOf({ tenant: 'globex' }));
    }
    await usage.flush();
    assert.equal(unlucky.waiting, 2, 'one that was sent, and a sum');
    assert.deepEqual(await rowsOf(usage, ['tenant']), [['acme', 2]]);
  });

  it('keeps no more rows apart than it has room for, in memory and in Redis, and loses nothing', async () => {
    const usage = await open(50, 80);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 100; i++) usage.note(entryOf({ user: `${round} ${i}` }));
      assert.ok(usage.waiting <= 51);
      await usage.flush();
    }
    const rows = await rowsOf(usage, ['user']);
    assert.ok(rows.length <= 81, String(rows.length));
    assert.deepEqual(await rowsOf(usage), [[300]]);
  });

  it('keeps days for four hundred days, and batches for one', async () => {
    const usage = await open();
    usage.note(entryOf({}));
    await usage.flush();
    const keys = (await server.cli('keys', '*')).split('\n').sort();
    const days = await Promise.all(
      keys.map(async (key) => Number(await server.cli('pttl', key)) / 86_400_000),
    );
    assert.deepEqual(days.map(Math.round), [400, 1]);
  });
});

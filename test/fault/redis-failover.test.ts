/** Masters that die: Sentinel's and a cluster's. Nothing is restarted; nothing is admitted beyond the limit. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Claim, Hold } from '../../src/core/quota.ts';
import { openSharedLimits, type SharedLimits } from '../../src/state/redis/limits.ts';
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from '../../src/system.ts';
import { claimOf, PLACES } from '../contract/quotas.ts';
import { folderOf, freePort, type RedisServer, startCluster, startRedis, until } from '../redis-servers.ts';
import { addressOf } from '../state/redis/setting.ts';

const HOUR = 3_600_000;
const PERIOD = { kind: 'period' as const, start: Date.now() - HOUR, end: Date.now() + HOUR };

async function open(t: TestContext, url: string): Promise<SharedLimits> {
  const limits = openSharedLimits({
    address: addressOf(url),
    clock: SYSTEM_CLOCK,
    random: SYSTEM_RANDOM,
    whenAway: () => ({ whenAway: 'deny', replicas: 1 }),
    onFault: () => undefined,
  });
  t.after(() => limits.close());
  await until(() => limits.client.isReady);
  return limits;
}

let ids = 0;
async function take({ quotas }: SharedLimits, ...claims: Claim[]): Promise<Hold | undefined> {
  const answer = await quotas.reserve(`v${++ids}`, 0, claims, Date.now());
  return answer.admitted ? answer.hold : undefined;
}
const usedOf = async ({ quotas }: SharedLimits, claim: Claim) => {
  const answer = await quotas.reserve(`v${++ids}`, 0, [{ ...claim, amount: 0, shadow: true }], Date.now());
  return answer.admitted ? answer.standings[0]?.used : undefined;
};
/** Asks as clients do, until it answers again; how many it admitted meanwhile. */
async function admittedUntilBack(limits: SharedLimits, claim: Claim, withinMs: number): Promise<number> {
  let admitted = 0;
  await until(async () => {
    const hold = await take(limits, claim).catch(() => 'away' as const);
    if (hold !== 'away' && hold !== undefined) admitted++;
    return hold !== 'away' && limits.quotas.health().state === 'shared';
  }, withinMs);
  return admitted;
}

async function startSentinels(t: TestContext) {
  const master = await startRedis(t);
  const replica = await startRedis(t, { args: ['--replicaof', `127.0.0.1 ${master.port}`] });
  await until(async () => (await replica.cli('info', 'replication')).includes('master_link_status:up'));
  const ports = await Promise.all([freePort(), freePort(), freePort()]);
  const sentinels: RedisServer[] = [];
  for (const port of ports) {
    const config = join(folderOf(t), 'sentinel.conf');
    writeFileSync(
      config,
      `port ${port}\nbind 127.0.0.1\nsentinel monitor main 127.0.0.1 ${master.port} 2\n` +
        'sentinel down-after-milliseconds main 500\nsentinel failover-timeout main 3000\n',
    );
    const sentinel = await startRedis(t, { port, sentinelConfig: config });
    await until(async () => (await sentinel.cli('sentinel', 'master', 'main')).includes('num-slaves\n1'));
    sentinels.push(sentinel);
  }
  const first = ports[0];
  const knowing = async (sentinel: RedisServer) =>
    (await sentinel.cli('sentinel', 'master', 'main')).includes('num-other-sentinels\n2');
  await until(async () => (await Promise.all(sentinels.map(knowing))).every(Boolean));
  return { url: `redis+sentinel://127.0.0.1:${first},127.0.0.1:${ports[1]}/main`, master, replica };
}

const STRIKES = [
  ['killed', (server: RedisServer) => server.kill()],
  ['frozen', (server: RedisServer) => server.signal('SIGSTOP')],
] as const;

describe('limits over a failover', () => {
  for (const [how, strike] of STRIKES) {
    it(`I19: go on with Sentinel’s new master when the old one is ${how}`, async (t) => {
      const { url, master, replica } = await startSentinels(t);
      const limits = await open(t, url);
      const claim = claimOf('a', 40, 10, PERIOD);
      const one = await take(limits, claim, claimOf('p', 5, 1, PLACES));
      assert.ok(one);
      await until(async () => (await replica.cli('dbsize')) === (await master.cli('dbsize')));
      await strike(master);
      const admitted = await admittedUntilBack(limits, claim, 20_000);
      await until(() => limits.quotas.health().pending === 0);
      assert.equal(await usedOf(limits, claim), 10 + 10 * admitted);
      await limits.quotas.settle(one, [3, 1], Date.now());
      assert.equal(await usedOf(limits, claim), 3 + 10 * admitted);
    });
  }

  for (const [how, strike] of STRIKES) {
    it(`I19: go on with a cluster’s new master when the old one is ${how}, and never take half a decision`, async (t) => {
      const { url, nodes } = await startCluster(t);
      const limits = await open(t, url);
      const homes = Array.from({ length: 12 }, (_, i) => ({
        ...claimOf('a', 1000, 1, PERIOD),
        home: `home ${i}`,
      }));
      for (const claim of homes) assert.ok(await take(limits, claim));

      const before = limits.client.roundTrips;
      const [one, other] = homes as [Claim, Claim];
      assert.ok(await take(limits, one, { ...one, counter: 'b' }, { ...one, counter: 'c' }));
      assert.equal(limits.client.roundTrips - before, 1, 'one a home');
      assert.equal(await take(limits, one, other, { ...other, counter: 'full', limit: 0 }), undefined);
      assert.deepEqual([await usedOf(limits, one), await usedOf(limits, other)], [2, 1]);

      // With the master of some homes gone, whatever needs it is refused, and what was taken elsewhere given back.
      const masters = nodes.slice(0, 3);
      const sizes = await Promise.all(masters.map(async (node) => Number(await node.cli('dbsize'))));
      await strike(masters[sizes.indexOf(Math.max(...sizes))] as RedisServer);
      let refused = 0;
      await until(async () => {
        const hold = await take(limits, ...homes).catch(() => undefined);
        if (hold === undefined) refused++;
        return hold !== undefined && limits.quotas.health().state === 'shared';
      }, 30_000);
      assert.ok(refused > 0);
      await until(() => limits.quotas.health().pending === 0);
      const used = await Promise.all(homes.map((claim) => usedOf(limits, claim)));
      assert.equal(new Set(used.slice(1)).size, 1, `all homes alike: ${used}`);
      assert.equal(used[0], (used[1] ?? 0) + 1);
    });
  }
});

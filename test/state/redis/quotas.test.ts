import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { type Quotas, RENEW_MS } from '../../../src/core/quota.ts';
import { AwayQuotas } from '../../../src/state/redis/away.ts';
import { Breaker } from '../../../src/state/redis/breaker.ts';
import type { Client } from '../../../src/state/redis/client.ts';
import { Outbox } from '../../../src/state/redis/outbox.ts';
import { RedisQuotas } from '../../../src/state/redis/quotas.ts';
import { BEGIN, quotasContract } from '../../contract/quotas.ts';
import { type RedisServer, type Scope, startCluster, startRedis, suiteScope } from '../../redis-servers.ts';
import { connected } from './setting.ts';

interface Made {
  readonly quotas: Quotas;
  renew(): Promise<void>;
}

/** Runs the contract on a state that several replicas share. @param make a replica's, by the test's clock */
function contractOn(
  start: (scope: Scope) => Promise<readonly [url: string, masters: readonly RedisServer[]]>,
  make: (client: Client, now: () => number) => Made,
) {
  const scope = suiteScope(after);
  let client: Client;
  let servers: readonly RedisServer[];
  before(async () => {
    const [url, masters] = await start(scope);
    servers = masters;
    client = await connected(scope, url);
  });
  quotasContract(async () => {
    await Promise.all(servers.map(({ cli }) => cli('flushall')));
    let now = BEGIN;
    const [first, ...others] = [1, 2, 3].map(() => make(client, () => now)) as [Made, ...Made[]];
    let sinceRenewal = 0;
    const advance = async (ms: number) => {
      let left = ms;
      while (left > 0) {
        const step = Math.min(left, RENEW_MS - sinceRenewal);
        now += step;
        left -= step;
        sinceRenewal = (sinceRenewal + step) % RENEW_MS;
        if (sinceRenewal === 0) for (const one of [first, ...others]) await one.renew();
      }
    };
    return { quotas: first.quotas, replicas: others.map(({ quotas }) => quotas), now: () => now, advance };
  });
}

async function one(scope: Scope) {
  const server = await startRedis(scope);
  return [server.url, [server]] as const;
}

const undelivered = () => assert.fail('everything was delivered at once');
let made = 0;
const plain = (client: Client, time: () => number): RedisQuotas =>
  new RedisQuotas({ client, process: `p${++made}`, time, later: undelivered });

describe('limits in Redis', () => {
  contractOn(one, (client, now) => {
    const quotas = plain(client, now);
    return { quotas, renew: () => quotas.renew() };
  });
});

describe('limits in Redis, with a replica’s share at hand', () => {
  contractOn(one, (client, now) => {
    const breaker = new Breaker(now, undelivered);
    const quotas = new AwayQuotas({
      client,
      quotas: plain(client, now),
      outbox: new Outbox(client, now),
      breaker,
      clock: { now, elapsed: now },
      policy: () => ({ whenAway: 'deny', replicas: 1 }),
      onFault: undelivered,
    });
    return { quotas, renew: () => quotas.renew() };
  });
});

describe('limits on a cluster of six', () => {
  contractOn(
    async (scope) => {
      const { url, nodes } = await startCluster(scope);
      return [url, nodes.slice(0, 3)];
    },
    (client, now) => {
      const quotas = plain(client, now);
      return { quotas, renew: () => quotas.renew() };
    },
  );
});

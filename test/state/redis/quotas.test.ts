import { after, before, describe } from 'node:test';
import { RENEW_MS } from '../../../src/core/quota.ts';
import type { Client } from '../../../src/state/redis/client.ts';
import type { Call } from '../../../src/state/redis/outbox.ts';
import { RedisQuotas } from '../../../src/state/redis/quotas.ts';
import { BEGIN, quotasContract } from '../../contract/quotas.ts';
import { startRedis, suiteScope } from '../../redis-servers.ts';
import { connected } from './setting.ts';

describe('limits in Redis', () => {
  const scope = suiteScope(after);
  let client: Client;
  before(async () => {
    const server = await startRedis(scope);
    client = await connected(scope, server.url);
  });

  async function open() {
    await client.call('flushall', []);
    let now = BEGIN;
    const later: Call[] = [];
    const quotas = [0, 1, 2].map(
      (i) =>
        new RedisQuotas({ client, process: `p${i}`, time: () => now, later: (call) => later.push(call) }),
    );
    const [first, ...replicas] = quotas as [RedisQuotas, ...RedisQuotas[]];
    let sinceRenewal = 0;
    const advance = async (ms: number) => {
      let left = ms;
      while (left > 0) {
        const step = Math.min(left, RENEW_MS - sinceRenewal);
        now += step;
        left -= step;
        sinceRenewal = (sinceRenewal + step) % RENEW_MS;
        if (sinceRenewal === 0) for (const one of quotas) await one.renew();
      }
    };
    return { quotas: first, replicas, now: () => now, advance };
  }

  quotasContract(open);
});

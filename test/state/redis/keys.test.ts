import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { digestOf } from '../../../src/identity/api-key.ts';
import type { Client } from '../../../src/state/redis/client.ts';
import { RedisKeys } from '../../../src/state/redis/keys.ts';
import { SYSTEM_RANDOM } from '../../../src/system.ts';
import { keysContract } from '../../contract/keys.ts';
import { type RedisServer, startRedis, suiteScope } from '../../redis-servers.ts';
import { connected } from './setting.ts';

const ACME = { tenant: 'acme', groups: [] };

describe('API keys in Redis', () => {
  const scope = suiteScope(after);
  let server: RedisServer;
  let client: Client;
  let now = 1_800_000_000_000;
  const lost: string[] = [];
  before(async () => {
    server = await startRedis(scope);
    client = await connected(scope, server.url);
  });

  const replica = (name = 'a') =>
    new RedisKeys(client, { now: () => now }, SYSTEM_RANDOM, name, () => lost.push(name));
  async function open() {
    await server.cli('flushall');
    return replica();
  }
  const advance = (ms: number) => {
    now += ms;
  };

  keysContract(async () => ({ keys: await open(), now: () => now, advance }));

  it('are known to other replicas, as they were changed, once these look', async () => {
    const [one, other] = [await open(), replica('b')];
    const { row, secret } = await one.create(ACME, null);
    await other.refresh();
    assert.ok(other.find(digestOf(secret), now).found);
    await other.revoke(row.id);
    assert.ok(one.find(digestOf(secret), now).found);
    await one.refresh();
    assert.deepEqual(one.find(digestOf(secret), now), { found: false, why: 'revoked' });
  });

  it('cost one call to look for changes, and one more for each 512', async () => {
    const keys = await open();
    await keys.createAll(Array.from({ length: 1100 }, () => ({ owner: ACME, expires: null })));
    const other = replica('b');
    const calls = async () => {
      const begin = client.roundTrips;
      await other.refresh();
      return client.roundTrips - begin;
    };
    assert.deepEqual([await calls(), other.size, await calls()], [3, 1100, 1]);
  });

  it('are known while Redis is away', async () => {
    const keys = await open();
    const { secret } = await keys.create(ACME, null);
    server.signal('SIGSTOP');
    assert.ok(keys.find(digestOf(secret), now).found);
    server.signal('SIGCONT');
  });

  it('are rotated once when two replicas do it at the same time', async () => {
    const [one, other] = [await open(), replica('b')];
    const { row } = await one.create(ACME, null);
    const made = await Promise.all([one, other, one, other].map((keys) => keys.rotate(row.id, 0)));
    assert.equal(made.filter((result) => 'secret' in result).length, 1);
    assert.equal((await one.list()).length, 2);
  });

  it('tell when they were last used, to the minute, the latest of all replicas', async () => {
    const [one, other] = [await open(), replica('b')];
    const { secret } = await one.create(ACME, null);
    await other.refresh();
    const first = now;
    one.find(digestOf(secret), now);
    advance(90_000);
    other.find(digestOf(secret), now);
    await other.flush();
    await one.flush();
    assert.equal((await one.list())[0]?.lastUsed, first + 90_000);
  });

  it('stay as they are where Redis lost them, above all those that were revoked; operators hear of it', async () => {
    const keys = await open();
    const [good, bad] = [await keys.create(ACME, null), await keys.create(ACME, null)];
    const older = await client.call('hget', ['sp:{keys}:rows', bad.row.id]);
    await keys.revoke(bad.row.id);
    await server.cli('flushall');
    lost.length = 0;
    await keys.refresh();
    assert.deepEqual(lost, ['a']);
    assert.ok(keys.find(digestOf(good.secret), now).found);
    assert.deepEqual(keys.find(digestOf(bad.secret), now), { found: false, why: 'revoked' });
    // An older copy was put back in which it is good.
    await client.call('hset', ['sp:{keys}:rows', bad.row.id, String(older)]);
    await client.call('zadd', ['sp:{keys}:changes', 7, bad.row.id]);
    await client.call('hset', ['sp:{keys}:version', 'change', 7]);
    await keys.refresh();
    assert.deepEqual(keys.find(digestOf(bad.secret), now), { found: false, why: 'revoked' });
  });
});

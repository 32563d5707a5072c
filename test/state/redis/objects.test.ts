import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Client } from '../../../src/state/redis/client.ts';
import { RedisObjects } from '../../../src/state/redis/objects.ts';
import { objectsContract } from '../../contract/objects.ts';
import { type RedisServer, startRedis, suiteScope } from '../../redis-servers.ts';
import { connected } from './setting.ts';

describe('Redis as the ledger of stored objects', () => {
  const scope = suiteScope(after);
  let server: RedisServer;
  let client: Client;
  before(async () => {
    server = await startRedis(scope);
    client = await connected(scope, server.url);
  });
  async function open(): Promise<RedisObjects> {
    await server.cli('flushall');
    return new RedisObjects(client);
  }

  objectsContract('Redis', open);

  it('keeps whatever else an object has', async () => {
    const objects = await open();
    const object = {
      kind: 'file',
      id: 'f',
      owner: 'o',
      backend: 'b',
      uses: [{ kind: 'file', id: 'g' }],
    } as const;
    await objects.keep(object);
    assert.deepEqual(await objects.find({ kind: 'file', id: 'f' }), object);
  });

  it('forgets after sixty days of no use what providers forget by themselves, and nothing else', async () => {
    const objects = await open();
    for (const kind of ['response', 'file'] as const)
      await objects.keep({ kind, id: 'x', owner: 'o', backend: 'b' });
    const left = async (kind: string) => {
      const key = (await server.cli('keys', `sp:o:${kind}:*`)).trim();
      return Number(await server.cli('pttl', key)) / 86_400_000;
    };
    assert.ok(Math.abs((await left('response')) - 60) < 0.1);
    assert.ok((await left('file')) < 0);
  });

  it('gives one object to one owner of many who ask at once', async () => {
    const objects = await open();
    const asked = Array.from({ length: 50 }, (_, i) =>
      objects.keep({ kind: 'file', id: 'x', owner: `o${i}`, backend: 'b' }),
    );
    assert.equal((await Promise.all(asked)).filter((answer) => answer === 'kept').length, 1);
  });
});

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { RedisAway } from '../../../src/state/redis/client.ts';
import { evictionOf } from '../../../src/state/redis/eviction.ts';
import { RedisQuotas } from '../../../src/state/redis/quotas.ts';
import { script, TAKE, UNDO } from '../../../src/state/redis/script.ts';
import { claimOf } from '../../contract/quotas.ts';
import { makeAuthority } from '../../identity/certificate/authority.ts';
import { folderOf, freePort, startRedis, until } from '../../redis-servers.ts';
import { connected } from './setting.ts';

const SECRET = 'open-sesame-1234';

/** A server that speaks TLS only, and lets in one user that may do only what limits need. */
async function startGuarded(t: TestContext) {
  const dir = folderOf(t);
  const authority = await makeAuthority();
  const { pem, key } = await authority.issue({ ip: '127.0.0.1' });
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const [ca, cert, keyFile] = [file('ca.pem', authority.pem), file('cert.pem', pem), file('key.pem', key)];
  const port = await freePort();
  const user = ['on', `>${SECRET}`, '~sp:*', '-@all'];
  const may =
    '+@scripting +@connection +@string +@hash +@sortedset +@keyspace +time +info -@dangerous +info'.split(
      ' ',
    );
  const acl = file(
    'users.acl',
    `user default on >${SECRET} ~* +@all\nuser sallyport ${[...user, ...may].join(' ')}\n`,
  );
  const tls = ['--tls-port', String(port), '--port', '0', '--tls-cert-file', cert, '--tls-key-file', keyFile];
  const args = [...tls, '--tls-ca-cert-file', ca, '--tls-auth-clients', 'no', '--aclfile', acl];
  const cliArgs = ['--tls', '--cacert', ca, '--user', 'default', '--pass', SECRET, '--no-auth-warning'];
  await startRedis(t, { port, args, cliArgs });
  return { ca, host: `127.0.0.1:${port}` };
}

describe('the connection to Redis', () => {
  it('goes over TLS, as a user of its own that may do only what it needs', async (t) => {
    const { ca, host } = await startGuarded(t);
    const client = await connected(t, `rediss://sallyport:${SECRET}@${host}?ca=${ca}`);
    const quotas = new RedisQuotas({ client, process: 'p', later: () => assert.fail() });
    const answer = await quotas.reserve('r', 0, [claimOf('a', 1), claimOf('b', 1, 1, { kind: 'places' })]);
    assert.ok(answer.admitted);
    await quotas.settle(answer.hold, [1, 1]);
    await assert.rejects(client.call('get', ['other']), /NOPERM/);
  });

  it('tells nobody a secret, whatever goes wrong', async (t) => {
    const { ca, host } = await startGuarded(t);
    const said: string[] = [];
    t.mock.method(console, 'warn', (...all: unknown[]) => said.push(all.join(' ')));
    t.mock.method(console, 'error', (...all: unknown[]) => said.push(all.join(' ')));
    for (const url of [
      `rediss://sallyport:not-${SECRET}@${host}?ca=${ca}`,
      `rediss://sallyport:${SECRET}@${host}`,
      `redis://sallyport:${SECRET}@${host}`,
      `redis://sallyport:${SECRET}@127.0.0.1:${await freePort()}`,
    ]) {
      const faults: string[] = [];
      await assert.rejects(connected(t, url, { faults, withinMs: 300 }));
      assert.ok(faults.length > 0, 'it says what is wrong');
      said.push(...faults);
    }
    assert.ok(
      said.some((text) => text.includes('WRONGPASS')),
      said.join('\n'),
    );
    for (const text of said) assert.ok(!text.includes(SECRET), text);
  });

  it('says whether what failed may have been done', async (t) => {
    const server = await startRedis(t);
    const client = await connected(t, server.url, { callMs: 50, mostUnderWay: 1 });
    const failing = async (call: Promise<unknown>): Promise<RedisAway> => {
      const error = await call.then(
        () => assert.fail('it was done'),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof RedisAway);
      return error;
    };
    const refused = await failing(client.call('get', []));
    assert.deepEqual([refused.message, refused.refused], ['ERR', true]);
    server.signal('SIGSTOP');
    const late = client.call('set', ['sp:a', '1']);
    const tooMany = await failing(client.call('get', ['sp:a']));
    assert.ok(!tooMany.sent && (await failing(late)).sent);
    server.signal('SIGCONT');
    await until(() => client.underWay === 0);
    await server.kill();
    await until(() => !client.isReady);
    assert.ok(!(await failing(client.call('get', ['sp:a']))).sent);
  });

  it('tells a server its scripts again when it has forgotten them', async (t) => {
    const server = await startRedis(t);
    const client = await connected(t, server.url);
    const one = script('return 1');
    assert.equal(await client.run(one, [], []), 1);
    const before = client.roundTrips;
    assert.equal(await client.run(one, [], []), 1);
    assert.equal(client.roundTrips - before, 1);
    await client.call('script', ['flush']);
    assert.equal(await client.run(one, [], []), 1);
  });

  it('is asked once for all claims of a decision and once to settle it, however many there are', async (t) => {
    const server = await startRedis(t);
    const client = await connected(t, server.url);
    const quotas = new RedisQuotas({ client, process: 'p', later: () => assert.fail() });
    await until(async () => (await server.cli('info', 'memory')).includes('number_of_cached_scripts:4'));
    for (const count of [1, 20]) {
      const claims = Array.from({ length: count }, (_, i) => ({ ...claimOf(`${i}`, 10), home: `${i % 3}` }));
      const before = client.roundTrips;
      const answer = await quotas.reserve(`r${count}`, 0, claims);
      assert.ok(answer.admitted);
      assert.equal(client.roundTrips - before, 1);
      await quotas.settle(
        answer.hold,
        claims.map(() => 1),
      );
      assert.equal(client.roundTrips - before, 2);
    }
  });

  it('I19: takes nothing for an attempt that was called off before it came to the server', async (t) => {
    const server = await startRedis(t);
    const client = await connected(t, server.url);
    const keys = ['sp:{h}:r:id', 'sp:{h}:c:a'];
    const take = (attempt: string) => client.run(TAKE, keys, ['', 'id', '0', attempt, '', 'c 0 0 9 1 0']);
    const undo = (attempt: string) => client.run(UNDO, keys, ['', 'id', '0', attempt, 'c 0 0 9 1 0']);
    assert.equal(await undo('first'), 0);
    assert.deepEqual(await take('first'), [3]);
    assert.equal(await server.cli('zcard', 'sp:{h}:c:a'), '0');
    assert.equal(((await take('second')) as number[])[0], 1, 'another attempt is another matter');
    assert.equal(await undo('first'), 0, 'nor is that one called off');
    assert.equal(await server.cli('zcard', 'sp:{h}:c:a'), '1');
    assert.equal(await undo('second'), 1);
    assert.equal(await server.cli('zcard', 'sp:{h}:c:a'), '0');
  });

  it('M7: hears of a server that throws counters away when its memory is full', async (t) => {
    const server = await startRedis(t, { args: ['--maxmemory-policy', 'allkeys-lru'] });
    const client = await connected(t, server.url);
    assert.equal(await evictionOf(client), undefined, 'its memory has no bound');
    await server.cli('config', 'set', 'maxmemory', '100mb');
    assert.match((await evictionOf(client)) ?? '', /allkeys-lru/);
    await server.cli('config', 'set', 'maxmemory-policy', 'noeviction');
    assert.equal(await evictionOf(client), undefined);
  });

  it('M8: leaves no key behind for ever, nor a name of a client’s own length', async (t) => {
    const server = await startRedis(t);
    const client = await connected(t, server.url);
    const quotas = new RedisQuotas({ client, process: 'p', later: () => assert.fail() });
    const now = Date.now();
    const overs = [
      { kind: 'window', windowMs: 1000 },
      { kind: 'bucket', windowMs: 1000, burst: 9 },
      { kind: 'period', start: now - 1000, end: now + 1000 },
      { kind: 'places' },
    ] as const;
    const name = 'x'.repeat(10_000);
    const claims = overs.map((over) => ({ ...claimOf(name, 9, 1, over), home: name }));
    const answer = await quotas.reserve(name, 0, claims);
    assert.ok(answer.admitted);
    await quotas.settle(answer.hold, [5, 5, 5, 1]);
    await quotas.reserve('other', 0, claims);
    const keys = (await server.cli('keys', '*')).split('\n');
    assert.equal(keys.length, 6);
    for (const key of keys) {
      assert.ok(key.length < 160, key);
      assert.ok(Number(await server.cli('pttl', key)) > 0, key);
    }
  });
});

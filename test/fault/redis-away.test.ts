/** Limits while Redis is killed, frozen, slow, emptied or cut off, and after: no restart, no flush, nothing twice. */
import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { Claim, Hold, Quotas, Reserved } from '../../src/core/quota.ts';
import type { WhenAway } from '../../src/state/redis/away.ts';
import { openSharedLimits, type SharedLimits } from '../../src/state/redis/limits.ts';
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from '../../src/system.ts';
import { claimOf, PLACES } from '../contract/quotas.ts';
import { freePort, startRedis, until } from '../redis-servers.ts';
import { addressOf } from '../state/redis/setting.ts';

const HOUR = 3_600_000;
const DENY: WhenAway = { whenAway: 'deny', replicas: 1 };
/** Long enough that nothing of it is over within a test. */
const period = () => ({ kind: 'period' as const, start: Date.now() - HOUR, end: Date.now() + HOUR });

interface Opened extends SharedLimits {
  readonly faults: string[];
}

async function open(t: TestContext, url: string, policy: WhenAway = DENY): Promise<Opened> {
  const faults: string[] = [];
  const limits = openSharedLimits({
    address: addressOf(url),
    clock: SYSTEM_CLOCK,
    random: SYSTEM_RANDOM,
    whenAway: () => policy,
    onFault: (where, error) => faults.push(`${where}: ${error}`),
  });
  t.after(() => limits.close());
  await until(() => limits.client.isReady);
  return { ...limits, faults };
}

let ids = 0;
const take = async (quotas: Quotas, ...claims: Claim[]): Promise<Reserved> =>
  quotas.reserve(`f${++ids}`, 0, claims, Date.now());

async function hold(quotas: Quotas, ...claims: Claim[]): Promise<Hold> {
  const answer = await take(quotas, ...claims);
  assert.ok(answer.admitted);
  return answer.hold;
}
async function usedOf(quotas: Quotas, claim: Claim): Promise<number | undefined> {
  const answer = await take(quotas, { ...claim, amount: 0, shadow: true });
  assert.ok(answer.admitted);
  return answer.standings[0]?.used;
}
const shared = ({ quotas }: Opened) => until(() => quotas.health().state === 'shared');
/** So late that every timer of less was heard, however busy this process is. */
async function later(ms: number): Promise<string> {
  await sleep(ms);
  for (let turns = 0; turns < 5; turns++) await setImmediate();
  return 'too late';
}
/** Asks until the breaker is open. */
async function away({ quotas }: Opened): Promise<void> {
  await until(async () => {
    await take(quotas, claimOf('x', 10)).catch(() => undefined);
    return quotas.health().state !== 'shared';
  });
}

/** Between a client and Redis: passes on, holds back, or cuts. */
async function startProxy(t: TestContext, port: number) {
  const sockets = new Set<Socket>();
  const way = { answers: true, delayMs: 0 };
  const server = createServer((from) => {
    const to = connect(port, '127.0.0.1');
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        from.destroy();
        to.destroy();
      });
    }
    from.on('data', (data) => to.write(data));
    to.on('data', async (data) => {
      if (way.delayMs > 0) await sleep(way.delayMs);
      if (way.answers) from.write(data);
      else from.destroy();
    });
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const own = await freePort();
  await new Promise<void>((resolve) => server.listen(own, '127.0.0.1', resolve));
  t.after(() => {
    cut();
    server.close();
  });
  return { url: `redis://127.0.0.1:${own}`, way, cut };
}

describe('limits while Redis is away', () => {
  it('M6: decide within 150 ms while it is frozen, then at once, and go on when it is back', async (t) => {
    const server = await startRedis(t);
    const state = await open(t, server.url);
    const claim = claimOf('a', 1000, 1, period());
    await hold(state.quotas, claim);
    server.signal('SIGSTOP');
    t.after(() => server.signal('SIGCONT'));
    const decided = assert.rejects(take(state.quotas, claim)).then(() => 'decided');
    assert.equal(await Promise.race([decided, later(150)]), 'decided');
    await away(state);
    assert.equal(state.quotas.health().state, 'denying');
    const before = state.client.roundTrips;
    const all = Promise.all(Array.from({ length: 100 }, () => assert.rejects(take(state.quotas, claim))));
    assert.notEqual(await Promise.race([all, setImmediate('waited')]), 'waited');
    assert.equal(state.client.roundTrips, before, 'it is not asked');
    await until(() => state.client.underWay === 0);
    server.signal('SIGCONT');
    await shared(state);
    await until(() => state.quotas.health().pending === 0);
    assert.equal(await usedOf(state.quotas, claim), 1, 'what was given up was called off');
  });

  it('M6: bound what is under way to a frozen server', async (t) => {
    const server = await startRedis(t);
    const state = await open(t, server.url);
    server.signal('SIGSTOP');
    t.after(() => server.signal('SIGCONT'));
    const asked = Array.from({ length: 20_000 }, () => take(state.quotas, claimOf('a', 1000)));
    assert.ok(state.client.underWay <= 5000);
    const answers = await Promise.allSettled(asked);
    assert.ok(answers.every(({ status }) => status === 'rejected'));
  });

  it('deny while it is killed; settle later what was settled meanwhile, once', async (t) => {
    const server = await startRedis(t, { args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    const state = await open(t, server.url);
    const claim = claimOf('a', 100, 10, period());
    const [one, two, three] = [
      await hold(state.quotas, claim),
      await hold(state.quotas, claim),
      await hold(state.quotas, claim),
    ];
    await server.kill();
    await away(state);
    await assert.rejects(take(state.quotas, claim));
    const before = state.quotas.health().pending;
    assert.deepEqual(await state.quotas.settle(one, [4], Date.now()), []);
    assert.deepEqual(await state.quotas.settle(two, [15], Date.now()), []);
    assert.deepEqual(await state.quotas.settle(two, [99], Date.now()), []);
    assert.equal(state.quotas.health().pending, before + 3);
    await server.restart();
    await shared(state);
    assert.equal(await usedOf(state.quotas, claim), 4 + 15 + 10);
    await state.quotas.settle(one, [0], Date.now());
    await state.quotas.settle(three, [10], Date.now());
    assert.equal(await usedOf(state.quotas, claim), 29);
  });

  it('I20: admit each replica its share while it is away, and count that when it is back', async (t) => {
    const server = await startRedis(t, { args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    const policy: WhenAway = { whenAway: 'local', replicas: 3 };
    const replicas = [await open(t, server.url, policy), await open(t, server.url, policy)] as const;
    const claim = claimOf('a', 100, 1, period());
    await hold(replicas[0].quotas, claim);
    await server.kill();
    const holds: Hold[] = [];
    for (const replica of replicas) {
      await away(replica);
      assert.equal(replica.quotas.health().state, 'local');
      for (let i = 0; i < 50; i++) {
        const answer = await take(replica.quotas, claim);
        assert.ok(answer.local);
        if (answer.admitted) holds.push(answer.hold);
      }
    }
    assert.equal(holds.length, 2 * 33, 'a third each, rounded down');
    for (const [i, one] of holds.entries()) {
      if (i % 2 === 0) await replicas[i < 33 ? 0 : 1].quotas.settle(one, [2], Date.now());
    }
    await server.restart();
    for (const replica of replicas) await shared(replica);
    const settled = 2 * Math.ceil(66 / 2);
    assert.equal(await usedOf(replicas[0].quotas, claim), 1 + settled);
    for (const [i, one] of holds.entries())
      await replicas[i < 33 ? 0 : 1].quotas.settle(one, [1], Date.now());
    assert.equal(
      await usedOf(replicas[1].quotas, claim),
      1 + settled + 33,
      'those that were settled stay so',
    );
  });

  it('gives no second share when it goes away again', async (t) => {
    const server = await startRedis(t);
    const state = await open(t, server.url, { whenAway: 'local', replicas: 2 });
    const claim = claimOf('a', 10, 1, period());
    const admitted = async () => (await take(state.quotas, claim)).admitted;
    await server.kill();
    await away(state);
    for (let i = 0; i < 5; i++) assert.ok(await admitted());
    assert.ok(!(await admitted()));
    await server.restart();
    await shared(state);
    await server.kill();
    await away(state);
    assert.ok(!(await admitted()));
  });

  it('I21: keep a place that was taken while it was away, and free it at the end', async (t) => {
    const server = await startRedis(t);
    const state = await open(t, server.url, { whenAway: 'local', replicas: 1 });
    const place = claimOf('p', 1, 1, PLACES);
    await server.kill();
    await away(state);
    const one = await hold(state.quotas, place);
    state.quotas.keep(one);
    assert.ok(!(await take(state.quotas, place)).admitted);
    await server.restart();
    await shared(state);
    assert.ok(!(await take(state.quotas, place)).admitted, 'it was renewed there first');
    await state.quotas.settle(one, [1], Date.now());
    assert.ok((await take(state.quotas, place)).admitted);
  });

  it('extends a hold from the share while it is away, and settles both once', async (t) => {
    const server = await startRedis(t, { args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    const state = await open(t, server.url, { whenAway: 'local', replicas: 2 });
    const claim = claimOf('a', 100, 10, period());
    const one = await hold(state.quotas, claim);
    await server.kill();
    await away(state);
    const more = await state.quotas.extend(one, [20], Date.now());
    assert.ok('hold' in more && more.hold.parts[0]?.amount === 30);
    assert.deepEqual(
      await state.quotas.extend(more.hold, [40], Date.now()),
      { full: 0 },
      'half of 100 in all',
    );
    await server.restart();
    await shared(state);
    const again = await state.quotas.extend(more.hold, [5], Date.now());
    assert.ok('hold' in again);
    assert.equal(await usedOf(state.quotas, claim), 15);
    await state.quotas.settle(again.hold, [23], Date.now());
    assert.equal(await usedOf(state.quotas, claim), 23);
  });

  it('I19: never count twice where the answer was lost after it was done', async (t) => {
    const server = await startRedis(t);
    const { url, way } = await startProxy(t, server.port);
    const state = await open(t, url);
    const direct = await open(t, server.url);
    const claim = claimOf('a', 100, 10, period());
    const one = await hold(state.quotas, claim);
    way.answers = false;
    await assert.rejects(take(state.quotas, claim), 'the answer was lost');
    await until(() => !state.client.isReady);
    way.answers = true;
    await until(() => state.client.isReady);
    way.answers = false;
    await state.quotas.settle(one, [25], Date.now());
    await until(async () => (await usedOf(direct.quotas, claim)) !== undefined);
    way.answers = true;
    await shared(state);
    await until(() => state.quotas.health().pending === 0);
    assert.equal(await usedOf(direct.quotas, claim), 25, 'settled once, and the lost one called off');
  });

  it('I19: account for every request exactly, however often the connection is cut, delayed or loses answers', async (t) => {
    const server = await startRedis(t);
    const { url, way, cut } = await startProxy(t, server.port);
    const state = await open(t, url);
    const direct = await open(t, server.url);
    const claims = [claimOf('a', 100_000, 10, period()), claimOf('p', 1000, 1, PLACES)];
    let expected = 0;
    let failed = 0;
    const request = async (i: number) => {
      const answer = await take(state.quotas, ...claims).catch(() => undefined);
      if (answer === undefined || !answer.admitted) {
        failed++;
        await sleep(5);
        return;
      }
      if (i % 5 === 0) await sleep(i % 60);
      await state.quotas.settle(answer.hold, [i % 25, 1], Date.now());
      expected += i % 25;
    };
    let over = false;
    const worker = async (first: number) => {
      for (let i = first; !over; i += 20) await request(i);
    };
    const workers = Array.from({ length: 20 }, (_, first) => worker(first));
    for (let round = 0; round < 9; round++) {
      await shared(state);
      await sleep(20);
      if (round % 3 === 0) way.answers = false;
      else if (round % 3 === 1) way.delayMs = 130;
      else cut();
      await sleep(150);
      Object.assign(way, { answers: true, delayMs: 0 });
    }
    over = true;
    await Promise.all(workers);
    await shared(state);
    await until(() => state.quotas.health().pending === 0);
    assert.ok(failed > 0 && expected > 0, `${failed} failed`);
    assert.equal(await usedOf(direct.quotas, claims[0] as Claim), expected);
    assert.equal(await usedOf(direct.quotas, claims[1] as Claim), 0, 'no place is left behind');
    assert.equal(state.quotas.health().dropped, 0);
  });

  it('M7: turn away, and come back, when it is slow', async (t) => {
    const server = await startRedis(t);
    const { url, way } = await startProxy(t, server.port);
    const state = await open(t, url);
    const claim = claimOf('a', 100, 1, period());
    way.delayMs = 300;
    await away(state);
    way.delayMs = 0;
    await shared(state);
    await until(() => state.quotas.health().pending === 0);
    assert.equal(await usedOf(state.quotas, claimOf('x', 10)), 0, 'all that came too late was called off');
    await hold(state.quotas, claim);
  });

  it('begin anew where it lost everything, and say so', async (t) => {
    const server = await startRedis(t);
    const state = await open(t, server.url);
    const claim = claimOf('a', 2, 1, period());
    const one = await hold(state.quotas, claim);
    await until(async () => (await server.cli('exists', 'sp:epoch')) === '1');
    await server.kill();
    await away(state);
    await server.restart();
    await shared(state);
    await state.quotas.settle(one, [3], Date.now());
    await hold(state.quotas, { ...claim, amount: 0, shadow: true });
    assert.equal(await usedOf(state.quotas, claim), 2, 'what was used beyond what was held');
    await until(() => state.faults.some((fault) => fault.includes('lost')));
  });
});

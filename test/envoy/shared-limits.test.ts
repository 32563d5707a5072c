/** Two replicas behind a real Envoy, with limits, keys and usage in one Redis. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Service, startService } from '../../src/service.ts';
import { readAddress } from '../../src/state/redis/address.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { HEADERS, startProxy, writePolicy } from '../fault/setting.ts';
import { type RedisServer, startRedis } from '../redis-servers.ts';
import { type ClientAnswer, http1 } from './harness/client.ts';
import { startUpstream } from './harness/upstream.ts';
import { answer, BACKEND_KEY, chat } from './stack.ts';

interface Pair {
  readonly redis: RedisServer;
  readonly services: readonly Service[];
  ask(): Promise<ClientAnswer>;
  /** Requests at once, spread over both replicas. @returns how many got each status */
  burst(count: number): Promise<ReadonlyMap<number, number>>;
}

async function startPair(t: TestContext, more: string): Promise<Pair> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-shared-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const redis = await startRedis(t);
  const upstream = await startUpstream({
    script: () => ({ headers: { 'content-type': 'application/json' }, body: answer('hi') }),
  });
  t.after(() => upstream.stop());
  const config = await writePolicy(folder, upstream.url, more);
  const address = readAddress(redis.url);
  assert.ok(!('misuse' in address));
  const start = async () => {
    const service = await startService({
      config,
      listen: '127.0.0.1:0',
      admin: '127.0.0.1:0',
      redis: address,
      voucherSecret: Buffer.alloc(32, 7),
      env: { BACKEND_KEY },
      log: createLog('silent'),
    });
    t.after(() => service.stop({ waitMs: 0, graceMs: 0 }));
    return service;
  };
  const services = [await start(), await start()];
  const ports = services.map(({ address: bound }) => Number(bound.split(':').at(-1)));
  const proxy = await startProxy({ upstream: upstream.url, ports });
  t.after(() => proxy.stop());
  const ask = () =>
    http1(proxy.port, {
      method: 'POST',
      path: '/v1/chat/completions',
      headers: HEADERS,
      body: chat('hello'),
    });
  // Two services start in one process: until its event loop has rest they turn new work away.
  await until(async () => (await http1(proxy.port, { path: '/nowhere' })).status !== 503);
  return {
    redis,
    services,
    ask,
    async burst(count) {
      const answers = await Promise.all(Array.from({ length: count }, ask));
      return new Map(
        [...Map.groupBy(answers, ({ status }) => status)].map(([status, { length }]) => [status, length]),
      );
    },
  };
}

async function until(met: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await met())) {
    if (performance.now() > end) throw new Error('it did not come');
    await sleep(100);
  }
}

/** What the usage book, asked at one replica, says of a tenant today. */
async function bookOf(
  { services: [service] }: Pair,
  tenant: string,
): Promise<{ readonly requests: number; readonly refused: number }> {
  const today = new Date().toISOString().slice(0, 10);
  const query = `from=${today}&to=${today}&by=tenant&format=json`;
  const told = await fetch(`http://${service?.adminAddress}/usage?${query}`);
  const { rows } = (await told.json()) as { rows: Record<string, number | string>[] };
  const row = rows.find((one) => one.tenant === tenant);
  return { requests: Number(row?.requests ?? 0), refused: Number(row?.refused ?? 0) };
}

test('I20: two replicas admit together what one limit allows, and book it in one place', async (t) => {
  const pair = await startPair(t, 'limits: [{ id: ten, per: [key], requests: 10/hour }]\n');
  assert.deepEqual(
    await pair.burst(40),
    new Map([
      [200, 10],
      [429, 30],
    ]),
  );
  // Each replica books what it saw a while later. Envoy asks once more where a replica was slow to answer.
  await until(async () => (await bookOf(pair, 'acme')).requests >= 40);
  const { requests, refused } = await bookOf(pair, 'acme');
  assert.equal(requests - refused, 10);
});

test('while Redis is away limits refuse with 503 where the policy says deny, and hold again when it is back', async (t) => {
  const pair = await startPair(t, 'limits: [{ id: many, per: [key], requests: 1000/hour }]\n');
  assert.equal((await pair.ask()).status, 200);
  await pair.redis.kill();
  for (let i = 0; i < 5; i++) {
    const { status, body, headers } = await pair.ask();
    assert.equal(status, 503, body.toString());
    assert.match(body.toString(), /limits_unavailable/);
    assert.ok(Number(headers['retry-after']) >= 1);
  }
  await pair.redis.restart();
  await until(async () => (await pair.ask()).status === 200);
});

test('while Redis is away each replica enforces its share where the policy says local, and says so', async (t) => {
  const policy =
    'state: { whenAway: local, replicas: 2 }\nlimits: [{ id: ten, per: [key], requests: 10/hour }]\n';
  const pair = await startPair(t, policy);
  await pair.redis.kill();
  // The first calls find that it is away.
  await pair.burst(4);
  await sleep(300);
  const later = await pair.burst(40);
  assert.ok((later.get(200) ?? 0) <= 10, `${later.get(200)} were admitted`);
  assert.ok((later.get(200) ?? 0) >= 1);
  const states = await Promise.all(
    pair.services.map(async ({ adminAddress }) => (await fetch(`http://${adminAddress}/metrics`)).text()),
  );
  assert.ok(states.some((text) => text.includes('sallyport_limits_state{state="local"} 1')));
});

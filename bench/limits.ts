/**
 * `make bench-limits`: do limits hold, and what do they cost?
 * - 1,000 requests at once against a limit on requests: how many are admitted; on Redis from four processes
 * - five times 1,000 at once, of random cost, against a budget: by how much it is passed, and what the stated bound is;
 *   and the same requests on a design that checks before and records after
 * - requests whose clients leave at any moment: places that stay taken
 * - round trips to Redis for a decision and for settling, with twenty limits; CPU that ten limits add to a Check
 *
 * The last line is JSON. `overshoot`, `overshoot_bound` and `naive_overshoot` are nano-USD; of Redis and the embedded
 * state the worse counts, and each stands by itself beside it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { Claim, Quotas } from '../src/core/quota.ts';
import { openDatabase } from '../src/state/embedded/database.ts';
import { EmbeddedQuotas } from '../src/state/embedded/quotas.ts';
import { readAddress } from '../src/state/redis/address.ts';
import { openSharedLimits } from '../src/state/redis/limits.ts';
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from '../src/system.ts';
import { type Scope, startRedis } from '../test/redis-servers.ts';
import { addedByTen } from './limits/cost.ts';
import { BUDGET, COUNT, COUNTED, MONEY } from './limits/limits.ts';
import { type Outcome, seeded, send, sendNaively } from './limits/load.ts';
import type { Task } from './limits/replica.ts';

const REQUESTS = 1000;
const WAVES = 5;
const PROCESSES = 4;
const LIMITS = 20;
const SEED = 20_261_125;

const ends: (() => unknown)[] = [];
const scope: Scope = { after: (end) => ends.push(end) };

/** What one state came to. */
interface Result {
  readonly admitted: number;
  readonly overshoot: number;
  readonly overshoot_bound: number;
  readonly spent: number;
  readonly leases_leaked: number;
}

/** Sends requests from all processes at once. */
type Send = (what: Task['what'], seed: number) => Promise<readonly Outcome[]>;

async function measure(sendAll: Send, quotas: Quotas): Promise<Result> {
  const counted = await sendAll('count', SEED);
  const waves: Outcome[] = [];
  for (let wave = 0; wave < WAVES; wave++) waves.push(...(await sendAll('budget', SEED + wave)));
  const spent = sumOf(waves, ({ spent }) => spent);
  return {
    admitted: sumOf(counted, ({ admitted }) => admitted),
    overshoot: Math.max(0, spent - MONEY),
    overshoot_bound: sumOf(waves, ({ mayPass }) => mayPass),
    spent,
    leases_leaked: await leaked(quotas),
  };
}

function sumOf<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0);
}

/** Two thousand requests that take a place and end in some way or are never heard of again; then all leases are over. */
async function leaked(quotas: Quotas): Promise<number> {
  const random = seeded(SEED);
  const claim: Claim = {
    counter: 'places',
    home: 'acme',
    over: { kind: 'places' },
    limit: 2 ** 30,
    amount: 1,
    shadow: false,
  };
  await Promise.all(
    Array.from({ length: 2000 }, async (_, i) => {
      const reserved = await quotas.reserve(`leak ${i}`, 1, [claim], Date.now());
      if (!reserved.admitted) throw new Error('a place was refused');
      if (random() < 0.3) return;
      quotas.keep(reserved.hold);
      await quotas.settle(reserved.hold, [0], Date.now());
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 10_500));
  const asked = await quotas.reserve('leak ask', 1, [{ ...claim, amount: 0 }], Date.now());
  return asked.admitted ? (asked.standings[0]?.used ?? Number.NaN) : Number.NaN;
}

async function embedded(): Promise<Result> {
  const quotas = new EmbeddedQuotas(openDatabase(undefined, 5), SYSTEM_CLOCK);
  const limits = { count: COUNT, budget: BUDGET };
  return measure(
    async (what, seed) => [
      await send({ requests: REQUESTS, limits: [limits[what]], quotas, random: seeded(seed) }),
    ],
    quotas,
  );
}

async function onRedis(
  url: string,
): Promise<Result & { readonly round_trips_admit: number; readonly round_trips_settle: number }> {
  const replicas = await Promise.all(Array.from({ length: PROCESSES }, () => startReplica(url)));
  const address = readAddress(url);
  if ('misuse' in address) throw new Error(address.misuse);
  const own = openSharedLimits({
    address,
    clock: SYSTEM_CLOCK,
    random: SYSTEM_RANDOM,
    whenAway: () => ({ whenAway: 'deny', replicas: 1 }),
    onFault: (where, error) => console.error(where, error),
    callMs: 30_000,
  });
  ends.push(() => own.close());
  while (!own.client.isReady) await new Promise((resolve) => setTimeout(resolve, 20));
  const result = await measure(
    (what, seed) =>
      Promise.all(
        replicas.map((replica, i) =>
          ask(replica, { url, what, seed: seed * 31 + i, requests: REQUESTS / PROCESSES }),
        ),
      ),
    own.quotas,
  );
  return { ...result, ...(await roundTrips(own)) };
}

/** One request under twenty limits of one tenant and of all: what it costs to admit it, and to settle it. */
async function roundTrips({ client, quotas }: ReturnType<typeof openSharedLimits>) {
  const claims = Array.from({ length: LIMITS }, (_, i): Claim => {
    const home = i % 2 === 0 ? 'acme' : '';
    return {
      counter: `trip ${i}`,
      home,
      over: { kind: 'window', windowMs: 60_000 },
      limit: 10,
      amount: 1,
      shadow: false,
    };
  });
  const start = client.roundTrips;
  const reserved = await quotas.reserve('trip', 1, claims, Date.now());
  if (!reserved.admitted) throw new Error('it was refused');
  const between = client.roundTrips;
  await quotas.settle(
    reserved.hold,
    claims.map(() => 1),
    Date.now(),
  );
  return { round_trips_admit: between - start, round_trips_settle: client.roundTrips - between };
}

async function startReplica(url: string): Promise<ChildProcess> {
  const child = fork(new URL('./limits/replica.ts', import.meta.url), [url]);
  ends.push(() => child.disconnect());
  await said(child);
  return child;
}

async function ask(child: ChildProcess, task: Task): Promise<Outcome> {
  child.send(task);
  return (await said(child)) as unknown as Outcome;
}

function said(child: ChildProcess): Promise<object> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      if ('fault' in (message as object)) reject(new Error((message as { fault: string }).fault));
      else resolve(message as object);
    });
    child.once('exit', (code) => reject(new Error(`a replica ended with ${code}`)));
  });
}

const naive = await sendNaively(REQUESTS, MONEY, seeded(SEED));
const added = addedByTen();
const here = await embedded();
console.log('embedded', here);
const server = await startRedis(scope);
const shared = await onRedis(server.url);
console.log(`redis, ${PROCESSES} processes`, shared);
for (const end of ends.reverse()) await end();
const { round_trips_admit, round_trips_settle } = shared;
console.log(
  JSON.stringify({
    limit: COUNTED,
    admitted: Math.max(here.admitted, shared.admitted),
    overshoot: Math.max(here.overshoot, shared.overshoot),
    overshoot_bound: Math.min(here.overshoot_bound, shared.overshoot_bound),
    naive_overshoot: Math.max(0, naive - MONEY),
    leases_leaked: here.leases_leaked + shared.leases_leaked,
    round_trips_admit,
    round_trips_settle,
    added_us_10_limits: Number(added.toFixed(1)),
    embedded: here,
    redis: shared,
  }),
);

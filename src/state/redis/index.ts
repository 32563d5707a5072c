/** The state that replicas share, in Redis: what each has in memory is a copy, or its own part of the work. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../core/ports.ts';
import type { EmbeddedHealth, EmbeddedOptions } from '../embedded/index.ts';
import { EmbeddedPassages } from '../embedded/passages.ts';
import type { Address } from './address.ts';
import type { AwayQuotas, QuotasHealth, WhenAway } from './away.ts';
import { Client, RedisAway } from './client.ts';
import { RedisKeys } from './keys.ts';
import { openSharedLimits } from './limits.ts';
import { RedisObjects } from './objects.ts';
import { RedisUsage } from './usage.ts';

/** So that a revoked key is refused everywhere within a second. */
const REFRESH_MS = 500;
const FLUSH_MS = 1000;
const EXPIRE_MS = 1000;
/** How long a process that starts, or a command, waits for Redis. */
const START_MS = 10_000;
const RETRY_MS = 50;

/** `onFault` hears of what fails for the first time since it last worked. */
export interface RedisOptions extends Omit<EmbeddedOptions, 'dir'> {
  readonly address: Address;
  /** What the policy says now about a Redis that is away. */
  readonly whenAway: () => WhenAway;
}

export interface RedisHealth extends EmbeddedHealth {
  readonly limits: QuotasHealth;
}

export interface RedisState {
  readonly keys: RedisKeys;
  readonly quotas: AwayQuotas;
  readonly usage: RedisUsage;
  /** Of this process: a request comes to both doors of one replica. */
  readonly passages: EmbeddedPassages;
  readonly objects: RedisObjects;
  /** Calls of Redis so far, for whoever measures. */
  readonly roundTrips: () => number;
  health(): RedisHealth;
  /** Stops the timers, reports what is between the doors, delivers what waits, closes the connection. Once. */
  close(): Promise<void>;
}

/** @throws Error if Redis does not answer within ten seconds, or a file of certificates cannot be read */
export async function openRedisState(options: RedisOptions): Promise<RedisState> {
  const { clock, random, pepper, notFollowed, onFault } = options;
  const { client, quotas, process, close } = openSharedLimits(options);
  const lost = () => onFault('state.keys', new Error('Redis has other keys than it had'));
  const keys = new RedisKeys(client, clock, random, process, lost, pepper);
  const usage = new RedisUsage(client, clock, process);
  const passages = new EmbeddedPassages(clock, notFollowed);
  const objects = new RedisObjects(client);
  const failing = new Set<string>();

  const attempt = async (what: string, work: () => unknown) => {
    try {
      await work();
      failing.delete(what);
    } catch (error) {
      if (!failing.has(what)) onFault(what, error);
      failing.add(what);
    }
  };
  const every = (ms: number, what: string, work: () => unknown) => {
    let busy = false;
    const turn = async () => {
      if (busy) return;
      busy = true;
      await attempt(what, work);
      busy = false;
    };
    return setInterval(() => void turn(), ms).unref();
  };

  await answering(client, () => keys.refresh()).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const timers = [
    every(REFRESH_MS, 'state.refresh', () => keys.refresh()),
    every(FLUSH_MS, 'state.flush', () => keys.flush()),
    every(FLUSH_MS, 'state.usage', () => usage.flush()),
    every(EXPIRE_MS, 'state.passages', () => passages.expire()),
  ];
  return {
    keys,
    quotas,
    usage,
    passages,
    objects,
    roundTrips: () => client.roundTrips,
    health() {
      const limits = quotas.health();
      return { ok: failing.size === 0 && limits.ok, failing: [...failing], keys: keys.size, limits };
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      await attempt('state.passages', () => passages.finish());
      await attempt('state.flush', () => keys.flush());
      await attempt('state.usage', () => usage.flush());
      await close();
    },
  };
}

/** The keys alone, for a command beside a running service. @throws Error if Redis does not answer */
export async function openRedisKeys(
  options: Pick<RedisOptions, 'address' | 'clock' | 'random' | 'pepper'>,
): Promise<{ readonly keys: RedisKeys; readonly close: () => void }> {
  const { address, clock, random, pepper } = options;
  const client = plainClient(address, random);
  const keys = new RedisKeys(client, clock, random, nameOf(random), () => undefined, pepper);
  return { keys, close: await opened(client, () => keys.refresh()) };
}

/** The usage book alone, for a command beside a running service. @throws Error if Redis does not answer */
export async function openRedisUsage(
  options: Pick<RedisOptions, 'address' | 'clock' | 'random'>,
): Promise<{ readonly usage: RedisUsage; readonly close: () => void }> {
  const { address, clock, random } = options;
  const client = plainClient(address, random);
  const usage = new RedisUsage(client, clock, nameOf(random));
  return { usage, close: await opened(client, () => client.ping()) };
}

const nameOf = (random: Random): string => Buffer.from(random.bytes(9)).toString('base64url');

function plainClient(address: Address, random: Random): Client {
  return new Client({ address, random, scripts: [], onFault: () => undefined });
}

async function opened(client: Client, first: () => Promise<void>): Promise<() => void> {
  try {
    await answering(client, first);
  } catch (error) {
    client.close();
    throw error;
  }
  return () => client.close();
}

/** Tries something until Redis answers. @throws Error if it does not within ten seconds, with the last reason */
async function answering(client: Client, first: () => Promise<void>): Promise<void> {
  const until = performance.now() + START_MS;
  for (;;) {
    try {
      await first();
      return;
    } catch (error) {
      if (!(error instanceof RedisAway)) throw error;
      if (performance.now() > until)
        throw new Error(`Redis does not answer: ${client.lastFault ?? error.message}`);
      await sleep(RETRY_MS);
    }
  }
}

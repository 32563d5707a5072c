/** The embedded state: one process, counters in memory, keys in SQLite. The default, and what tests and the demo use. */
import type { Clock, Random } from '../../core/ports.ts';
import { RENEW_MS } from '../../core/quota.ts';
import type { Voucher } from '../../core/voucher.ts';
import type { Pepper } from '../../identity/api-key.ts';
import { openDatabase } from './database.ts';
import { EmbeddedKeys } from './keys.ts';
import { EmbeddedObjects } from './objects.ts';
import { EmbeddedPassages } from './passages.ts';
import { EmbeddedQuotas } from './quotas.ts';
import { EmbeddedUsage } from './usage.ts';
import { UsageReader } from './usage-reader.ts';

/** Half a second, so that a change by another process is seen within one. */
const REFRESH_MS = 500;
const FLUSH_MS = 1000;
/** So that the last portion is written within a second too. */
const COUNTS_FLUSH_MS = 500;
const EXPIRE_MS = 1000;
const FORGET_MS = 10_000;
const FORGET_USAGE_MS = 3_600_000;
/** How long a serving process may be held up by another one that is writing; it then tries again next time. */
const SERVING_BUSY_MS = 5;
const COMMAND_BUSY_MS = 5000;

export interface EmbeddedOptions {
  /** Where `sallyport.db` is; undefined for a state that is gone with the process. */
  readonly dir?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly pepper?: Pepper | undefined;
  /** A request passed the first door and never came to the second. */
  readonly notFollowed: (voucher: Voucher) => void;
  /** Something in the background failed; it will be tried again. */
  readonly onFault: (where: string, error: unknown) => void;
}

export interface EmbeddedHealth {
  readonly ok: boolean;
  /** Background work that failed last time: keys changed elsewhere may not be known here. */
  readonly failing: readonly string[];
  readonly keys: number;
}

export interface EmbeddedState {
  readonly keys: EmbeddedKeys;
  readonly quotas: EmbeddedQuotas;
  readonly usage: EmbeddedUsage;
  readonly passages: EmbeddedPassages;
  readonly objects: EmbeddedObjects;
  health(): EmbeddedHealth;
  /** Stops the timers, reports what is between the doors, writes what is to be written, closes the file. Once. */
  close(): void;
}

/** @throws Error if the database cannot be opened */
export function openEmbeddedState(options: EmbeddedOptions): EmbeddedState {
  const { clock, random, pepper, notFollowed, onFault } = options;
  const db = openDatabase(options.dir, SERVING_BUSY_MS);
  const keys = new EmbeddedKeys(db, clock, random, pepper);
  const quotas = new EmbeddedQuotas(db, clock);
  const usage = new EmbeddedUsage(db);
  const passages = new EmbeddedPassages(clock, notFollowed);
  const objects = new EmbeddedObjects(db);
  const failing = new Set<string>();

  const attempt = (what: string, work: () => void) => {
    try {
      work();
      failing.delete(what);
    } catch (error) {
      failing.add(what);
      onFault(what, error);
    }
  };
  /** Work in portions goes on while a portion says that there is more; other work gets its turn between two of them. */
  const every = (ms: number, what: string, portion: () => unknown) => {
    const work = () =>
      attempt(what, () => {
        if (db.isOpen && portion() === true) setImmediate(work);
      });
    return setInterval(work, ms).unref();
  };
  const timers = [
    every(REFRESH_MS, 'state.refresh', () => keys.refresh()),
    every(FLUSH_MS, 'state.flush', () => keys.flush()),
    every(EXPIRE_MS, 'state.passages', () => passages.expire()),
    every(FORGET_MS, 'state.objects', () => objects.expire(clock.now())),
    every(RENEW_MS, 'state.places', () => quotas.renew()),
    every(COUNTS_FLUSH_MS, 'state.quotas', () => quotas.flush()),
    every(COUNTS_FLUSH_MS, 'state.usage', () => usage.flush()),
    every(FORGET_MS, 'state.quotas', () => quotas.forget()),
    every(FORGET_USAGE_MS, 'state.usage', () => usage.forget(clock.now())),
  ];

  return {
    keys,
    quotas,
    usage,
    passages,
    objects,
    health: () => ({ ok: failing.size === 0, failing: [...failing], keys: keys.size }),
    close() {
      for (const timer of timers) clearInterval(timer);
      attempt('state.passages', () => passages.finish());
      attempt('state.flush', () => keys.flush());
      attempt('state.quotas', () => {
        while (quotas.flush());
      });
      attempt('state.usage', () => {
        while (usage.flush());
      });
      db.close();
    },
  };
}

/** The keys alone, for a command beside a running service. It waits up to 5 seconds for another writer. */
export function openKeys(options: Pick<EmbeddedOptions, 'dir' | 'clock' | 'random' | 'pepper'>): {
  readonly keys: EmbeddedKeys;
  readonly close: () => void;
} {
  const db = openDatabase(options.dir, COMMAND_BUSY_MS);
  return {
    keys: new EmbeddedKeys(db, options.clock, options.random, options.pepper),
    close: () => db.close(),
  };
}

/** The usage book alone, for a command beside a running service. */
export function openUsage(dir: string | undefined): {
  readonly usage: UsageReader;
  readonly close: () => void;
} {
  const db = openDatabase(dir, COMMAND_BUSY_MS);
  return { usage: new UsageReader(db), close: () => db.close() };
}

/**
 * The counters of all limits, by name: in the memory of one process, with what must last written behind to SQLite.
 *
 * Memory is bounded: counters of which nothing counts any more are swept as new ones come, some looked at for each that
 * is added, so nothing ever walks them all. Where there are more live counters than fit, further names share a fixed
 * number of them: too strict for some rather than unlimited for anybody.
 *
 * What counts for longer than a minute is kept over a restart. Counters that changed are written within a second, in
 * portions; one that was written before the process began is read when it is first asked for, which costs as much as
 * one look-up in a small table and leaves the start of the process alone.
 */
import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { transact } from './database.ts';
import { type Counter, counterOf, type Moment, type Terms } from './quota-counters.ts';

/** A counter of its own costs about 400 bytes: 80 MB when full. */
const MAX_COUNTERS = 200_000;
const SHARED_COUNTERS = 1024;
/** Longer names are kept as their digest. */
const MAX_NAME = 160;
const SWEPT_PER_ADDED = 2;
/** Where it is full, a period that is over may stand in the way of one that is not. */
const SWEPT_WHEN_FULL = 32;
/** What counts for no longer is as good as gone once a process has started again. */
const LASTING_MS = 60_000;
/** Rows written, or forgotten, in one go: about 2 ms of work. */
const WRITTEN_AT_ONCE = 256;
const FORGOTTEN_AT_ONCE = 500;

export interface Asked extends Terms {
  readonly counter: string;
}

interface Entry {
  readonly name: string;
  readonly counter: Counter;
  readonly lasting: boolean;
  changed: boolean;
}

export class QuotaTable {
  readonly #db: DatabaseSync;
  readonly #maxCounters: number;
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Set<Entry>();
  readonly #read;
  readonly #write;
  readonly #forget;
  #hand = this.#entries.values();

  constructor(db: DatabaseSync, maxCounters = MAX_COUNTERS) {
    this.#db = db;
    this.#maxCounters = maxCounters;
    this.#read = db.prepare('SELECT at, amount, rest FROM quota_counters WHERE name = ?');
    this.#write = db.prepare('INSERT OR REPLACE INTO quota_counters VALUES (?, ?, ?, ?, ?)');
    this.#forget = db.prepare(
      'DELETE FROM quota_counters WHERE name IN (SELECT name FROM quota_counters WHERE expires <= ? LIMIT ?)',
    );
  }

  /** How many counters are held, shared ones included. */
  get size(): number {
    return this.#entries.size;
  }

  /** The counter that is meant, made if there is none. */
  of(asked: Asked, now: Moment): Entry {
    const name = nameOf(asked);
    return this.#entries.get(name) ?? this.#added(name, asked, now);
  }

  /** The counter from which a part was taken, if anything of it can still count. */
  find(asked: Asked, now: Moment): Entry | undefined {
    const name = nameOf(asked);
    const own = this.#entries.get(name);
    if (own !== undefined) return own;
    const kept = isLasting(asked) && this.#read.get(name) !== undefined;
    return kept ? this.#added(name, asked, now) : this.#entries.get(sharedNameOf(name, asked));
  }

  /** To be told of every change of a counter, after it. */
  changed(entry: Entry): void {
    if (entry.changed || !entry.lasting) return;
    entry.changed = true;
    this.#changed.add(entry);
  }

  /**
   * Writes counters that changed, a portion at a time. What could not be written stays for the next time.
   * @returns true if there is more to write
   */
  flush(now: Moment): boolean {
    if (this.#changed.size === 0) return false;
    const batch = firstOf(this.#changed, WRITTEN_AT_ONCE);
    transact(this.#db, false, () => {
      for (const { name, counter } of batch) {
        const { at, amount, rest, expires } = counter.saved(now);
        this.#write.run(name, at, amount, rest, expires);
      }
    });
    for (const entry of batch) {
      entry.changed = false;
      this.#changed.delete(entry);
    }
    return this.#changed.size > 0;
  }

  /** Forgets written counters that count no more, a portion at a time. @returns true if there is more */
  forget({ wall }: Moment): boolean {
    const forgotten = transact(this.#db, false, () => this.#forget.run(wall, FORGOTTEN_AT_ONCE));
    return forgotten.changes === FORGOTTEN_AT_ONCE;
  }

  #added(name: string, asked: Asked, now: Moment): Entry {
    const full = this.#entries.size >= this.#maxCounters;
    this.#sweep(now, full);
    if (this.#entries.size < this.#maxCounters) return this.#insert(name, asked, now);
    const shared = sharedNameOf(name, asked);
    return this.#entries.get(shared) ?? this.#insert(shared, asked, now);
  }

  #insert(name: string, asked: Asked, now: Moment): Entry {
    const lasting = isLasting(asked);
    const row = lasting ? this.#read.get(name) : undefined;
    const saved = row && { at: Number(row.at), amount: Number(row.amount), rest: Number(row.rest) };
    const entry = { name, counter: counterOf(asked, now, saved), lasting, changed: false };
    this.#entries.set(name, entry);
    return entry;
  }

  /** A clock hand over the entries; where it reaches the end it begins anew. */
  #sweep(now: Moment, full: boolean): void {
    for (let i = full ? SWEPT_WHEN_FULL : SWEPT_PER_ADDED; i > 0; i--) {
      const next = this.#hand.next();
      if (next.done) {
        this.#hand = this.#entries.values();
        return;
      }
      const { name, counter, changed } = next.value;
      if (!changed && counter.idle(now, full)) this.#entries.delete(name);
    }
  }
}

/** Would what counts now still count a minute later? */
function isLasting({ over, limit }: Terms): boolean {
  if (over.kind === 'window') return over.windowMs > LASTING_MS;
  if (over.kind === 'bucket') return over.windowMs * over.burst > LASTING_MS * limit;
  return over.kind === 'period';
}

/** A limit that a new policy counts over another time counts anew. */
function nameOf({ over, counter }: Asked): string {
  const name = `${overNameOf(over)}|${counter}`;
  return name.length <= MAX_NAME ? name : hash('sha256', name, 'base64url');
}

function overNameOf(over: Terms['over']): string {
  if (over.kind === 'window') return `w${over.windowMs}`;
  if (over.kind === 'bucket') return `b${over.windowMs}`;
  return over.kind === 'period' ? `p${over.start}-${over.end}` : 'c';
}

/** One of a fixed number of counters for each limit, chosen by nobody's will. */
function sharedNameOf(name: string, { over, limit }: Asked): string {
  const share = Number.parseInt(hash('sha256', name).slice(0, 8), 16) % SHARED_COUNTERS;
  return `shared|${overNameOf(over)}|${limit}|${share}`;
}

function firstOf<T>(all: ReadonlySet<T>, count: number): T[] {
  const first: T[] = [];
  for (const one of all) {
    if (first.length === count) break;
    first.push(one);
  }
  return first;
}

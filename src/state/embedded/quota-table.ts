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
import type { Over } from '../../core/quota.ts';
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
  readonly over: Over;
  /** As SQLite knows it. */
  readonly name: string;
  readonly counter: Counter;
  readonly lasting: boolean;
  changed: boolean;
}

export class QuotaTable {
  readonly #db: DatabaseSync;
  readonly #maxCounters: number;
  /** By the name that was asked for, since to make a longer one costs more than all else: one for each time it counts over. */
  readonly #entries = new Map<string, Entry[]>();
  readonly #changed = new Set<Entry>();
  readonly #read;
  readonly #write;
  readonly #forget;
  #hand = this.#entries.entries();
  #size = 0;

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
    return this.#size;
  }

  /** The counter that is meant, made if there is none. */
  of(asked: Asked, now: Moment): Entry {
    const name = boundedName(asked.counter);
    return this.#get(name, asked.over) ?? this.#added(name, asked, now);
  }

  /** The counter from which a part was taken, if anything of it can still count. */
  find(asked: Asked, now: Moment): Entry | undefined {
    const name = boundedName(asked.counter);
    const own = this.#get(name, asked.over);
    if (own !== undefined) return own;
    const kept = isLasting(asked) && this.#read.get(writtenName(name, asked.over)) !== undefined;
    return kept ? this.#added(name, asked, now) : this.#get(sharedNameOf(name, asked), asked.over);
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

  #get(name: string, over: Over): Entry | undefined {
    const entries = this.#entries.get(name);
    if (entries === undefined) return undefined;
    for (const entry of entries) if (isSame(entry.over, over)) return entry;
    return undefined;
  }

  #added(name: string, asked: Asked, now: Moment): Entry {
    const full = this.#size >= this.#maxCounters;
    this.#sweep(now, full);
    if (this.#size < this.#maxCounters) return this.#insert(name, asked, now);
    const shared = sharedNameOf(name, asked);
    return this.#get(shared, asked.over) ?? this.#insert(shared, asked, now);
  }

  #insert(name: string, asked: Asked, now: Moment): Entry {
    const { over } = asked;
    const lasting = isLasting(asked);
    const written = lasting ? writtenName(name, over) : '';
    const row = lasting ? this.#read.get(written) : undefined;
    const saved = row && { at: Number(row.at), amount: Number(row.amount), rest: Number(row.rest) };
    const entry = { over, name: written, counter: counterOf(asked, now, saved), lasting, changed: false };
    // The newest first: of periods it is the one that is asked for.
    this.#entries.set(name, [entry, ...(this.#entries.get(name) ?? [])]);
    this.#size++;
    return entry;
  }

  /** A clock hand over the entries; where it reaches the end it begins anew. */
  #sweep(now: Moment, full: boolean): void {
    for (let i = full ? SWEPT_WHEN_FULL : SWEPT_PER_ADDED; i > 0; i--) {
      const next = this.#hand.next();
      if (next.done) {
        this.#hand = this.#entries.entries();
        continue;
      }
      const [name, entries] = next.value;
      const left = entries.filter(({ counter, changed }) => changed || !counter.idle(now, full));
      if (left.length === entries.length) continue;
      this.#size -= entries.length - left.length;
      if (left.length === 0) this.#entries.delete(name);
      else this.#entries.set(name, left);
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
function isSame(one: Over, other: Over): boolean {
  if (one === other) return true;
  if (one.kind === 'period')
    return other.kind === 'period' && one.start === other.start && one.end === other.end;
  if (one.kind === 'places' || other.kind === 'places') return one.kind === other.kind;
  return one.kind === other.kind && one.windowMs === other.windowMs;
}

function boundedName(counter: string): string {
  return counter.length <= MAX_NAME ? counter : `digest|${hash('sha256', counter, 'base64url')}`;
}

function writtenName(name: string, over: Over): string {
  return `${overNameOf(over)}|${name}`;
}

function overNameOf(over: Over): string {
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

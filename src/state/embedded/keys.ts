/**
 * API keys of the embedded state: all of them in memory, found by digest; SQLite holds what lasts.
 *
 * A request costs one look-up in a map and never touches the disk. `refresh` takes over what other processes changed,
 * only that; `flush` writes down which keys were used, to the minute. Both are called by a timer of the state.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type KeyOwner, lookupOf } from '../../core/key-owner.ts';
import type { Clock, KeyLookup, Random } from '../../core/ports.ts';
import { digestOf, hint, mint, type Pepper, randomText } from '../../identity/api-key.ts';
import type { KeyImport, KeyProblem, KeyRow, KeyStore, NewKey } from '../../identity/key-store.ts';
import { dataVersion, transact } from './database.ts';
import { KeyTable } from './key-table.ts';

/** `last used` is told to the minute: a busy key is written once a minute, not once a second. */
const LAST_USED_STEP_MS = 60_000;
/** Rows written in one go, about 2 ms of work; more wait for the next second. */
const FLUSHED_AT_ONCE = 256;
/** Rows taken over in one go, about 3 ms of work. */
const TAKEN_OVER_AT_ONCE = 512;
const ID_LENGTH = 16;

const UNKNOWN: KeyLookup = { found: false, why: 'unknown' };
const REVOKED: KeyLookup = { found: false, why: 'revoked' };
const EXPIRED: KeyLookup = { found: false, why: 'expired' };

/** A key as requests meet it. */
interface Held {
  readonly id: string;
  readonly found: KeyLookup;
  readonly expires: number;
  readonly revoked: boolean;
  lastUsed: number;
}

export class EmbeddedKeys implements KeyStore {
  readonly #db: DatabaseSync;
  readonly #table: KeyTable;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #random: Random;
  readonly #pepper: Pepper | undefined;
  readonly #version: () => number;
  readonly #held = new Map<string, Held>();
  readonly #used = new Map<string, number>();
  #seenVersion: number;
  #seenChange = 0;

  constructor(db: DatabaseSync, clock: Pick<Clock, 'now'>, random: Random, pepper?: Pepper) {
    this.#db = db;
    this.#table = new KeyTable(db);
    this.#clock = clock;
    this.#random = random;
    this.#pepper = pepper;
    this.#version = dataVersion(db);
    this.#seenVersion = this.#version();
    while (this.#takeOver());
  }

  get size(): number {
    return this.#held.size;
  }

  find(digest: string, now: number): KeyLookup {
    const held = this.#held.get(digest);
    if (held === undefined) return UNKNOWN;
    if (held.revoked) return REVOKED;
    if (now >= held.expires) return EXPIRED;
    if (now - held.lastUsed >= LAST_USED_STEP_MS) {
      held.lastUsed = now;
      this.#used.set(held.id, now);
    }
    return held.found;
  }

  create(owner: KeyOwner, expires: number | null): NewKey {
    return this.#change(() => this.#make(owner, expires, null));
  }

  createAll(keys: readonly KeyImport[]): readonly (NewKey | KeyRow)[] | KeyProblem {
    const seen = new Set<string>();
    for (const [at, { digest }] of keys.entries()) {
      if (digest === undefined) continue;
      if (seen.has(digest) || this.#table.madeAt(digest) !== undefined)
        return { problem: 'known_digest', at };
      seen.add(digest);
    }
    return this.#change(() =>
      keys.map(({ owner, expires, digest }) =>
        digest === undefined ? this.#make(owner, expires, null) : this.#store(owner, expires, digest),
      ),
    );
  }

  list(): readonly KeyRow[] {
    return this.#table.all();
  }

  rotate(id: string, overlapMs: number, expires?: number): NewKey | KeyProblem {
    return this.#change(() => {
      const old = this.#table.get(id);
      const problem = this.#whyNotRotate(old);
      if (problem !== undefined || old === undefined) return problem ?? { problem: 'unknown_key' };
      const now = this.#clock.now();
      const lifetime = old.expires === null ? null : now + old.expires - old.created;
      const made = this.#make(old.owner, expires ?? lifetime, old.id);
      this.#table.update({
        ...old,
        expires: Math.min(old.expires ?? Number.POSITIVE_INFINITY, now + overlapMs),
      });
      return made;
    });
  }

  revoke(id: string): KeyRow | KeyProblem {
    return this.#change(() => {
      const row = this.#table.get(id);
      if (row === undefined) return { problem: 'unknown_key' };
      if (row.revoked !== null) return { problem: 'already_revoked', at: row.revoked };
      const revoked = { ...row, revoked: this.#clock.now() };
      this.#table.update(revoked);
      return revoked;
    });
  }

  /**
   * Takes over what other processes changed, a portion at a time; costs a few microseconds where nothing was.
   * @returns true if there is more to take over
   */
  refresh(): boolean {
    const version = this.#version();
    if (version === this.#seenVersion) return false;
    if (this.#takeOver()) return true;
    this.#seenVersion = version;
    return false;
  }

  /** Writes down which keys were used. What could not be written stays for the next time. */
  flush(): void {
    if (this.#used.size === 0) return;
    const batch = firstOf(this.#used, FLUSHED_AT_ONCE);
    transact(this.#db, false, () => {
      for (const [id, at] of batch) this.#table.touch(id, at);
    });
    for (const [id, at] of batch) if (this.#used.get(id) === at) this.#used.delete(id);
  }

  #make(owner: KeyOwner, expires: number | null, rotatedFrom: string | null): NewKey {
    const secret = mint(this.#random);
    const row = this.#insert(owner, expires, digestOf(secret, this.#pepper), hint(secret), rotatedFrom);
    return { row, secret };
  }

  /** A key that was made elsewhere: what it looks like is not known. */
  #store(owner: KeyOwner, expires: number | null, digest: string): KeyRow {
    return this.#insert(owner, expires, digest, 'sp_…', null);
  }

  #insert(
    owner: KeyOwner,
    expires: number | null,
    digest: string,
    shown: string,
    rotatedFrom: string | null,
  ): KeyRow {
    const row: KeyRow = {
      id: `key_${randomText(this.#random, ID_LENGTH)}`,
      digest,
      hint: shown,
      owner,
      created: this.#clock.now(),
      expires,
      revoked: null,
      rotatedFrom,
      lastUsed: null,
    };
    this.#table.insert(row);
    return row;
  }

  #whyNotRotate(old: KeyRow | undefined): KeyProblem | undefined {
    if (old === undefined) return { problem: 'unknown_key' };
    if (old.revoked !== null) return { problem: 'already_revoked', at: old.revoked };
    if (old.expires !== null && old.expires <= this.#clock.now())
      return { problem: 'expired', at: old.expires };
    const successor = this.#table.successors(old.id).find((row) => row.revoked === null);
    return successor === undefined ? undefined : { problem: 'already_rotated', to: successor.id };
  }

  /** A change of our own: on disk first, then in memory. */
  #change<T>(work: () => T): T {
    const result = transact(this.#db, true, work);
    while (this.#takeOver());
    return result;
  }

  /** @returns true if there may be more */
  #takeOver(): boolean {
    const { rows, change } = this.#table.changedSince(this.#seenChange, TAKEN_OVER_AT_ONCE);
    for (const row of rows) this.#held.set(row.digest, heldOf(row));
    this.#seenChange = change;
    return rows.length === TAKEN_OVER_AT_ONCE;
  }
}

function heldOf(row: KeyRow): Held {
  return {
    id: row.id,
    found: lookupOf(row.id, row.owner),
    expires: row.expires ?? Number.POSITIVE_INFINITY,
    revoked: row.revoked !== null,
    lastUsed: row.lastUsed ?? Number.NEGATIVE_INFINITY,
  };
}

function firstOf<K, V>(map: ReadonlyMap<K, V>, count: number): [K, V][] {
  const entries: [K, V][] = [];
  for (const entry of map) {
    if (entries.length === count) break;
    entries.push(entry);
  }
  return entries;
}

/**
 * API keys of the embedded state: all of them in memory, found by digest; SQLite holds what lasts.
 *
 * A request costs one look-up in a map and never touches the disk. `refresh` takes over what other processes changed,
 * only that; `flush` writes down which keys were used, to the minute. Both are called by a timer of the state.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { KeyOwner } from '../../core/key-owner.ts';
import type { Clock, KeyLookup, Random } from '../../core/ports.ts';
import type { Pepper } from '../../identity/api-key.ts';
import type { KeyImport, KeyProblem, KeyRow, KeyStore, NewKey } from '../../identity/key-store.ts';
import { HeldKeys } from '../held-keys.ts';
import { KeyMaker, outgoing, repeatedDigest, whyNotRotate } from '../key-rows.ts';
import { dataVersion, transact } from './database.ts';
import { KeyTable } from './key-table.ts';

/** Rows written in one go, about 2 ms of work; more wait for the next second. */
const FLUSHED_AT_ONCE = 256;
/** Rows taken over in one go, about 3 ms of work. */
const TAKEN_OVER_AT_ONCE = 512;

export class EmbeddedKeys implements KeyStore {
  readonly #db: DatabaseSync;
  readonly #table: KeyTable;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #maker: KeyMaker;
  readonly #version: () => number;
  readonly #held = new HeldKeys();
  #seenVersion: number;
  #seenChange = 0;

  constructor(db: DatabaseSync, clock: Pick<Clock, 'now'>, random: Random, pepper?: Pepper) {
    this.#db = db;
    this.#table = new KeyTable(db);
    this.#clock = clock;
    this.#maker = new KeyMaker(random, pepper);
    this.#version = dataVersion(db);
    this.#seenVersion = this.#version();
    while (this.#takeOver());
  }

  get size(): number {
    return this.#held.size;
  }

  find(digest: string, now: number): KeyLookup {
    return this.#held.find(digest, now);
  }

  create(owner: KeyOwner, expires: number | null): NewKey {
    return this.#change(() => this.#insert(this.#maker.make(owner, expires, null, this.#clock.now())));
  }

  createAll(keys: readonly KeyImport[]): readonly (NewKey | KeyRow)[] | KeyProblem {
    const known = keys.findIndex(
      ({ digest }) => digest !== undefined && this.#table.madeAt(digest) !== undefined,
    );
    const at = repeatedDigest(known < 0 ? keys : keys.slice(0, known)) ?? known;
    if (at >= 0) return { problem: 'known_digest', at };
    return this.#change(() =>
      keys.map((key) => {
        const made = this.#insert(this.#maker.import(key, this.#clock.now()));
        return 'secret' in made ? made : made.row;
      }),
    );
  }

  list(): readonly KeyRow[] {
    return this.#table.all();
  }

  rotate(id: string, overlapMs: number, expires?: number): NewKey | KeyProblem {
    return this.#change(() => {
      const old = this.#table.get(id);
      const now = this.#clock.now();
      const problem = whyNotRotate(old, old === undefined ? [] : this.#table.successors(id), now);
      if (problem !== undefined || old === undefined) return problem ?? { problem: 'unknown_key' };
      const made = this.#insert(this.#maker.replace(old, expires, now));
      this.#table.update(outgoing(old, overlapMs, now));
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
    const uses = this.#held.firstUses(FLUSHED_AT_ONCE);
    if (uses.length === 0) return;
    transact(this.#db, false, () => {
      for (const [id, at] of uses) this.#table.touch(id, at);
    });
    this.#held.written(uses);
  }

  #insert<T extends { readonly row: KeyRow }>(made: T): T {
    this.#table.insert(made.row);
    return made;
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
    for (const row of rows) this.#held.hold(row);
    this.#seenChange = change;
    return rows.length === TAKEN_OVER_AT_ONCE;
  }
}

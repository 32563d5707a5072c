/**
 * Who owns what lives on at providers, in SQLite. It is asked at each use and not held in memory: there may be millions,
 * one for each stored response, and other processes may have made them.
 *
 * An owner is written before the caller hears of the object. It may be lost with the machine's power, not with the
 * process: an object without an owner can be used by nobody.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Objects } from '../../core/ports.ts';
import type { ObjectRef, StoredObject } from '../../core/stored-object.ts';
import { livesMs } from '../object-life.ts';
import { transact } from './database.ts';

const DAY_MS = 86_400_000;
/** Rows forgotten in one go, about a millisecond of work. */
const FORGOTTEN_AT_ONCE = 500;

export class EmbeddedObjects implements Objects {
  readonly #db: DatabaseSync;
  readonly #find;
  readonly #keep;
  readonly #prolong;
  readonly #forget;
  readonly #expire;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#find = db.prepare('SELECT owner, backend, expires FROM objects WHERE kind = ? AND id = ?');
    this.#keep = db.prepare('INSERT INTO objects VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
    this.#prolong = db.prepare('UPDATE objects SET expires = ? WHERE kind = ? AND id = ?');
    this.#forget = db.prepare('DELETE FROM objects WHERE kind = ? AND id = ?');
    this.#expire = db.prepare(
      'DELETE FROM objects WHERE (kind, id) IN (SELECT kind, id FROM objects WHERE expires <= ? LIMIT ?)',
    );
  }

  find({ kind, id }: ObjectRef): StoredObject | undefined {
    const row = this.#find.get(kind, id);
    return row === undefined
      ? undefined
      : { kind, id, owner: String(row.owner), backend: String(row.backend) };
  }

  keep(object: StoredObject, now: number): 'kept' | 'taken' {
    const { kind, id, owner, backend } = object;
    const lives = livesMs(kind);
    const expires = lives === undefined ? null : now + lives;
    const before = this.#find.get(kind, id);
    if (before === undefined) {
      this.#write(() => this.#keep.run(kind, id, owner, backend, expires));
      // Another process may have been quicker: whoever is in the table owns it.
      return this.find(object)?.owner === owner ? 'kept' : 'taken';
    }
    if (before.owner !== owner) return 'taken';
    if (expires !== null && Number(before.expires) < expires - DAY_MS)
      this.#write(() => this.#prolong.run(expires, kind, id));
    return 'kept';
  }

  forget({ kind, id }: ObjectRef): void {
    this.#write(() => this.#forget.run(kind, id));
  }

  /** Forgets what has expired, a portion at a time. @returns true if there is more */
  expire(now: number): boolean {
    return this.#write(() => this.#expire.run(now, FORGOTTEN_AT_ONCE)).changes === FORGOTTEN_AT_ONCE;
  }

  /** Without waiting for the disk: that would cost milliseconds, in which nobody else is served. */
  #write<T>(work: () => T): T {
    return transact(this.#db, false, work);
  }
}

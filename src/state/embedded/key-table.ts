/** The table of keys: rows in and out of SQLite. Every change but that of `last_used` gets the next change number. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { KeyOwner } from '../../core/key-owner.ts';
import type { KeyRow } from '../../identity/key-store.ts';

const INSERT = `
  INSERT INTO keys (id, digest, hint, tenant, team, project, application, user, groups_json,
                    created, expires, revoked, rotated_from, last_used, bounds_json, change)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(change), 0) + 1 FROM keys))`;
const UPDATE = `
  UPDATE keys SET expires = ?, revoked = ?, change = (SELECT max(change) + 1 FROM keys) WHERE id = ?`;

type Columns = Record<string, SQLOutputValue>;

export class KeyTable {
  readonly #insert;
  readonly #update;
  readonly #touch;
  readonly #one;
  readonly #byDigest;
  readonly #all;
  readonly #since;
  readonly #successors;

  constructor(db: DatabaseSync) {
    this.#insert = db.prepare(INSERT);
    this.#update = db.prepare(UPDATE);
    this.#touch = db.prepare('UPDATE keys SET last_used = max(coalesce(last_used, 0), ?) WHERE id = ?');
    this.#byDigest = db.prepare('SELECT created FROM keys WHERE digest = ?');
    this.#one = db.prepare('SELECT * FROM keys WHERE id = ?');
    this.#all = db.prepare('SELECT * FROM keys ORDER BY created, rowid');
    this.#since = db.prepare('SELECT * FROM keys WHERE change > ? ORDER BY change LIMIT ?');
    this.#successors = db.prepare('SELECT * FROM keys WHERE rotated_from = ? ORDER BY change');
  }

  insert(row: KeyRow): void {
    const { tenant, team, project, application, user, groups, ...bounds } = row.owner;
    const owner = [tenant, team, project, application, user].map((value) => value ?? null);
    const history = [row.created, row.expires, row.revoked, row.rotatedFrom, row.lastUsed];
    this.#insert.run(
      row.id,
      row.digest,
      row.hint,
      ...owner,
      JSON.stringify(groups),
      ...history,
      JSON.stringify(bounds),
    );
  }

  /** Stores what may change of a key. */
  update(row: KeyRow): void {
    this.#update.run(row.expires, row.revoked, row.id);
  }

  touch(id: string, at: number): void {
    this.#touch.run(at, id);
  }

  /** Is there a key with this digest? @returns when it was made */
  madeAt(digest: string): number | undefined {
    const columns = this.#byDigest.get(digest);
    return columns === undefined ? undefined : Number(columns.created);
  }

  get(id: string): KeyRow | undefined {
    const columns = this.#one.get(id);
    return columns === undefined ? undefined : rowOf(columns);
  }

  /** Oldest first. */
  all(): KeyRow[] {
    return this.#all.all().map(rowOf);
  }

  /** Keys that replace this one, oldest first. */
  successors(id: string): KeyRow[] {
    return this.#successors.all(id).map(rowOf);
  }

  /** The first rows made or changed after a change number, at most `count`, and the number to ask with next. */
  changedSince(change: number, count: number): { readonly rows: KeyRow[]; readonly change: number } {
    const found = this.#since.all(change, count);
    return { rows: found.map(rowOf), change: Number(found.at(-1)?.change ?? change) };
  }
}

function rowOf(columns: Columns): KeyRow {
  return {
    id: String(columns.id),
    digest: String(columns.digest),
    hint: String(columns.hint),
    owner: ownerOf(columns),
    created: Number(columns.created),
    expires: numberOrNull(columns.expires),
    revoked: numberOrNull(columns.revoked),
    rotatedFrom: columns.rotated_from === null ? null : String(columns.rotated_from),
    lastUsed: numberOrNull(columns.last_used),
  };
}

function ownerOf(columns: Columns): KeyOwner {
  const { tenant, team, project, application, user, groups_json, bounds_json } = columns;
  return {
    ...(typeof tenant === 'string' && { tenant }),
    ...(typeof team === 'string' && { team }),
    ...(typeof project === 'string' && { project }),
    ...(typeof application === 'string' && { application }),
    ...(typeof user === 'string' && { user }),
    groups: groups_json === '[]' ? [] : JSON.parse(String(groups_json)),
    ...(bounds_json === '{}' ? {} : JSON.parse(String(bounds_json))),
  };
}

function numberOrNull(value: SQLOutputValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

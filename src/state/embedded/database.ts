/**
 * The SQLite file of the embedded state: opened, secured, and brought to the newest schema.
 *
 * Several processes may have it open (the service, and the command line beside it); write-ahead logging lets them read
 * while one writes.
 */
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const FILE = 'sallyport.db';

/** One step a version; a step, once released, never changes. */
const SCHEMA = [
  `CREATE TABLE keys (
     id TEXT PRIMARY KEY,
     digest TEXT NOT NULL UNIQUE,
     hint TEXT NOT NULL,
     tenant TEXT, team TEXT, project TEXT, application TEXT, user TEXT,
     groups_json TEXT NOT NULL,
     created INTEGER NOT NULL,
     expires INTEGER,
     revoked INTEGER,
     rotated_from TEXT REFERENCES keys (id),
     last_used INTEGER,
     change INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX keys_by_change ON keys (change);
   CREATE INDEX keys_by_origin ON keys (rotated_from);`,
  `CREATE TABLE objects (
     kind TEXT NOT NULL,
     id TEXT NOT NULL,
     owner TEXT NOT NULL,
     backend TEXT NOT NULL,
     expires INTEGER,
     PRIMARY KEY (kind, id)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX objects_by_expiry ON objects (expires) WHERE expires IS NOT NULL;
   ALTER TABLE keys ADD COLUMN bounds_json TEXT NOT NULL DEFAULT '{}';`,
  `CREATE TABLE quota_counters (
     name TEXT PRIMARY KEY,
     at INTEGER NOT NULL,
     amount INTEGER NOT NULL,
     rest INTEGER NOT NULL,
     expires INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX quota_counters_by_expiry ON quota_counters (expires);`,
  `CREATE TABLE usage_book (
     day TEXT NOT NULL,
     tenant TEXT NOT NULL, team TEXT NOT NULL, project TEXT NOT NULL, application TEXT NOT NULL,
     "key" TEXT NOT NULL, "user" TEXT NOT NULL,
     model TEXT NOT NULL, backend TEXT NOT NULL, operation TEXT NOT NULL,
     requests INTEGER NOT NULL, refused INTEGER NOT NULL,
     input INTEGER NOT NULL, output INTEGER NOT NULL, cachedInput INTEGER NOT NULL,
     cost_nano INTEGER NOT NULL, estimated INTEGER NOT NULL,
     PRIMARY KEY (day, tenant, team, project, application, "key", "user", model, backend, operation)
   ) STRICT, WITHOUT ROWID;`,
  'ALTER TABLE objects ADD COLUMN uses_json TEXT',
];

/**
 * @param dir made if it is not there, for its owner only; undefined for a database in memory
 * @param busyMs how long to wait for another process that is writing. All the while nothing else happens in this one.
 * @throws Error if the file cannot be opened, is no database, or was made by a newer Sallyport
 */
export function openDatabase(dir: string | undefined, busyMs: number): DatabaseSync {
  const db = new DatabaseSync(dir === undefined ? ':memory:' : fileIn(dir), { timeout: busyMs });
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;');
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Runs in one transaction: all of it, or nothing.
 * @param durable false for what may be lost with the machine's power, which saves waiting for the disk
 */
export function transact<T>(db: DatabaseSync, durable: boolean, work: () => T): T {
  db.exec(`PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'}; BEGIN IMMEDIATE`);
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** A number that is another once some other connection has changed the database. */
export function dataVersion(db: DatabaseSync): () => number {
  const statement = db.prepare('PRAGMA data_version');
  return () => Number(statement.get()?.data_version);
}

/** Makes the file before SQLite does, so that it and its log are never readable to others, not even for a moment. */
function fileIn(dir: string): string {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, FILE);
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  return file;
}

function migrate(db: DatabaseSync): void {
  if (versionOf(db) === SCHEMA.length) return;
  transact(db, true, () => {
    const version = versionOf(db);
    if (version > SCHEMA.length) {
      throw new Error(
        `The state has schema ${version}; this Sallyport knows ${SCHEMA.length}. Use a newer one.`,
      );
    }
    for (const step of SCHEMA.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${SCHEMA.length}`);
  });
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.user_version);
}

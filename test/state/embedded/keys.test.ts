import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, it } from 'node:test';
import type { Random } from '../../../src/core/ports.ts';
import { digestOf, pepperOf } from '../../../src/identity/api-key.ts';
import { openDatabase } from '../../../src/state/embedded/database.ts';
import { EmbeddedKeys } from '../../../src/state/embedded/keys.ts';
import { keysContract } from '../../contract/keys.ts';

const random: Random = { bytes: (count) => randomBytes(count), fraction: () => 0.5 };
const ACME = { tenant: 'acme', groups: [] };
const MINUTE = 60_000;

let time = 1_800_000_000_000;
const clock = { now: () => time };
const advance = (ms: number) => {
  time += ms;
};

const open = (dir?: string, pepper?: ReturnType<typeof pepperOf>) => {
  const db = openDatabase(dir, 50);
  return { db, keys: new EmbeddedKeys(db, clock, random, pepper) };
};

describe('keys in the embedded state', () => {
  keysContract(() => ({ keys: open().keys, now: clock.now, advance }));
});

describe('keys in the embedded state, on disk', () => {
  const dirs: string[] = [];
  const dir = () => {
    const made = mkdtempSync(join(tmpdir(), 'sallyport-keys-'));
    dirs.push(made);
    return join(made, 'state');
  };
  afterEach(() => {
    for (const made of dirs.splice(0)) rmSync(made, { recursive: true });
  });

  it('lose no key with a restart', () => {
    const at = dir();
    const before = open(at);
    const good = before.keys.create(ACME, null);
    const bad = before.keys.create(ACME, null);
    before.keys.revoke(bad.row.id);
    before.db.close();
    const after = open(at);
    assert.ok(after.keys.find(digestOf(good.secret), time).found);
    assert.deepEqual(after.keys.find(digestOf(bad.secret), time), { found: false, why: 'revoked' });
    after.db.close();
  });

  it('are seen by another process after its next refresh: made, rotated and revoked ones', () => {
    const at = dir();
    const serving = open(at);
    const command = open(at);
    const made = command.keys.create(ACME, null);
    assert.ok(!serving.keys.find(digestOf(made.secret), time).found);
    serving.keys.refresh();
    assert.ok(serving.keys.find(digestOf(made.secret), time).found);

    const rotated = command.keys.rotate(made.row.id, 0);
    assert.ok('secret' in rotated);
    command.keys.revoke(rotated.row.id);
    serving.keys.refresh();
    assert.deepEqual(serving.keys.find(digestOf(made.secret), time), { found: false, why: 'expired' });
    assert.deepEqual(serving.keys.find(digestOf(rotated.secret), time), { found: false, why: 'revoked' });
    serving.db.close();
    command.db.close();
  });

  it('take over only what changed', () => {
    const at = dir();
    const serving = open(at);
    const command = open(at);
    const first = command.keys.create(ACME, null);
    serving.keys.refresh();
    const held = serving.keys.find(digestOf(first.secret), time);
    const second = command.keys.create(ACME, null);
    serving.keys.refresh();
    assert.ok(serving.keys.find(digestOf(second.secret), time).found);
    assert.equal(serving.keys.find(digestOf(first.secret), time), held, 'the first was not read again');
    serving.db.close();
    command.db.close();
  });

  it('take over many changes in portions, so that nothing else waits long', () => {
    const at = dir();
    const serving = open(at);
    const command = open(at);
    for (let i = 0; i < 1100; i++) command.keys.create(ACME, null);
    const sizes: [boolean, number][] = [1, 2, 3, 4].map(() => [serving.keys.refresh(), serving.keys.size]);
    assert.deepEqual(sizes, [
      [true, 512],
      [true, 1024],
      [false, 1100],
      [false, 1100],
    ]);
    serving.db.close();
    command.db.close();
  });

  it('remember to the minute when they were last used, and write it down only when told to', () => {
    const at = dir();
    const serving = open(at);
    const reader = open(at);
    const { secret } = serving.keys.create(ACME, null);
    const lastUsed = () => reader.keys.list()[0]?.lastUsed;
    const used = time;
    serving.keys.find(digestOf(secret), time);
    assert.equal(lastUsed(), null);
    serving.keys.flush();
    assert.equal(lastUsed(), used);
    advance(MINUTE - 1);
    serving.keys.find(digestOf(secret), time);
    serving.keys.flush();
    assert.equal(lastUsed(), used);
    advance(1);
    serving.keys.find(digestOf(secret), time);
    serving.keys.flush();
    assert.equal(lastUsed(), used + MINUTE);
    serving.db.close();
    reader.db.close();
  });

  it('write down every key that was used, in portions', () => {
    const { db, keys } = open();
    const secrets = Array.from({ length: 600 }, () => keys.create(ACME, null).secret);
    for (const secret of secrets) keys.find(digestOf(secret), time);
    const written = () => keys.list().filter((row) => row.lastUsed !== null).length;
    const counts = [1, 2, 3, 4].map(() => {
      keys.flush();
      return written();
    });
    assert.deepEqual(counts, [256, 512, 600, 600]);
    db.close();
  });

  it('keep what could not be written for the next time, and never wait long for another writer', () => {
    const at = dir();
    const serving = open(at);
    const { secret } = serving.keys.create(ACME, null);
    const writer = new DatabaseSync(join(at, 'sallyport.db'));
    writer.exec('BEGIN IMMEDIATE');
    serving.keys.find(digestOf(secret), time);
    assert.throws(() => serving.keys.flush(), /locked/);
    assert.ok(serving.keys.find(digestOf(secret), time).found, 'requests do not notice');
    serving.keys.refresh();
    writer.exec('ROLLBACK');
    serving.keys.flush();
    assert.equal(serving.keys.list()[0]?.lastUsed, time);
    writer.close();
    serving.db.close();
  });

  it('N2: are on disk as digests only, in files for nobody but their owner', () => {
    const at = dir();
    const { db, keys } = open(at, pepperOf(randomBytes(32)));
    const { row, secret } = keys.create(ACME, null);
    assert.match(row.digest, /^hmac-sha256:/);
    assert.equal(statSync(at).mode & 0o777, 0o700);
    for (const file of readdirSync(at)) {
      assert.equal(statSync(join(at, file)).mode & 0o077, 0, file);
      assert.ok(!readFileSync(join(at, file), 'latin1').includes(secret.slice(7)), file);
    }
    assert.ok(existsSync(join(at, 'sallyport.db')));
    db.close();
  });

  it('are read from a file that an earlier Sallyport made', () => {
    const at = dir();
    mkdirSync(at);
    const old = new DatabaseSync(join(at, 'sallyport.db'));
    old.exec(`
      CREATE TABLE keys (id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, hint TEXT NOT NULL, tenant TEXT, team TEXT,
        project TEXT, application TEXT, user TEXT, groups_json TEXT NOT NULL, created INTEGER NOT NULL,
        expires INTEGER, revoked INTEGER, rotated_from TEXT REFERENCES keys (id), last_used INTEGER,
        change INTEGER NOT NULL) STRICT;
      INSERT INTO keys VALUES ('key_old', 'sha256:1', 'sp_', 'acme', NULL, NULL, NULL, NULL, '["a"]', 1, NULL, NULL,
        NULL, NULL, 1);
      PRAGMA user_version = 1`);
    old.close();
    const { keys, db } = open(at);
    const found = keys.find('sha256:1', time);
    assert.ok(found.found);
    assert.deepEqual(
      [found.principal.tenant, found.principal.groups, found.principal.bound],
      ['acme', ['a'], undefined],
    );
    db.close();
  });

  it('are not touched by a Sallyport that is too old for them', () => {
    const at = dir();
    const { db } = open(at);
    db.exec('PRAGMA user_version = 99');
    db.close();
    assert.throws(() => open(at), /schema 99; this Sallyport knows 5/);
  });

  it('are not looked for in a file that is no database, which stays as it is', () => {
    const at = dir();
    mkdirSync(at);
    const text = 'a letter to a friend, and no database at all\n'.repeat(100);
    writeFileSync(join(at, 'sallyport.db'), text);
    assert.throws(() => open(at), /not a database/);
    assert.equal(readFileSync(join(at, 'sallyport.db'), 'utf8'), text);
  });

  it('change in one step or not at all', () => {
    const { db, keys } = open();
    const old = keys.create(ACME, null);
    const failing = new EmbeddedKeys(db, clock, { ...random, bytes: () => fail() });
    assert.throws(() => failing.rotate(old.row.id, 0), /no more random/);
    assert.deepEqual(keys.list(), [old.row]);
    assert.ok('secret' in keys.rotate(old.row.id, 0), 'no transaction was left open');
    db.close();
  });
});

function fail(): never {
  throw new Error('no more random');
}

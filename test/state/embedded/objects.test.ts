import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '../../../src/state/embedded/database.ts';
import { EmbeddedObjects } from '../../../src/state/embedded/objects.ts';
import { objectsContract } from '../../contract/objects.ts';
import { world } from '../../fakes.ts';

const DAY_MS = 86_400_000;
const open = () => new EmbeddedObjects(openDatabase(undefined, 5));

objectsContract('SQLite', open);
objectsContract('the memory of tests', () => world().objects);

test('stored responses are forgotten after 60 days without use, files never', () => {
  const objects = open();
  for (const kind of ['response', 'file'] as const)
    objects.keep({ kind, id: 'a', owner: 'o', backend: 'b' }, 0);
  objects.expire(60 * DAY_MS - 1);
  assert.ok(objects.find({ kind: 'response', id: 'a' }));
  objects.keep({ kind: 'response', id: 'a', owner: 'o', backend: 'b' }, 30 * DAY_MS);
  objects.expire(60 * DAY_MS);
  assert.ok(objects.find({ kind: 'response', id: 'a' }));
  objects.expire(90 * DAY_MS);
  assert.equal(objects.find({ kind: 'response', id: 'a' }), undefined);
  assert.ok(objects.find({ kind: 'file', id: 'a' }));
});

test('many are forgotten in portions', () => {
  const objects = open();
  for (let i = 0; i < 700; i++) objects.keep({ kind: 'response', id: `r${i}`, owner: 'o', backend: 'b' }, 0);
  assert.equal(objects.expire(61 * DAY_MS), true);
  assert.equal(objects.expire(61 * DAY_MS), false);
  assert.equal(objects.find({ kind: 'response', id: 'r0' }), undefined);
});

test('are written without waiting for the disk, and not at all where nothing changes', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-objects-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const [db, writer] = [openDatabase(dir, 5), openDatabase(dir, 5)];
  const objects = new EmbeddedObjects(db);
  const waits = () => db.prepare('PRAGMA synchronous').get()?.synchronous === 2;
  assert.ok(waits(), 'as it is opened');
  const response = { kind: 'response', id: 'a', owner: 'o', backend: 'b' } as const;
  objects.keep(response, 0);
  assert.ok(!waits());
  writer.exec('BEGIN IMMEDIATE');
  assert.equal(objects.keep(response, DAY_MS), 'kept');
  assert.equal(objects.keep({ ...response, owner: 'x' }, DAY_MS), 'taken');
  assert.equal(objects.find(response)?.owner, 'o');
  assert.throws(() => objects.keep({ ...response, id: 'b' }, 0), /locked/);
  writer.exec('ROLLBACK');
  assert.equal(objects.keep({ ...response, id: 'b' }, 0), 'kept', 'no transaction was left open');
  writer.close();
  db.close();
});

test('what one process keeps another one finds, and after a restart it is there still', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-objects-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const [one, other] = [openDatabase(dir, 5), openDatabase(dir, 5)];
  new EmbeddedObjects(one).keep({ kind: 'file', id: 'a', owner: 'o', backend: 'b' }, 0);
  assert.equal(new EmbeddedObjects(other).find({ kind: 'file', id: 'a' })?.owner, 'o');
  assert.equal(
    new EmbeddedObjects(other).keep({ kind: 'file', id: 'a', owner: 'x', backend: 'b' }, 0),
    'taken',
  );
  one.close();
  other.close();
  const again = openDatabase(dir, 5);
  assert.equal(new EmbeddedObjects(again).find({ kind: 'file', id: 'a' })?.backend, 'b');
  again.close();
});

test('of a file of requests it is kept what they are expected to use', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-objects-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = {
    kind: 'file',
    id: 'f',
    owner: 'o',
    backend: 'b',
    uses: [{ operation: 'chat', model: 'fast', requests: 3, input: 30, output: 900 }],
  } as const;
  const db = openDatabase(dir, 5);
  new EmbeddedObjects(db).keep(file, 0);
  db.close();
  const again = openDatabase(dir, 5);
  assert.deepEqual(new EmbeddedObjects(again).find(file), file);
  again.close();
});

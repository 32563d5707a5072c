/** What every implementation of the key store must do. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Soon } from '../../src/core/soon.ts';
import { digestOf, wellFormed } from '../../src/identity/api-key.ts';
import type { KeyProblem, KeyRow, KeyStore, NewKey } from '../../src/identity/key-store.ts';

/** An implementation under test, and its time. */
export interface KeysUnderTest {
  readonly keys: KeyStore;
  readonly now: () => number;
  readonly advance: (ms: number) => void;
}

const ACME = { tenant: 'acme', team: 'search', groups: ['analysts', 'eu'] };
const HOUR = 3_600_000;

function made(result: NewKey | KeyProblem): NewKey {
  assert.ok('secret' in result, JSON.stringify(result));
  return result;
}

/** @param open makes an empty store without a pepper */
export function keysContract(open: () => Soon<KeysUnderTest>): void {
  const find = (test: KeysUnderTest, key: string) => test.keys.find(digestOf(key), test.now());

  it('finds a key by its digest at once, with whom it speaks for', async () => {
    const test = await open();
    const { row, secret } = await test.keys.create(ACME, null);
    assert.ok(wellFormed(secret));
    assert.deepEqual(find(test, secret), {
      found: true,
      principal: { methods: ['api-key'], id: row.id, key: row.id, ...ACME },
    });
    assert.equal(test.keys.size, 1);
  });

  it('keeps attributes that a key does not have absent', async () => {
    const test = await open();
    const { secret } = await test.keys.create({ groups: [] }, null);
    const found = find(test, secret);
    assert.ok(found.found);
    assert.deepEqual(Object.keys(found.principal).sort(), ['groups', 'id', 'key', 'methods']);
  });

  it('stores nothing from which the key could be told', async () => {
    const test = await open();
    const { secret } = await test.keys.create(ACME, null);
    const stored = JSON.stringify(await test.keys.list());
    assert.ok(!stored.includes(secret) && !stored.includes(secret.slice(3, 20)));
  });

  it('does not know a key that was never made', async () => {
    assert.deepEqual(find(await open(), 'sp_x'), { found: false, why: 'unknown' });
  });

  it('refuses a key from the moment at which it expires', async () => {
    const test = await open();
    const { secret } = await test.keys.create(ACME, test.now() + HOUR);
    test.advance(HOUR - 1);
    assert.ok(find(test, secret).found);
    test.advance(1);
    assert.deepEqual(find(test, secret), { found: false, why: 'expired' });
  });

  it('refuses a key from the moment at which it is revoked, expired or not', async () => {
    const test = await open();
    const { row, secret } = await test.keys.create(ACME, test.now() + HOUR);
    const revoked = await test.keys.revoke(row.id);
    assert.ok(!('problem' in revoked) && revoked.revoked === test.now());
    assert.deepEqual(find(test, secret), { found: false, why: 'revoked' });
    test.advance(2 * HOUR);
    assert.deepEqual(find(test, secret), { found: false, why: 'revoked' });
    assert.deepEqual(await test.keys.revoke(row.id), { problem: 'already_revoked', at: revoked.revoked });
  });

  it('L21: knows both keys while a rotation overlaps, each by its own id, then only the new one', async () => {
    const test = await open();
    const old = await test.keys.create(ACME, null);
    const next = made(await test.keys.rotate(old.row.id, 24 * HOUR));
    assert.equal(next.row.rotatedFrom, old.row.id);
    assert.deepEqual(next.row.owner, ACME);
    for (const key of [old, next]) {
      const found = find(test, key.secret);
      assert.ok(found.found && found.principal.key === key.row.id);
    }
    test.advance(24 * HOUR);
    assert.deepEqual(find(test, old.secret), { found: false, why: 'expired' });
    assert.ok(find(test, next.secret).found);
  });

  it('never lets a key live longer for being rotated', async () => {
    const test = await open();
    const old = await test.keys.create(ACME, test.now() + HOUR);
    made(await test.keys.rotate(old.row.id, 24 * HOUR));
    test.advance(HOUR);
    assert.deepEqual(find(test, old.secret), { found: false, why: 'expired' });
  });

  it('gives the new key as long as the old one was made for, or what was asked', async () => {
    const test = await open();
    const old = await test.keys.create(ACME, test.now() + 10 * HOUR);
    test.advance(4 * HOUR);
    const next = made(await test.keys.rotate(old.row.id, 0));
    assert.equal(next.row.expires, test.now() + 10 * HOUR);
    assert.deepEqual(find(test, old.secret), { found: false, why: 'expired' });
    const last = made(await test.keys.rotate(next.row.id, 0, test.now() + HOUR));
    assert.equal(last.row.expires, test.now() + HOUR);
  });

  it('rotates only a key that is good and was not rotated yet', async () => {
    const test = await open();
    const old = await test.keys.create(ACME, null);
    const next = made(await test.keys.rotate(old.row.id, HOUR));
    assert.deepEqual(await test.keys.rotate(old.row.id, HOUR), {
      problem: 'already_rotated',
      to: next.row.id,
    });
    await test.keys.revoke(next.row.id);
    assert.ok(
      'secret' in (await test.keys.rotate(old.row.id, HOUR)),
      'the first replacement was lost and revoked',
    );
    assert.deepEqual(await test.keys.rotate(next.row.id, HOUR), {
      problem: 'already_revoked',
      at: test.now(),
    });
    test.advance(HOUR);
    assert.deepEqual(await test.keys.rotate(old.row.id, HOUR), { problem: 'expired', at: test.now() });
    for (const id of ['key_none', '', '__proto__']) {
      assert.deepEqual(await test.keys.rotate(id, HOUR), { problem: 'unknown_key' });
      assert.deepEqual(await test.keys.revoke(id), { problem: 'unknown_key' });
    }
  });

  it('lists keys of the same millisecond in the order in which they were made, whatever became of them', async () => {
    const test = await open();
    const ids: string[] = [];
    for (let i = 0; i < 20; i++) ids.push((await test.keys.create(ACME, null)).row.id);
    for (const id of ids.slice(0, 10).reverse()) await test.keys.revoke(id);
    assert.deepEqual(
      (await test.keys.list()).map((row) => row.id),
      ids,
    );
  });

  it('keeps what a key is narrowed to, and hands it on when the key is rotated', async () => {
    const test = await open();
    const owner = {
      tenant: 'Größe & Söhne',
      groups: [],
      scopes: ['model:read'],
      labels: { env: 'prod' },
      networks: ['192.0.2.0/24'],
      grants: ['reading'],
      limits: [{ requests: 60, windowMs: 60_000 }],
    };
    const made = await test.keys.create(owner, null);
    const replaced = await test.keys.rotate(made.row.id, HOUR);
    assert.ok('secret' in replaced);
    for (const { secret, row } of [made, replaced]) {
      const found = find(test, secret);
      assert.ok(found.found);
      assert.deepEqual(found.principal, {
        methods: ['api-key'],
        id: row.id,
        key: row.id,
        tenant: 'Größe & Söhne',
        groups: [],
        scopes: ['model:read'],
        labels: { env: 'prod' },
        bound: { grants: ['reading'], limits: [{ requests: 60, windowMs: 60_000 }] },
      });
      assert.equal(found.networks?.contains('192.0.2.9'), true);
      assert.equal(found.networks?.contains('198.51.100.9'), false);
    }
    assert.deepEqual(
      (await test.keys.list()).map((row) => row.owner),
      [owner, owner],
    );
  });

  it('takes many keys over at once, all of them or none', async () => {
    const test = await open();
    const digest = `sha256:${'ab'.repeat(32)}`;
    const stored = await test.keys.createAll([
      { owner: ACME, expires: null, digest },
      { owner: { groups: [] }, expires: null },
    ]);
    assert.ok(!('problem' in stored));
    assert.ok(test.keys.find(digest, test.now()).found);
    const again = await test.keys.createAll([
      { owner: ACME, expires: null },
      { owner: ACME, expires: null, digest },
    ]);
    assert.deepEqual(again, { problem: 'known_digest', at: 1 });
    assert.equal(test.keys.size, 2);
    const same = `sha256:${'cd'.repeat(32)}`;
    const twice = await test.keys.createAll([
      { owner: ACME, expires: null, digest: same },
      { owner: ACME, expires: null, digest: same },
    ]);
    assert.deepEqual(twice, { problem: 'known_digest', at: 1 });
    assert.equal(test.keys.size, 2);
  });

  it('lists every key ever made, oldest first, with what became of it', async () => {
    const test = await open();
    const first = await test.keys.create(ACME, null);
    test.advance(1000);
    const second = await test.keys.create(
      { user: 'ann@example.org', project: 'ranker', application: 'cli', groups: [] },
      9e12,
    );
    await test.keys.revoke(first.row.id);
    const expected: KeyRow[] = [{ ...first.row, revoked: test.now() }, second.row];
    assert.deepEqual(await test.keys.list(), expected);
  });
}

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, mock } from 'node:test';
import { NOTHING_USED } from '../../../src/core/usage-book.ts';
import type { Voucher } from '../../../src/core/voucher.ts';
import { digestOf } from '../../../src/identity/api-key.ts';
import { openEmbeddedState, openKeys } from '../../../src/state/embedded/index.ts';

const random = { bytes: (count: number) => randomBytes(count), fraction: () => 0.5 };
const clock = { now: () => Date.now(), elapsed: () => Date.now() };

function open(dir?: string) {
  const faults: string[] = [];
  const lost: string[] = [];
  const state = openEmbeddedState({
    dir,
    clock,
    random,
    notFollowed: (voucher) => lost.push(voucher.requestId),
    onFault: (where) => faults.push(where),
  });
  return { state, faults, lost };
}

describe('the embedded state', () => {
  it('sees within a second what a command changed', () => {
    mock.timers.enable({ apis: ['setInterval', 'Date'] });
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-state-'));
    const { state } = open(dir);
    const command = openKeys({ dir, clock, random });
    const { row, secret } = command.keys.create({ groups: [] }, null);
    mock.timers.tick(1000);
    assert.ok(state.keys.find(digestOf(secret), clock.now()).found);
    command.keys.revoke(row.id);
    mock.timers.tick(1000);
    assert.ok(!state.keys.find(digestOf(secret), clock.now()).found);
    command.close();
    state.close();
    rmSync(dir, { recursive: true });
    mock.timers.reset();
  });

  it('says what fails in the background, and when it works again', () => {
    mock.timers.enable({ apis: ['setInterval', 'Date'] });
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-state-'));
    const { state, faults } = open(dir);
    const { secret } = state.keys.create({ groups: [] }, null);
    const writer = new DatabaseSync(join(dir, 'sallyport.db'));
    writer.exec('BEGIN IMMEDIATE');
    state.keys.find(digestOf(secret), clock.now());
    mock.timers.tick(1000);
    assert.deepEqual(state.health(), { ok: false, failing: ['state.flush'], keys: 1 });
    assert.deepEqual(faults, ['state.flush']);
    writer.exec('ROLLBACK');
    mock.timers.tick(1000);
    assert.deepEqual(state.health(), { ok: true, failing: [], keys: 1 });
    writer.close();
    state.close();
    rmSync(dir, { recursive: true });
    mock.timers.reset();
  });

  it('reports requests that never reached the second door, at the latest when it closes', () => {
    mock.timers.enable({ apis: ['setInterval', 'Date'] });
    const { state, lost } = open();
    state.passages.open({ requestId: 'a', path: '/' } as Voucher);
    mock.timers.tick(16_000);
    assert.deepEqual(lost, ['a']);
    state.passages.open({ requestId: 'b', path: '/' } as Voucher);
    state.close();
    assert.deepEqual(lost, ['a', 'b']);
    mock.timers.reset();
  });

  it('writes what limits count and what was used within a second, and the rest when it closes', async () => {
    mock.timers.enable({ apis: ['setInterval', 'Date'] });
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-state-'));
    const { state, faults } = open(dir);
    const over = { kind: 'period', start: 0, end: 2 * Date.now() + 1 } as const;
    const spend = (id: string, counter: string) => {
      const claim = { counter, home: '', over, limit: 10, amount: 3, shadow: false };
      assert.ok(state.quotas.reserve(id, 0, [claim], Date.now()).admitted);
      const counts = { ...NOTHING_USED, requests: 1 };
      state.usage.note({ day: '2026-03-02', of: { tenant: counter }, counts });
    };
    const written = () => {
      const reader = new DatabaseSync(join(dir, 'sallyport.db'), { readOnly: true });
      const counters = reader.prepare('SELECT count(*) AS n FROM quota_counters').get()?.n;
      const rows = reader.prepare('SELECT count(*) AS n FROM usage_book').get()?.n;
      reader.close();
      return [counters, rows];
    };
    for (let i = 0; i < 500; i++) spend(`r${i}`, `c${i}`);
    mock.timers.tick(1000);
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    assert.deepEqual(written(), [500, 500]);
    spend('late', 'late');
    state.close();
    assert.deepEqual(written(), [501, 501]);
    assert.deepEqual(faults, []);
    rmSync(dir, { recursive: true });
    mock.timers.reset();
  });

  it('renews the places of requests that are kept', () => {
    mock.timers.enable({ apis: ['setInterval', 'Date'] });
    const { state } = open();
    const claim = {
      counter: 'c',
      home: '',
      over: { kind: 'places' },
      limit: 1,
      amount: 1,
      shadow: false,
    } as const;
    const first = state.quotas.reserve('a', 0, [claim], Date.now());
    assert.ok(first.admitted);
    state.quotas.keep(first.hold);
    mock.timers.tick(60_000);
    assert.ok(!state.quotas.reserve('b', 0, [claim], Date.now()).admitted);
    state.quotas.settle(first.hold, [1], Date.now());
    assert.ok(state.quotas.reserve('b', 0, [claim], Date.now()).admitted);
    mock.timers.tick(10_000);
    assert.ok(state.quotas.reserve('c', 0, [claim], Date.now()).admitted, 'b was not kept');
    state.close();
    mock.timers.reset();
  });

  it('forgets all stored responses that have expired, however many, and lets other work run between', async () => {
    mock.timers.enable({ apis: ['setInterval', 'Date'] });
    const { state } = open();
    const response = (i: number) => ({ kind: 'response', id: `r${i}`, owner: 'o', backend: 'b' }) as const;
    for (let i = 0; i < 1200; i++) state.objects.keep(response(i), -60 * 86_400_000);
    const left = () =>
      Array.from({ length: 1200 }, (_, i) => state.objects.find(response(i))).filter(Boolean).length;
    mock.timers.tick(10_000);
    assert.equal(left(), 700);
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    assert.equal(left(), 0);
    state.close();
    mock.timers.reset();
  });

  it('is silent: opening it prints no warning, and leaves nothing that keeps the process alive', () => {
    const script = `
      import { openEmbeddedState } from './src/state/embedded/index.ts';
      openEmbeddedState({ clock: { now: Date.now, elapsed: Date.now }, random: {}, notFollowed() {}, onFault() {} });`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000 });
    assert.deepEqual([run.status, run.stdout.toString(), run.stderr.toString()], [0, '', '']);
  });
});

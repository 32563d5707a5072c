import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, mock } from 'node:test';
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

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { BatchedLedger } from '../../src/audit/batch.ts';
import { lineOf } from '../../src/audit/line.ts';
import { AppendError, type AuditSink } from '../../src/audit/sink.ts';
import { ledgerContract } from '../contract/ledger.ts';
import { parsed, recordOf } from './records.ts';

/** A sink whose appends end when, and as, the test says. */
class ScriptedSink implements AuditSink {
  text = '';
  appends = 0;
  closed = 0;
  /** Makes the next appends fail after so many whole bytes. */
  failing: number | undefined;
  /** Set, appends wait for it. */
  gate: Promise<void> | undefined;

  async append(lines: Uint8Array): Promise<void> {
    this.appends++;
    await this.gate;
    if (this.failing === undefined) {
      this.text += Buffer.from(lines).toString();
      return;
    }
    const whole = this.failing === 0 ? 0 : lines.lastIndexOf(10, this.failing - 1) + 1;
    this.text += Buffer.from(lines.subarray(0, whole)).toString();
    throw new AppendError(whole, new Error('ENOSPC: no space left on device'));
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

const LINE = lineOf(recordOf('x')).length;
const clock = { now: () => Date.now() };
const settle = async () => {
  for (let i = 0; i < 10; i++) await new Promise(setImmediate);
};

function open(maxPendingBytes?: number) {
  const sink = new ScriptedSink();
  const faults: string[] = [];
  const ledger = new BatchedLedger(sink, { clock, onFault: (where) => faults.push(where), maxPendingBytes });
  const requests = () => parsed(sink.text).map((line) => line.request ?? line.gap);
  return { sink, ledger, faults, requests };
}

describe('a ledger that writes in batches', () => {
  ledgerContract(async () => {
    const { sink, ledger } = open();
    return { ledger, finish: () => ledger.close().then(() => sink.text) };
  });

  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_800_000_000_000 }));
  afterEach(() => mock.timers.reset());

  it('writes what came within 50 ms in one append', async () => {
    const { sink, ledger } = open();
    for (let i = 0; i < 10; i++) ledger.write(recordOf(`${i}`));
    mock.timers.tick(49);
    await settle();
    assert.equal(sink.appends, 0);
    mock.timers.tick(1);
    await settle();
    assert.equal(sink.appends, 1);
    assert.equal(parsed(sink.text).length, 10);
  });

  it('does not wait once 64 KB have come', async () => {
    const { sink, ledger } = open();
    for (let i = 0; i < 65_536 / LINE + 20; i++) ledger.write(recordOf(`${i}`));
    await settle();
    assert.equal(sink.appends, 1);
  });

  it('makes one append at a time, and keeps the order', async () => {
    const { sink, ledger, requests } = open();
    const gate = Promise.withResolvers<void>();
    sink.gate = gate.promise;
    ledger.write(recordOf('0'));
    mock.timers.tick(50);
    for (let i = 1; i < 500; i++) ledger.write(recordOf(`${i}`));
    mock.timers.tick(1000);
    await settle();
    assert.equal(sink.appends, 1);
    gate.resolve();
    await settle();
    assert.deepEqual(
      requests(),
      Array.from({ length: 500 }, (_, i) => `${i}`),
    );
  });

  it('N5: is not healthy while the disk is full, writes everything once it is not, and says so', async () => {
    const { sink, ledger, faults, requests } = open();
    sink.failing = 0;
    ledger.write(recordOf('a'));
    mock.timers.tick(50);
    await settle();
    assert.equal(ledger.healthy(), false);
    assert.deepEqual(ledger.health(), { ok: false, lost: 0, error: 'ENOSPC: no space left on device' });
    assert.deepEqual(faults, ['audit.append']);
    ledger.write(recordOf('b'));
    mock.timers.tick(999);
    await settle();
    assert.equal(sink.appends, 1, 'tries once a second');
    sink.failing = undefined;
    mock.timers.tick(1);
    await settle();
    mock.timers.tick(50);
    await settle();
    assert.deepEqual(requests(), ['a', 'b']);
    assert.deepEqual(ledger.health(), { ok: true, lost: 0, error: null });
  });

  it('writes no line twice that a failed append had written', async () => {
    const { sink, ledger, requests } = open();
    for (const id of ['a', 'b', 'c', 'd']) ledger.write(recordOf(id));
    sink.failing = 2.5 * LINE;
    mock.timers.tick(50);
    await settle();
    assert.deepEqual(requests(), ['a', 'b']);
    sink.failing = undefined;
    mock.timers.tick(1000);
    await settle();
    assert.deepEqual(requests(), ['a', 'b', 'c', 'd']);
  });

  it('N5: counts what it had no room for, and puts a gap line in its place', async () => {
    const { sink, ledger, requests } = open(3.5 * LINE);
    sink.failing = 0;
    for (const id of ['a', 'b', 'c', 'lost', 'lost', 'lost']) ledger.write(recordOf(id));
    mock.timers.tick(50);
    await settle();
    mock.timers.tick(300);
    ledger.write(recordOf('lost'));
    assert.deepEqual(ledger.health(), { ok: false, lost: 4, error: 'ENOSPC: no space left on device' });
    sink.failing = undefined;
    mock.timers.tick(1000);
    await settle();
    assert.equal(ledger.healthy(), false, 'the gap is not on record yet');
    ledger.write(recordOf('d'));
    assert.equal(ledger.healthy(), true);
    await ledger.close();
    assert.deepEqual(requests(), [
      'a',
      'b',
      'c',
      { reason: 'overflow', lost: 4, since: '2027-01-15T08:00:00.000Z' },
      'd',
    ]);
    assert.equal(ledger.health().lost, 4);
  });

  it('puts the gap on record at its end, if nothing came after it', async () => {
    const { ledger, requests } = open(1.5 * LINE);
    for (const id of ['a', 'lost']) ledger.write(recordOf(id));
    await ledger.close();
    assert.deepEqual(requests(), ['a', { reason: 'overflow', lost: 1, since: '2027-01-15T08:00:00.000Z' }]);
  });

  it('M15: holds a bounded number of bytes while its sink stands still', async () => {
    const { sink, ledger } = open(20 * LINE);
    sink.gate = new Promise(() => undefined);
    for (let i = 0; i < 10_000; i++) ledger.write(recordOf(`${i}`));
    assert.ok(ledger.health().lost >= 10_000 - 20);
  });

  it('counts what it could not write before it was closed, and what came after', async () => {
    const { sink, ledger, requests } = open();
    for (const id of ['a', 'b', 'c']) ledger.write(recordOf(id));
    sink.failing = LINE;
    await ledger.close();
    assert.deepEqual(requests(), ['a']);
    assert.equal(ledger.health().lost, 2);
    ledger.write(recordOf('late'));
    assert.equal(ledger.health().lost, 3);
    await ledger.close();
    assert.equal(sink.closed, 1);
  });

  it('does not wait for ever for a sink that stands still', async () => {
    mock.timers.reset();
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_800_000_000_000 });
    const { sink, ledger } = open();
    sink.gate = new Promise(() => undefined);
    ledger.write(recordOf('a'));
    const closed = ledger.close();
    await settle();
    mock.timers.tick(5000);
    await closed;
    assert.equal(ledger.health().lost, 1);
  });
});

/** What every ledger that writes somewhere must do. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Ledger } from '../../src/core/ports.ts';
import { parsed, recordOf } from '../audit/records.ts';

/** A ledger under test. */
export interface LedgerUnderTest {
  readonly ledger: Ledger;
  /** Closes the ledger and tells what it wrote, as JSON lines. */
  readonly finish: () => Promise<string>;
}

/** @param open makes an empty ledger */
export function ledgerContract(open: () => Promise<LedgerUnderTest>): void {
  it('keeps every record, whole and in order', async () => {
    const { ledger, finish } = await open();
    const records = Array.from({ length: 5000 }, (_, i) => recordOf(`${i}`, { latency_ms: i }));
    for (const record of records) ledger.write(record);
    const written = parsed(await finish());
    assert.equal(written.length, records.length);
    for (const [i, record] of records.entries()) assert.deepEqual(written[i], record);
  });

  it('takes records while it writes', async () => {
    const { ledger, finish } = await open();
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 50; i++) ledger.write(recordOf(`${round * 50 + i}`));
      await new Promise(setImmediate);
    }
    const requests = parsed(await finish()).map((record) => record.request);
    assert.deepEqual(
      requests,
      Array.from({ length: 1000 }, (_, i) => `${i}`),
    );
  });

  it('N1: keeps a record on one line of printable text, whatever is in it, with its value unchanged', async () => {
    const { ledger, finish } = await open();
    const asked = 'a\n{"request":"forged"}\r\u001b[2J\u009b\u202e\u2028\u{e0041}';
    ledger.write(recordOf('evil', { model: { asked, served: null } }));
    const text = await finish();
    assert.match(text, /^[\x20-\x7e]+\n$/);
    assert.deepEqual(parsed(text), [recordOf('evil', { model: { asked, served: null } })]);
  });

  it('keeps nothing where nothing was written', async () => {
    const { finish } = await open();
    assert.equal(await finish(), '');
  });
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lineOf } from '../../src/audit/line.ts';
import { MemoryLedger } from '../../src/audit/memory.ts';
import { ledgerContract } from '../contract/ledger.ts';
import { recordOf } from './records.ts';

describe('records in memory', () => {
  ledgerContract(async () => {
    const ledger = new MemoryLedger();
    return { ledger, finish: async () => ledger.records.map(lineOf).join('') };
  });

  it('are the newest ones, a bounded number of them', () => {
    const ledger = new MemoryLedger(3);
    for (let i = 0; i < 10; i++) ledger.write(recordOf(`${i}`));
    assert.deepEqual(
      ledger.records.map((record) => record.request),
      ['7', '8', '9'],
    );
  });
});

import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openAuditDescriptor } from '../../src/audit/descriptor.ts';
import { ledgerContract } from '../contract/ledger.ts';
import { recordOf } from './records.ts';

const dir = mkdtempSync(join(tmpdir(), 'sallyport-out-'));
after(() => rmSync(dir, { recursive: true }));
const options = { clock: { now: () => 0 }, onFault: () => undefined };

describe('audit lines on a file descriptor', () => {
  ledgerContract(async () => {
    const path = join(dir, `${Math.random()}`);
    const descriptor = openSync(path, 'a');
    const ledger = openAuditDescriptor(options, descriptor);
    return {
      ledger,
      finish: async () => {
        await ledger.close();
        closeSync(descriptor);
        return readFileSync(path, 'utf8');
      },
    };
  });

  it('N5: are counted as lost where nobody takes them, and harm nothing else', async () => {
    const descriptor = openSync('/dev/full', 'w');
    const ledger = openAuditDescriptor(options, descriptor);
    ledger.write(recordOf('a'));
    await ledger.flush();
    assert.equal(ledger.healthy(), false);
    await ledger.close();
    assert.equal(ledger.health().lost, 1);
    closeSync(descriptor);
  });
});

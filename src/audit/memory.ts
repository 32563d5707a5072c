/** Records in memory, for tests and for commands that show them. The newest are kept. */
import type { Ledger } from '../core/ports.ts';
import type { AuditRecord } from '../core/record.ts';

export class MemoryLedger implements Ledger {
  readonly #max: number;
  readonly #records: AuditRecord[] = [];

  constructor(max = 10_000) {
    this.#max = max;
  }

  /** Oldest first. */
  get records(): readonly AuditRecord[] {
    return this.#records;
  }

  write(record: AuditRecord): void {
    this.#records.push(record);
    if (this.#records.length > this.#max) this.#records.shift();
  }
}

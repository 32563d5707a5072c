/** Records go where the policy in force says: to its file, else to standard output. A change of place loses none. */
import type { Clock, Ledger } from '../core/ports.ts';
import type { AuditRecord } from '../core/record.ts';
import type { BatchedLedger, LedgerHealth } from './batch.ts';
import { openAuditDescriptor } from './descriptor.ts';
import { openAuditFile } from './file.ts';

/** Where records go. */
export interface AuditPlace {
  readonly file?: { readonly path: string; readonly rotateBytes: number; readonly keepDays: number };
}

export class PlacedLedger implements Ledger {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #report: (where: string, error: unknown) => void;
  #place = '';
  #ledger: BatchedLedger;

  constructor(clock: Pick<Clock, 'now'>, report: (where: string, error: unknown) => void) {
    this.#clock = clock;
    this.#report = report;
    this.#ledger = openAuditDescriptor({ clock, onFault: report });
  }

  write(record: AuditRecord): void {
    this.#ledger.write(record);
  }

  health(): LedgerHealth {
    return this.#ledger.health();
  }

  /**
   * Moves to another place. Where its file cannot be opened, records go on to where they went, and the fault is told.
   * @throws (rejects) if the first file cannot be opened: to start without the record that the policy asks for is a
   * choice that nobody made
   */
  async use(place: AuditPlace | undefined): Promise<void> {
    const wanted = JSON.stringify(place?.file ?? null);
    if (place === undefined || wanted === this.#place) return;
    const shared = { clock: this.#clock, onFault: this.#report };
    try {
      const next =
        place.file === undefined
          ? openAuditDescriptor(shared)
          : await openAuditFile({ ...place.file, ...shared });
      const before = this.#ledger;
      this.#ledger = next;
      this.#place = wanted;
      await before.close();
    } catch (error) {
      this.#report('audit', error);
      if (this.#place === '') throw error;
    }
  }

  close(): Promise<void> {
    return this.#ledger.close();
  }
}

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
  #moving: Promise<void> = Promise.resolve();
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
   * Moves to another place, one move after another. Where its file cannot be opened, records go on to where they went.
   * @throws (rejects) the system's error if the file cannot be opened
   */
  use(place: AuditPlace | undefined): Promise<void> {
    const moved = this.#moving.then(() => this.#move(place));
    this.#moving = moved.catch(() => {});
    return moved;
  }

  async #move(place: AuditPlace | undefined): Promise<void> {
    const wanted = JSON.stringify(place?.file ?? null);
    if (place === undefined || wanted === this.#place) return;
    const shared = { clock: this.#clock, onFault: this.#report };
    const next =
      place.file === undefined
        ? openAuditDescriptor(shared)
        : await openAuditFile({ ...place.file, ...shared });
    const before = this.#ledger;
    this.#ledger = next;
    this.#place = wanted;
    await before.close();
  }

  close(): Promise<void> {
    return this.#ledger.close();
  }
}

/**
 * A ledger that writes in batches: records are taken at once and in order, and appended to a sink some milliseconds
 * later, one append at a time.
 *
 * Memory is bounded. While the sink fails or cannot keep up, records wait; when no more can wait they are counted as
 * lost, and a gap line stands in their place as soon as there is room again. What it cannot promise: records of the
 * last milliseconds survive neither a kill -9 nor, before the file is closed, a power cut.
 */
import type { Clock, Ledger } from '../core/ports.ts';
import type { AuditRecord } from '../core/record.ts';
import { lineOf } from './line.ts';
import { AppendError, type AuditSink, messageOf } from './sink.ts';

/** Time that records may wait to be written together. */
const FLUSH_MS = 50;
const FLUSH_BYTES = 64 * 1024;
/** About 13,000 records; what may wait while the sink is out of order. */
const MAX_PENDING_BYTES = 8 * 1024 * 1024;
const RETRY_MS = 1000;
const CLOSE_MS = 5000;
const LINE_FEED = 10;

export interface LedgerHealth {
  /** False from a failed write, or the first lost record, until all that waited was written. */
  readonly ok: boolean;
  /** Records lost since the start. */
  readonly lost: number;
  readonly error: string | null;
}

export interface BatchOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** A write failed. It is tried again once a second. */
  readonly onFault: (where: string, error: unknown) => void;
  readonly maxPendingBytes?: number | undefined;
}

export class BatchedLedger implements Ledger {
  readonly #sink: AuditSink;
  readonly #options: BatchOptions;
  readonly #maxPending: number;
  /** Whole lines; a gap line is in one piece with the record after it. */
  #lines: string[] = [];
  #pending = 0;
  /** Lines under way, or left over by a failed append. */
  #rest: Uint8Array | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #closing = false;
  #error: string | null = null;
  #lost = 0;
  #gap: { lost: number; since: number } | undefined;

  constructor(sink: AuditSink, options: BatchOptions) {
    this.#sink = sink;
    this.#options = options;
    this.#maxPending = options.maxPendingBytes ?? MAX_PENDING_BYTES;
  }

  /** Takes a record. One that comes after the end, or that there is no room for, is counted as lost. */
  write(record: AuditRecord): void {
    if (this.#closing || !this.#accept(lineOf(record))) this.#lose();
  }

  healthy(): boolean {
    return this.#error === null && this.#gap === undefined;
  }

  health(): LedgerHealth {
    return { ok: this.healthy(), lost: this.#lost, error: this.#error };
  }

  /** Writes what waits. Settles when all of it is written, or an append failed. */
  async flush(): Promise<void> {
    do {
      await this.#writing;
      this.#start();
      await this.#writing;
    } while (this.#pending > 0 && this.#error === null);
  }

  /** Writes what waits, until an append fails or five seconds have passed, and closes the sink. What is left is lost. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, CLOSE_MS);
    await Promise.race([this.#finish(), patience.promise]);
    clearTimeout(timer);
    clearTimeout(this.#timer);
    this.#lost += countLines(Buffer.from(this.#lines.join(''))) + countLines(this.#rest);
    this.#lines = [];
    this.#rest = undefined;
  }

  async #finish(): Promise<void> {
    await this.flush();
    if (this.#error === null && this.#push(this.#gapLine())) {
      this.#gap = undefined;
      await this.flush();
    }
    await this.#sink.close();
  }

  /** The gap line goes before the first record that there is room for again, and never without one. */
  #accept(line: string): boolean {
    if (!this.#push(this.#gapLine() + line)) return false;
    this.#gap = undefined;
    return true;
  }

  /** Empty where no record is missing. */
  #gapLine(): string {
    if (this.#gap === undefined) return '';
    const { lost, since } = this.#gap;
    const time = new Date(this.#options.clock.now()).toISOString();
    return lineOf({ time, gap: { reason: 'overflow', lost, since: new Date(since).toISOString() } });
  }

  #push(text: string): boolean {
    const size = Buffer.byteLength(text);
    if (this.#pending + size > this.#maxPending) return false;
    this.#lines.push(text);
    this.#pending += size;
    if (this.#pending >= FLUSH_BYTES && this.#error === null) this.#start();
    else this.#arm(FLUSH_MS);
    return true;
  }

  #lose(): void {
    this.#lost++;
    if (this.#gap === undefined) this.#gap = { lost: 1, since: this.#options.clock.now() };
    else this.#gap.lost++;
  }

  #arm(ms: number): void {
    if (this.#timer !== undefined || this.#writing !== undefined) return;
    this.#timer = setTimeout(() => this.#start(), ms);
    this.#timer.unref();
  }

  #start(): void {
    if (this.#writing !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const bytes = this.#takeBytes();
    if (bytes === undefined) return;
    this.#writing = this.#append(bytes);
  }

  /** What comes next: the rest of a failed append, alone, or all the lines that wait. */
  #takeBytes(): Uint8Array | undefined {
    if (this.#rest !== undefined) return this.#rest;
    if (this.#lines.length === 0) return undefined;
    this.#rest = Buffer.from(this.#lines.join(''));
    this.#lines = [];
    return this.#rest;
  }

  async #append(bytes: Uint8Array): Promise<void> {
    try {
      await this.#sink.append(bytes);
      this.#settle(bytes, bytes.length);
      this.#error = null;
    } catch (error) {
      this.#settle(bytes, error instanceof AppendError ? error.written : 0);
      this.#error = messageOf(error);
      this.#options.onFault('audit.append', error);
    } finally {
      this.#writing = undefined;
      this.#next();
    }
  }

  #settle(bytes: Uint8Array, written: number): void {
    this.#pending -= written;
    this.#rest = written < bytes.length ? bytes.subarray(written) : undefined;
  }

  #next(): void {
    if (this.#error !== null) this.#arm(RETRY_MS);
    else if (this.#pending >= FLUSH_BYTES) this.#start();
    else if (this.#pending > 0) this.#arm(FLUSH_MS);
  }
}

function countLines(bytes: Uint8Array | undefined): number {
  return bytes === undefined ? 0 : bytes.reduce((count, byte) => (byte === LINE_FEED ? count + 1 : count), 0);
}

/** Audit lines on an open file descriptor, such as standard output, for platforms that collect it. */
import { write } from 'node:fs';
import { promisify } from 'node:util';
import { BatchedLedger, type BatchOptions } from './batch.ts';
import { AppendError, type AuditSink } from './sink.ts';

const writeBytes = promisify(write);
const STANDARD_OUTPUT = 1;

/**
 * Records as lines on a descriptor, which is not closed. Written from a thread of the pool, not as a stream: Node's
 * own standard output waits for a pipe's reader with everything else. A reader that stops makes records wait and then
 * be lost, counted.
 */
export function openAuditDescriptor(options: BatchOptions, descriptor = STANDARD_OUTPUT): BatchedLedger {
  return new BatchedLedger(new DescriptorSink(descriptor), options);
}

class DescriptorSink implements AuditSink {
  readonly #descriptor: number;
  /** The end of a line whose beginning was written. It counts as written: nothing else can come before it. */
  #owed: Uint8Array = new Uint8Array(0);

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  async append(lines: Uint8Array): Promise<void> {
    const owed = this.#owed.length;
    const bytes = owed === 0 ? lines : Buffer.concat([this.#owed, lines]);
    let written = 0;
    try {
      while (written < bytes.length) {
        written += (await writeBytes(this.#descriptor, bytes, written, bytes.length - written)).bytesWritten;
      }
      this.#owed = new Uint8Array(0);
    } catch (error) {
      const settled = written === 0 ? owed : bytes.indexOf(10, written - 1) + 1;
      this.#owed = bytes.subarray(written, settled);
      throw new AppendError(settled - owed, error);
    }
  }

  async close(): Promise<void> {}
}

/**
 * Lines on a file descriptor, written in the background, in order, in bounded memory. A reader that stands still, or a
 * disk that is full, costs lines and nothing else while the process runs. (Pino's own destination waits for both, in a
 * loop, when it is flushed.) What it cannot prevent: a reader that keeps a full pipe open and does not read holds up
 * the end of the process, since the system waits for the write that is under way.
 */
import { write } from 'node:fs';
import { promisify } from 'node:util';

const writeBytes = promisify(write);
/** Characters that may wait; lines beyond are dropped. */
const MAX_WAITING = 1024 * 1024;
const FLUSH_MS = 1000;

export class LineWriter {
  readonly #descriptor: number;
  #waiting = '';
  #writing: Promise<void> | undefined;
  #dropped = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Lines that were dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @param line with its line feed */
  write(line: string): void {
    if (this.#waiting.length + line.length > MAX_WAITING) this.#dropped++;
    else this.#waiting += line;
    this.#writing ??= this.#writeAll();
  }

  /** Waits until everything is written, a second at most. */
  async flush(): Promise<void> {
    if (this.#writing === undefined) return;
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, FLUSH_MS);
    await Promise.race([this.#writing, patience.promise]);
    clearTimeout(timer);
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting !== '') {
      const bytes = Buffer.from(this.#waiting);
      this.#waiting = '';
      await this.#append(bytes);
    }
    this.#writing = undefined;
  }

  /** What cannot be written is dropped: there is nowhere to say so but here. */
  async #append(bytes: Uint8Array): Promise<void> {
    let written = 0;
    try {
      while (written < bytes.length) {
        written += (await writeBytes(this.#descriptor, bytes, written, bytes.length - written)).bytesWritten;
      }
    } catch {
      this.#dropped += Buffer.from(bytes).toString('latin1', written).split('\n').length - 1;
    }
  }
}

/**
 * A file of JSON lines that is set aside when it is full, and deleted when it is old.
 *
 * `audit.jsonl` is the one being written; `audit-2026-11-22T10-11-12-345Z.jsonl` was set aside then. There is one
 * writer: two services need two paths. A line that a crash left unfinished is closed, not removed, and followed by a gap
 * line that says so; only what a failed write of our own left of a line is taken back.
 */
import { type FileHandle, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../core/ports.ts';
import { lineOf } from './line.ts';
import { AppendError, type AuditSink } from './sink.ts';

const EXTENSION = '.jsonl';
const DEFAULT_NAME = `audit${EXTENSION}`;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const LINE_FEED = 10;

type File = Pick<FileHandle, 'stat' | 'read' | 'write' | 'truncate' | 'sync' | 'close'>;

export interface RotatingFileOptions {
  /** The file, if it ends in `.jsonl`; otherwise a folder, in which it is `audit.jsonl`. Made if it is not there. */
  readonly path: string;
  /** Size above which the file is set aside. */
  readonly rotateBytes: number;
  /** Days after which a file that was set aside is deleted; its records are at least as old. */
  readonly keepDays: number;
  readonly clock: Pick<Clock, 'now'>;
  /** Something failed that loses nothing: setting aside, deleting. It is tried again. */
  readonly onFault: (where: string, error: unknown) => void;
  readonly openFile?: (path: string) => Promise<File>;
}

export class RotatingFile implements AuditSink {
  readonly #options: RotatingFileOptions;
  readonly #path: string;
  readonly #openFile: (path: string) => Promise<File>;
  #file: File | undefined;
  #keepUntil = 0;
  #tidyAt = 0;

  private constructor(options: RotatingFileOptions) {
    this.#options = options;
    this.#path = options.path.endsWith(EXTENSION) ? options.path : join(options.path, DEFAULT_NAME);
    this.#openFile = options.openFile ?? ((path) => open(path, 'a+', 0o640));
  }

  /** @throws (rejects) the system's error if the file cannot be opened for writing */
  static async open(options: RotatingFileOptions): Promise<RotatingFile> {
    const file = new RotatingFile(options);
    await file.#opened();
    await file.#tidy();
    return file;
  }

  async append(lines: Uint8Array): Promise<void> {
    const file = await this.#ready(lines.length).catch((error) => this.#failed(0, error));
    const { size } = await file.stat().catch((error) => this.#failed(0, error));
    const { written, error } = await writeAll(file, lines);
    if (error !== undefined) {
      const whole = written === 0 ? 0 : lines.lastIndexOf(LINE_FEED, written - 1) + 1;
      if (whole < written) await this.#cutBack(file, size + whole);
      await this.#failed(whole, error);
    }
    await this.#tidy();
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    try {
      await file?.sync();
    } finally {
      await file?.close();
    }
  }

  /** The file to append to: opened anew if it failed or was deleted under us, and after the full one was set aside. */
  async #ready(length: number): Promise<File> {
    const file = await this.#opened();
    const { size, nlink } = await file.stat();
    if (nlink === 0) {
      await this.close();
      return this.#opened();
    }
    const full = size > 0 && size + length > this.#options.rotateBytes;
    if (full && this.#options.clock.now() >= this.#keepUntil) await this.#setAside();
    return this.#opened();
  }

  async #opened(): Promise<File> {
    this.#file ??= await this.#openWhole();
    return this.#file;
  }

  /** Opens the file and closes a line that was left unfinished. */
  async #openWhole(): Promise<File> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o750 });
    const file = await this.#openFile(this.#path);
    try {
      const { size } = await file.stat();
      if (size > 0 && (await lastByte(file, size)) !== LINE_FEED) {
        const time = new Date(this.#options.clock.now()).toISOString();
        const mark = lineOf({ time, gap: { reason: 'torn', lost: null, since: null } });
        const { error } = await writeAll(file, Buffer.from(`\n${mark}`));
        if (error !== undefined) throw error;
      }
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Takes back the beginning of a line. Where this fails too, opening the file again finds it and marks it. */
  async #cutBack(file: File, size: number): Promise<void> {
    await file.truncate(size).catch((error) => this.#options.onFault('audit.truncate', error));
  }

  /** Lets go of a file that failed, so that the next append opens it anew. */
  async #failed(written: number, error: unknown): Promise<never> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch((also) => this.#options.onFault('audit.close', also));
    throw new AppendError(written, error);
  }

  /** Sets the full file aside. If that fails, it goes on growing, and an hour later this is tried again. */
  async #setAside(): Promise<void> {
    await this.close();
    try {
      await rename(this.#path, await this.#freeName());
      this.#tidyAt = 0;
    } catch (error) {
      this.#keepUntil = this.#options.clock.now() + HOUR_MS;
      this.#options.onFault('audit.rotate', error);
    }
  }

  async #freeName(): Promise<string> {
    const stem = this.#path.slice(0, -EXTENSION.length);
    const time = new Date(this.#options.clock.now()).toISOString().replace(/[:.]/g, '-');
    for (let n = 1; ; n++) {
      const name = `${stem}-${time}${n === 1 ? '' : `-${n}`}${EXTENSION}`;
      if (!(await exists(name))) return name;
    }
  }

  /** Deletes what is too old, at most once an hour. */
  async #tidy(): Promise<void> {
    const now = this.#options.clock.now();
    if (now < this.#tidyAt) return;
    this.#tidyAt = now + HOUR_MS;
    const folder = dirname(this.#path);
    try {
      for (const name of await readdir(folder)) {
        const time = this.#setAsideAt(name);
        if (time !== undefined && time < now - this.#options.keepDays * DAY_MS)
          await unlink(join(folder, name));
      }
    } catch (error) {
      this.#options.onFault('audit.retention', error);
    }
  }

  /** When a file was set aside, by its name; undefined for every other file. */
  #setAsideAt(name: string): number | undefined {
    const stem = `${basename(this.#path, EXTENSION)}-`;
    if (!name.startsWith(stem) || !name.endsWith(EXTENSION)) return undefined;
    const match = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3}Z)(?:-\d+)?$/.exec(
      name.slice(stem.length, -EXTENSION.length),
    );
    return match === null ? undefined : Date.parse(`${match[1]}:${match[2]}:${match[3]}.${match[4]}`);
  }
}

/** Writes all of it, or as much as can be written. */
async function writeAll(file: File, bytes: Uint8Array): Promise<{ written: number; error?: unknown }> {
  let written = 0;
  try {
    while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten;
    return { written };
  } catch (error) {
    return { written, error };
  }
}

async function lastByte(file: File, size: number): Promise<number | undefined> {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0];
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

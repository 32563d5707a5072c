/** Where audit lines go. One writer, one call at a time: the batch waits for each before it makes the next. */
export interface AuditSink {
  /**
   * Appends whole lines, each with its line feed.
   * @throws (rejects) `AppendError` if not all of them could be written
   */
  append(lines: Uint8Array): Promise<void>;
  /** Makes what was appended last as long as the disk does, and lets go of it. */
  close(): Promise<void>;
}

/** The first `written` bytes, whole lines, are where they belong; the rest may be appended again. */
export class AppendError extends Error {
  readonly written: number;

  constructor(written: number, cause: unknown) {
    super(messageOf(cause), { cause });
    this.name = 'AppendError';
    this.written = written;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

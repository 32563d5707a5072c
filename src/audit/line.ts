/** A record as one line of JSON: no control, bidirectional or invisible character in it, and of bounded length. */
import { clip, printable } from '../core/printable.ts';
import type { AuditRecord } from '../core/record.ts';

/** A usual line has 600 characters. Above this, every string in it is clipped. */
const LONG_LINE = 2048;
const CLIPPED_STRING = 256;

/** A place in the file where records are missing. Written where they would stand. */
export interface Gap {
  /** RFC 3339, UTC, when the gap was noticed to be over. */
  readonly time: string;
  readonly gap: {
    /** `overflow`: the sink was slower than the records, or out of order; `torn`: the line before this one is unfinished. */
    readonly reason: 'overflow' | 'torn';
    /** Records that are missing here; null where that is not known. */
    readonly lost: number | null;
    /** When the first of them came; null where that is not known. */
    readonly since: string | null;
  };
}

/** @returns the line with its line feed */
export function lineOf(entry: AuditRecord | Gap): string {
  const json = JSON.stringify(entry);
  return `${printable(json.length > LONG_LINE ? JSON.stringify(entry, clipStrings) : json)}\n`;
}

function clipStrings(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? clip(value, CLIPPED_STRING) : value;
}

/**
 * What may stand in a log line. Whatever is logged passes here: credentials are taken out, text is clipped and made
 * printable, errors become plain values, and nothing is deeper or wider than a line should be.
 */
import { excerpt } from '../core/printable.ts';

export type LogFields = Readonly<Record<string, unknown>>;

const MAX_TEXT = 500;
const MAX_STACK = 2000;
const MAX_DEPTH = 4;
const MAX_ENTRIES = 50;
const REDACTED = '[redacted]';

/** Names under which nothing is ever logged. */
const SECRET_NAME =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|api-?key|x-api-key|x-goog-api-key|secret|password|token|credential|pepper|voucher)$/i;
/** Things that are secret wherever they stand: our keys, those of providers, bearer tokens. */
const SECRET_TEXT = /\b(?:sp_|sk-|pk-)[A-Za-z0-9_-]{16,}|\bbearer [^\s"]+/gi;

/** Fields as they may be written. */
export function loggable(fields: LogFields): Record<string, unknown> {
  return record(fields, 0);
}

/** A message as it may be written. */
export function loggableText(text: string, length = MAX_TEXT): string {
  // Clipped first: what is cut through is too short to be of use, and the work stays bounded.
  return excerpt(text, length).replace(SECRET_TEXT, REDACTED);
}

function value(given: unknown, depth: number): unknown {
  if (typeof given === 'string') return loggableText(given);
  if (typeof given === 'bigint') return String(given);
  if (typeof given !== 'object' || given === null) return typeof given === 'function' ? undefined : given;
  if (given instanceof Error) return errorRecord(given, depth);
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (Array.isArray(given)) return given.slice(0, MAX_ENTRIES).map((item) => value(item, depth + 1));
  if (ArrayBuffer.isView(given)) return `[${given.byteLength} bytes]`;
  return record(given as LogFields, depth + 1);
}

function record(fields: LogFields, depth: number): Record<string, unknown> {
  const entries = Object.entries(fields).slice(0, MAX_ENTRIES);
  return Object.fromEntries(
    entries.map(([name, given]) => [
      excerpt(name, 64),
      SECRET_NAME.test(name) ? REDACTED : value(given, depth),
    ]),
  );
}

function errorRecord(error: Error, depth: number): Record<string, unknown> {
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    ...(code !== undefined && { code: loggableText(String(code)) }),
    message: loggableText(error.message),
    ...(error.stack !== undefined && { stack: stackOf(error) }),
    ...(error.cause !== undefined && depth < MAX_DEPTH && { cause: value(error.cause, depth + 1) }),
  };
}

/** Places only: the message, which may quote anything, stands beside it. */
function stackOf(error: Error): string[] {
  const frames = (error.stack ?? '').slice(0, MAX_STACK + error.message.length).split('\n');
  return frames.filter((line) => line.startsWith('    at ')).map((line) => loggableText(line.trim()));
}

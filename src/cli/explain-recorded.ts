/** `sallyport explain --jsonl`: recorded request and response pairs, read as the doors would read them. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Usage, UsageReport } from '../core/money.ts';
import type { Operation } from '../core/operation.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import type { Dialect, Segment } from '../dialects/dialect.ts';
import { classify, dialectOf } from '../dialects/index.ts';
import { EventFramer } from '../dialects/sse.ts';
import { bodyFactsOf } from '../doors/facts.ts';
import { decodeUtf8, parse } from '../json/document.ts';

const BOUNDS = { depth: 128, values: 2_000_000 };
const EVENT_BYTES = 16 * 1024 * 1024;

interface RecordedBody {
  readonly content_type?: string;
  readonly encoding: 'json' | 'text' | 'base64' | 'empty';
  readonly body: unknown;
}

interface Row {
  readonly request: RecordedBody & { readonly method: string; readonly path: string };
  readonly response: RecordedBody & { readonly status: number };
}

/** What was read of one pair. */
export interface Reading {
  readonly dialect: string | null;
  readonly operation: string | null;
  readonly model: string | null;
  readonly stream: boolean;
  readonly features: readonly string[];
  readonly segments: readonly {
    readonly in: 'request' | 'response';
    readonly role: string;
    readonly text: string;
  }[];
  readonly usage: Usage | null;
  /** Both bodies leave as they came where no rule changes them. */
  readonly unchanged: boolean;
  readonly error: string | null;
}

const UNREAD: Reading = {
  dialect: null,
  operation: null,
  model: null,
  stream: false,
  features: [],
  segments: [],
  usage: null,
  unchanged: true,
  error: null,
};

/** Yields one line for each line read, in order. A line that is no recorded pair yields an error, and reading goes on. */
export async function* explainLines(input: Readable): AsyncGenerator<string> {
  let index = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') yield JSON.stringify({ index, ...explainLine(line) });
    index += 1;
  }
}

function explainLine(line: string): Reading {
  try {
    return readPair(JSON.parse(line) as Row);
  } catch (error) {
    return { ...UNREAD, error: error instanceof Error ? error.message : 'unreadable' };
  }
}

/** Reads one pair. */
export function readPair({ request, response }: Row): Reading {
  const path = request.path.split('?', 1)[0] ?? '';
  const operation = classify(request.method, path);
  if (operation === undefined) return { ...UNREAD, error: 'operation_unknown' };
  if (isRefusal(operation)) return failed(UNREAD, operation);
  const dialect = dialectOf(operation.dialect);
  const asked = readRequest(operation, dialect, bytesOf(request));
  if (asked.error !== null) return asked;
  const answer = bytesOf(response);
  const success = response.status >= 200 && response.status < 300;
  if (!success || answer.length === 0) return asked;
  const events =
    (response.content_type ?? '').includes('event-stream') || /^\s*(?:data|event):/.test(answer.toString());
  return events
    ? readEvents(operation, dialect, answer, asked)
    : readWhole(operation, dialect, answer, asked);
}

function readRequest(operation: Operation, dialect: Dialect, bytes: Buffer): Reading {
  const known: Reading = { ...UNREAD, dialect: operation.dialect, operation: operation.name };
  if (operation.body === 'none') return { ...known, model: operation.pathModel ?? null };
  const text = decodeUtf8(bytes);
  if (isRefusal(text)) return failed(known, text);
  const root = parse(text, BOUNDS);
  if (isRefusal(root)) return failed(known, root);
  const view = dialect.readRequest(operation, text, root);
  if (isRefusal(view)) return failed(known, view);
  return {
    ...known,
    model: view.model?.name ?? null,
    stream: view.stream,
    features: bodyFactsOf(view).features,
    segments: view.segments.map(said('request')),
    unchanged: Buffer.from(text).equals(bytes),
  };
}

function readWhole(operation: Operation, dialect: Dialect, bytes: Buffer, asked: Reading): Reading {
  const text = decodeUtf8(bytes);
  if (isRefusal(text)) return failed(asked, text);
  const root = parse(text, BOUNDS);
  if (isRefusal(root)) return failed(asked, root);
  if (operation.body === 'none') return asked;
  const view = dialect.readResponse(operation, text, root);
  if (isRefusal(view)) return failed(asked, view);
  const segments = [...asked.segments, ...view.segments.map(said('response'))];
  return {
    ...asked,
    segments,
    usage: believable(view.usage),
    unchanged: asked.unchanged && Buffer.from(text).equals(bytes),
  };
}

function readEvents(operation: Operation, dialect: Dialect, bytes: Buffer, asked: Reading): Reading {
  const framer = new EventFramer(EVENT_BYTES);
  const events = framer.push(bytes);
  const tail = framer.finish();
  if (isRefusal(events)) return failed(asked, events);
  if (isRefusal(tail)) return failed(asked, tail);
  const texts = new Map<string, { role: string; text: string }>();
  let usage: Usage | null = null;
  for (const { data } of [...events, ...tail]) {
    if (data === undefined) continue;
    const view = dialect.readEvent(operation, data);
    if (isRefusal(view)) return failed(asked, view);
    usage = believable(view.usage) ?? usage;
    for (const { channel, role, text } of view.deltas) {
      const before = texts.get(channel);
      texts.set(channel, { role, text: (before?.text ?? '') + text });
    }
  }
  const raw = [...events, ...tail].map((event) => event.raw).join('');
  const segments = [
    ...asked.segments,
    ...[...texts.values()].map((found) => ({ in: 'response' as const, ...found })),
  ];
  return {
    ...asked,
    segments,
    usage,
    unchanged: asked.unchanged && Buffer.from(raw).equals(bytes),
  };
}

function believable(usage: UsageReport): Usage | null {
  return usage === undefined || usage === 'implausible' ? null : usage;
}

function said(where: 'request' | 'response') {
  return ({ role, text }: Segment) => ({ in: where, role, text });
}

function failed(reading: Reading, refusal: Refusal): Reading {
  return {
    ...reading,
    error: refusal.detail === undefined ? refusal.refused : `${refusal.refused}: ${refusal.detail}`,
  };
}

function bytesOf({ encoding, body }: RecordedBody): Buffer {
  if (encoding === 'empty' || body === null || body === undefined) return Buffer.alloc(0);
  if (encoding === 'base64') return Buffer.from(String(body), 'base64');
  return Buffer.from(encoding === 'json' ? JSON.stringify(body) : String(body));
}

/** `sallyport explain --jsonl`: recorded request and response pairs, read as the doors would read them. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Headers } from '../core/headers.ts';
import type { Usage, UsageReport } from '../core/money.ts';
import type { Operation } from '../core/operation.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import type { Dialect, EventView, Segment, UsageCounts } from '../dialects/dialect.ts';
import { judgeFormType } from '../dialects/encoding.ts';
import type { Framing } from '../dialects/framing/framing.ts';
import { classify, dialectOf } from '../dialects/index.ts';
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
  const [path = '', query = ''] = request.path.split('?', 2);
  const headers: Headers = new Map([['content-type', [request.content_type ?? '']]]);
  const operation = classify({ method: request.method.toUpperCase(), path, query, headers });
  if (operation === undefined) return { ...UNREAD, error: 'operation_unknown' };
  if (isRefusal(operation)) return failed(UNREAD, operation);
  const dialect = dialectOf(operation.dialect);
  const success = response.status >= 200 && response.status < 300;
  // Some recordings have lost what was sent.
  const asked =
    request.encoding === 'empty'
      ? knownOf(operation)
      : readRequest(operation, dialect, bytesOf(request), headers);
  if (asked.error !== null) return asked;
  const answer = bytesOf(response);
  if (!success || answer.length === 0) return asked;
  const framing = framingOf(operation, dialect, response, answer);
  return framing === undefined
    ? readWhole(operation, dialect, answer, asked)
    : readEvents(operation, dialect, framing, answer, asked);
}

/** What the path alone says. */
function knownOf({ dialect, name, pathModel, stream }: Operation): Reading {
  return { ...UNREAD, dialect, operation: name, model: pathModel ?? null, stream: stream === true };
}

/** Recordings do not always say what they hold. */
function framingOf(
  operation: Operation,
  dialect: Dialect,
  { content_type: type = '' }: RecordedBody,
  answer: Buffer,
): Framing | undefined {
  const media = type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const events = /^(?:data|event|id|retry)?:/.test(answer.subarray(0, 64).toString('latin1').trimStart());
  return dialect.framing(operation, events && media === '' ? 'text/event-stream' : media);
}

function readRequest(operation: Operation, dialect: Dialect, bytes: Buffer, headers: Headers): Reading {
  const known = knownOf(operation);
  if (operation.body === 'none') return known;
  const form = headers.get('content-type')?.[0] ?? '';
  if (operation.body === 'multipart' && judgeFormType(form) === undefined) {
    const upload = dialect.readForm(operation, bytes, form);
    return isRefusal(upload) ? failed(known, upload) : known;
  }
  const text = decodeUtf8(bytes);
  if (isRefusal(text)) return failed(known, text);
  const root = parse(text, BOUNDS);
  if (isRefusal(root)) return failed(known, root);
  const view = dialect.readRequest(operation, text, root, headers);
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

function readEvents(
  operation: Operation,
  dialect: Dialect,
  framing: Framing,
  bytes: Buffer,
  asked: Reading,
): Reading {
  const framer = framing.open(EVENT_BYTES);
  const events = framer.push(bytes);
  if (isRefusal(events)) return failed(asked, events);
  const tail = framer.finish();
  if (isRefusal(tail)) return failed(asked, tail);
  const said = new Heard();
  for (const { data, name } of [...events, ...tail]) {
    if (data === undefined) continue;
    const view = dialect.readEvent(operation, { data, name });
    if (isRefusal(view)) return failed(asked, view);
    said.hear(view);
  }
  const raw = Buffer.concat([...events, ...tail].map((event) => event.raw));
  return {
    ...asked,
    segments: [...asked.segments, ...said.segments],
    usage: said.usage,
    unchanged: asked.unchanged && raw.equals(bytes),
  };
}

/** What the events of a stream say together. */
class Heard {
  readonly #texts = new Map<string, { role: string; text: string }>();
  #usage: UsageCounts = {};

  hear({ usage, deltas }: EventView): void {
    if (usage !== 'implausible') this.#usage = { ...this.#usage, ...usage };
    for (const { channel, role, text } of deltas) {
      const before = this.#texts.get(channel);
      this.#texts.set(channel, { role, text: (before?.text ?? '') + text });
    }
  }

  get segments(): Reading['segments'] {
    return [...this.#texts.values()].map((found) => ({ in: 'response', ...found }));
  }

  get usage(): Usage | null {
    const { input, output } = this.#usage;
    if (input === undefined || output === undefined) return null;
    return { ...this.#usage, input, output, source: 'reported' };
  }
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

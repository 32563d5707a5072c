/**
 * `make bench-read`: what reading costs. A chat body of 4 KB, 64 KB and 1 MB, from its bytes to its view, strictly and
 * with the place of every text, against `JSON.parse` of the same bytes; and an event of a stream, from its bytes to its
 * view. CPU of this process; both run in turns, and of each the best round counts.
 *
 * The last line is JSON: ratios, and microseconds an event.
 */
import type { Headers } from '../src/core/headers.ts';
import { isRefusal, type Refusal } from '../src/core/refusal.ts';
import { awsEventStream } from '../src/dialects/framing/aws-event-stream.ts';
import type { Framing } from '../src/dialects/framing/framing.ts';
import { jsonArray } from '../src/dialects/framing/json-array.ts';
import { ndjson } from '../src/dialects/framing/ndjson.ts';
import { sse } from '../src/dialects/framing/sse.ts';
import { classify, dialectOf } from '../src/dialects/index.ts';
import { decodeUtf8, parse } from '../src/json/document.ts';
import { cpu } from './measure.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 25);
const BOUNDS = { depth: 128, values: 1_000_000 };
const NO_HEADERS: Headers = new Map();

const PROSE =
  'The gateway asks twice about each request: who is asking, and what is in it.\n"Nothing passes unseen", says the sign. ';

/** Turns of a chat of about so many bytes, with a tool and some code, as assistants send them. */
function chat(bytes: number): { role: string; content: string }[] {
  const turn = Math.min(2000, Math.max(300, bytes / 40));
  return Array.from({ length: Math.max(1, Math.floor(bytes / (turn + 40))) }, (_, i) => ({
    role: i % 2 === 0 ? 'user' : 'assistant',
    content: PROSE.repeat(Math.ceil(turn / PROSE.length)).slice(0, turn),
  }));
}

const TOOLS = [
  {
    type: 'function',
    function: {
      name: 'search',
      description: 'Looks something up.',
      parameters: {
        type: 'object',
        properties: { query: { type: 'string', description: 'What to look for.' } },
      },
    },
  },
];

/** One way to send the same chat. */
const BODIES: readonly (readonly [dialect: string, line: string, body: (bytes: number) => object])[] = [
  [
    'openai',
    '/v1/chat/completions',
    (bytes) => ({ model: 'm', messages: chat(bytes), tools: TOOLS, max_tokens: 500 }),
  ],
  ['anthropic', '/v1/messages', (bytes) => ({ model: 'm', messages: chat(bytes), max_tokens: 500 })],
  [
    'gemini',
    '/v1beta/models/m:generateContent',
    (bytes) => ({ contents: chat(bytes).map(({ role, content }) => ({ role, parts: [{ text: content }] })) }),
  ],
];

function operationOf(path: string) {
  const operation = classify({ method: 'POST', path, query: '', headers: NO_HEADERS });
  if (operation === undefined || isRefusal(operation)) throw new Error(`${path} is no operation`);
  return operation;
}

function must<T>(value: T | Refusal): T {
  if (isRefusal(value)) throw new Error(value.detail ?? value.refused);
  return value;
}

/** CPU microseconds of one call. */
function costOf(work: () => void, calls: number): number {
  return (
    cpu(() => {
      for (let i = 0; i < calls; i += 1) work();
    }) / calls
  );
}

/** The best of each in turns, so that what else the machine does weighs on both alike. */
function inTurns(works: readonly (() => void)[], calls: number): number[] {
  const best = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [i, work] of works.entries()) best[i] = Math.min(best[i] ?? 0, costOf(work, calls));
  return best;
}

const ratios: Record<string, number> = {};
for (const [name, path, bodyOf] of BODIES) {
  const operation = operationOf(path);
  const dialect = dialectOf(operation.dialect);
  for (const [size, bytes] of [
    ['4KB', 4096],
    ['64KB', 65_536],
    ['1MB', 1_048_576],
  ] as const) {
    const body = Buffer.from(JSON.stringify(bodyOf(bytes)));
    const text = body.toString();
    const read = () => {
      const decoded = must(decodeUtf8(body));
      const root = must(parse(decoded, BOUNDS));
      must(dialect.readRequest(operation, decoded, root, NO_HEADERS));
    };
    const [strict = 0, loose = 0, alone = 0] = inTurns(
      [read, () => void JSON.parse(body.toString()), () => void JSON.parse(text)],
      Math.max(3, Math.round(3_000_000 / body.length)),
    );
    ratios[`${name}.${size}`] = Number((strict / loose).toFixed(2));
    ratios[`${name}.${size}.text`] = Number((strict / alone).toFixed(2));
    console.log(
      `${name.padEnd(10)} ${size.padStart(5)}  read ${strict.toFixed(1)} µs, JSON.parse of the bytes ${loose.toFixed(1)} µs (${(strict / loose).toFixed(2)}), of the text ${alone.toFixed(1)} µs (${(strict / alone).toFixed(2)})`,
    );
  }
}

/** The events of a stream, a few tokens each, as the dialect's backends write them. */
const STREAMS: readonly (readonly [
  dialect: string,
  path: string,
  framing: Framing,
  data: string,
  name?: string,
])[] = [
  [
    'openai',
    '/v1/chat/completions',
    sse,
    '{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","system_fingerprint":"fp","choices":[{"index":0,"delta":{"content":" seen"},"logprobs":null,"finish_reason":null}]}',
  ],
  [
    'anthropic',
    '/v1/messages',
    sse,
    '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" seen"}}',
    'content_block_delta',
  ],
  [
    'gemini',
    '/v1beta/models/m:streamGenerateContent',
    jsonArray,
    '{"candidates":[{"content":{"role":"model","parts":[{"text":" seen"}]},"index":0}],"modelVersion":"m"}',
  ],
  [
    'ollama',
    '/api/chat',
    ndjson,
    '{"model":"m","created_at":"2025-01-01T00:00:00Z","message":{"role":"assistant","content":" seen"},"done":false}',
  ],
  [
    'bedrock',
    '/model/m/converse-stream',
    awsEventStream,
    '{"contentBlockIndex":0,"delta":{"text":" seen"},"p":"abcdef"}',
    'contentBlockDelta',
  ],
];

const EVENTS = 200;
const micros: Record<string, number> = {};
for (const [name, path, framing, data, title] of STREAMS) {
  const operation = operationOf(path);
  const dialect = dialectOf(operation.dialect);
  const event = { data, ...(title !== undefined && { name: title }) };
  const bytes = framing.close(
    Array.from({ length: EVENTS }, () => event),
    false,
  );
  const [cost = 0] = inTurns(
    [
      () => {
        const events = must(framing.open(1 << 20).push(bytes));
        for (const one of events)
          if (one.data !== undefined) must(dialect.readEvent(operation, { data: one.data, name: one.name }));
      },
    ],
    10,
  );
  micros[name] = Number((cost / EVENTS).toFixed(2));
  console.log(`${name.padEnd(10)} an event of ${data.length} bytes: ${micros[name]} µs`);
}

console.log(JSON.stringify({ ratio_to_json_parse: ratios, event_us: micros }));

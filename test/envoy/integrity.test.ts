/**
 * Body integrity: what was sent is what arrived, byte for byte, in both directions, compared by digest.
 *
 * Not the full product but a covering set. Each of the six proxies (three body modes × upstream HTTP/1.1 and HTTP/2)
 * carries every size over both downstream protocols; framing alternates, so that over both protocols each size goes
 * once with a known length and once in pieces, in each direction; then every form of event stream over both protocols,
 * and trailers in both directions. The model `plain` has no alias and the streams ask for their usage themselves, so
 * nothing may change.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { bytesOf, cut, type Pieces, sized } from './harness/bodies.ts';
import { addSecondFilter, partsOf, type SecondFilter, startSecondFilter } from './harness/second-filter.ts';
import { digest, type ScriptedAnswer } from './harness/upstream.ts';
import { answer, chat, DONE, event, type Stack, type StackOptions, startStack } from './stack.ts';

const PROTOCOLS = ['http1', 'http2'] as const;
const KB = 1024;
const SIZES: [string, number][] = [
  ['one byte over its structure', 1],
  ['1 KB', KB],
  ['63 KB', 63 * KB],
  ['64 KB and a byte', 64 * KB + 1],
  ['1 MB', KB * KB],
  ['8 MB', 8 * KB * KB],
];

const JSON_TYPE = { 'content-type': 'application/json' };
const EVENTS = { 'content-type': 'text/event-stream' };
const TRAILERS = { 'x-checksum': 'abc' };

const PLAIN = (text: string) => chat(text, { model: 'plain' });
const STREAMING = chat('go on', {
  model: 'plain',
  stream: true,
  stream_options: { include_usage: true },
});

const USAGE = `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}\n\n`;
const LINES = Array.from({ length: 40 }, (_, i) => event(`word ${i} é ${'.'.repeat(i * 7)}`));
const WHOLE = Buffer.from([': hello\n\n', ...LINES, event('', 'stop'), USAGE, DONE].join(''));
const asIs = (...parts: string[]): Pieces => parts.map((part) => Buffer.from(part));

/** Event streams: their pieces, and whether trailers follow. */
const STREAMS: [string, Pieces, boolean][] = [
  ['an event a piece', asIs(...LINES, event('', 'stop'), USAGE, DONE), false],
  ['single bytes', bytesOf(WHOLE.subarray(0, 1500)), false],
  ['many events in a piece', [WHOLE], false],
  ['uneven pieces', cut(WHOLE), false],
  ['CRLF line ends', cut(Buffer.from(WHOLE.toString().replaceAll('\n', '\r\n'))), false],
  ['no [DONE]', asIs(...LINES, event('', 'stop'), USAGE), false],
  ['no blank line at its end', asIs(...LINES, USAGE, DONE.trimEnd()), false],
  [
    '1 MB in large events',
    asIs(...Array.from({ length: 8 }, () => event('y'.repeat(128 * KB))), DONE),
    false,
  ],
  ['trailers after it', asIs(...LINES, event('', 'stop'), USAGE, DONE), true],
  ['trailers after it and no [DONE]', asIs(...LINES, USAGE), true],
  ['nothing in it', [], false],
];

const MODES: [string, StackOptions][] = [
  ['buffered', { bodies: 'buffered' }],
  ['full duplex', { bodies: 'full-duplex' }],
  ['streamed', { bodies: 'buffered', configure: stream }],
];

/** Both bodies in `STREAMED`, as a proxy of somebody else's making may have it. One backend, so it can be served. */
function stream(bootstrap: Parameters<typeof partsOf>[0]): void {
  const mode = partsOf(bootstrap).proc.processing_mode;
  mode.request_body_mode = 'STREAMED';
  mode.response_body_mode = 'STREAMED';
  mode.response_trailer_mode = 'SEND';
}

for (const [name, options] of MODES) {
  for (const upstream of PROTOCOLS) {
    describe(`bodies ${name}, upstream ${upstream}`, () => suite({ ...options, upstream }));
  }
}

describe('bodies buffered, and a second filter in full duplex after ours', () => {
  let second: SecondFilter;
  before(async () => {
    second = await startSecondFilter();
  });
  after(() => {
    assert.ok(second.answered() > 0, 'the second filter saw nothing');
    second.stop();
  });
  // Envoy 1.36 answers with an empty body there, and status 200 (docs/envoy.md).
  const lost = process.env.ENVOY_VERSION?.startsWith('1.36.') === true;
  suite(
    { configure: (bootstrap) => addSecondFilter(bootstrap, second.port) },
    lost ? 'Envoy 1.36 loses event streams in a second filter in full duplex' : false,
  );
});

function suite(options: StackOptions, skipStreams: string | false = false): void {
  let stack: Stack;
  before(async () => {
    stack = await startStack(options);
  });
  after(() => stack[Symbol.asyncDispose]());

  for (const [i, protocol] of PROTOCOLS.entries()) {
    for (const [j, [size, bytes]] of SIZES.entries()) {
      const known = (i + j) % 2 === 0;
      test(`${protocol}: ${size}, the request ${known ? 'of known length' : 'in pieces'}`, async () => {
        const request = sized(bytes, PLAIN);
        const reply = sized(bytes, answer);
        await exchange(stack, protocol, known ? request : cut(request), {
          headers: JSON_TYPE,
          body: known ? cut(reply) : reply,
        });
      });
    }

    for (const [form, pieces, trailers] of STREAMS) {
      test(`${protocol}: an event stream, ${form}`, { skip: skipStreams }, async () => {
        const scripted = { headers: EVENTS, body: pieces, ...(trailers && { trailers: TRAILERS }) };
        await exchange(stack, protocol, Buffer.from(STREAMING), scripted);
      });
    }

    test(`${protocol}: an answer without a body`, async () => {
      await exchange(stack, protocol, Buffer.from(PLAIN('x')), { headers: JSON_TYPE, body: '' });
      await exchange(stack, protocol, Buffer.from(PLAIN('x')), { headers: JSON_TYPE, body: [] });
    });

    test(`${protocol}: trailers after a request (C12, C13)`, async () => {
      const request = sized(70 * KB, PLAIN);
      const scripted = { headers: JSON_TYPE, body: answer('hello') };
      // Envoy drops a client's trailers on HTTP/1.1. On HTTP/2 they end a streamed body without an end mark.
      if (options.configure === stream && protocol === 'http2') await loseBody(stack, request, scripted);
      else await exchange(stack, protocol, cut(request), scripted, TRAILERS);
    });

    test(`${protocol}: trailers after an answer`, async () => {
      for (const body of [Buffer.from(answer('hello')), sized(200 * KB, answer)]) {
        await exchange(stack, protocol, sized(70 * KB, PLAIN), {
          headers: JSON_TYPE,
          body: cut(body),
          trailers: TRAILERS,
        });
      }
    });
  }
}

/** Sends one chat, and compares both bodies, the trailers and the record. */
async function exchange(
  stack: Stack,
  protocol: 'http1' | 'http2',
  body: Buffer | Pieces,
  scripted: ScriptedAnswer,
  trailers?: Record<string, string>,
): Promise<void> {
  stack.upstream.play(() => scripted);
  const seen = stack.upstream.requests.length;
  const before = (await stack.records(0)).length;
  const got = await stack.ask({ protocol, body, headers: { te: 'trailers' }, ...(trailers && { trailers }) });
  assert.equal(got.status, 200, got.text.slice(0, 300));
  assert.ok(got.complete, 'the answer broke off');
  assert.equal(stack.upstream.requests.length, seen + 1, 'the backend was asked once');
  const sent = stack.upstream.requests.at(-1);
  assert.equal(sent?.digest, digest(joined(body)), 'the request changed');
  assert.equal(got.digest, digest(joined(scripted.body)), 'the answer changed');
  // Envoy passes trailers on from HTTP/2 to HTTP/2 only, unless it is told otherwise.
  const throughout = protocol === 'http2' && sent?.protocol === 'http2';
  assert.equal(got.trailers['x-checksum'], throughout ? scripted.trailers?.['x-checksum'] : undefined);
  const last = (await stack.records(before + 1)).at(-1);
  assert.deepEqual([last?.outcome, last?.reason, last?.status], ['allowed', null, 200]);
}

/** In `STREAMED`, what is held back until the end mark cannot leave: the backend gets nothing, the client an error. */
async function loseBody(stack: Stack, body: Buffer, scripted: ScriptedAnswer): Promise<void> {
  stack.upstream.play(() => scripted);
  const before = (await stack.records(0)).length;
  const got = await stack.ask({ protocol: 'http2', body: cut(body), trailers: TRAILERS });
  // Its record comes after the answer: who asks next would take it for its own.
  await stack.records(before + 1);
  assert.equal(got.status, 500);
  assert.equal(JSON.parse(got.text).error.code, 'request_unseen');
  assert.equal(stack.upstream.requests.at(-1)?.body.length, 0);
}

function joined(body: ScriptedAnswer['body']): Buffer {
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.concat([...((body ?? []) as Pieces)]);
}

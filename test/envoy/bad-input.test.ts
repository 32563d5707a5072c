/** What clients may send by mistake or on purpose: a clear error in OpenAI's shape, a record, and nothing goes on. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import zlib from 'node:zlib';
import type { RefusalCode } from '../../src/core/refusal.ts';
import { cut } from './harness/bodies.ts';
import type { ClientRequestOptions } from './harness/client.ts';
import { answer, chat, type Stack, startStack } from './stack.ts';

const BOUND = 64 * 1024;
const POLICY = 'bounds: { requestBody: 64KiB }';

const GOOD = Buffer.from(chat('hello', { model: 'plain' }));
const LARGE = Buffer.from(chat('x'.repeat(BOUND), { model: 'plain' }));
const ZEROS = Buffer.alloc(16 * 1024 * 1024);
const nested = (levels: number) => `{"model":"plain","messages":${'['.repeat(levels)}${']'.repeat(levels)}}`;
const headed = (name: string, value: string, body: Uint8Array | string): ClientRequestOptions => ({
  headers: { [name]: value },
  body,
});
const typed = (type: string) => headed('content-type', type, GOOD);
const coded = (coding: string, body: Uint8Array) => headed('content-encoding', coding, body);

const CODINGS: [string, (bytes: Uint8Array) => Buffer][] = [
  ['gzip', (bytes) => zlib.gzipSync(bytes)],
  ['br', (bytes) => zlib.brotliCompressSync(bytes)],
  ['zstd', (bytes) => zlib.zstdCompressSync(bytes)],
  ['deflate', (bytes) => zlib.deflateSync(bytes)],
];

const BAD: [string, ClientRequestOptions, number, RefusalCode][] = [
  ['oversize, announced', { body: LARGE }, 413, 'body_too_large'],
  ['oversize, in pieces', { body: cut(LARGE) }, 413, 'body_too_large'],
  ['malformed', { body: '{"model":"plain","messages":[}' }, 400, 'body_malformed'],
  ['cut short', { body: '{"model":"plain","messages":[' }, 400, 'body_malformed'],
  ['two documents (D14)', { body: `${GOOD}${GOOD}` }, 400, 'body_malformed'],
  ['no object (D17)', { body: 'null' }, 400, 'body_invalid'],
  [
    'a key that stands twice (D1)',
    { body: '{"model":"plain","model":"hidden","messages":[]}' },
    400,
    'body_duplicate_key',
  ],
  [
    'a key that stands twice, once in escapes (D2)',
    { body: '{"model":"plain","mod\\u0065l":"hidden","messages":[]}' },
    400,
    'body_duplicate_key',
  ],
  ['a key spelled almost alike (D3)', { body: '{"model":"plain","Model":"hidden"}' }, 400, 'body_invalid'],
  ['deeper than 128 levels (D15)', { body: nested(128) }, 400, 'body_too_deep'],
  ['deeper than any stack (D15)', { body: nested(30_000) }, 400, 'body_too_deep'],
  ['not UTF-8 (D13)', { body: Buffer.from('{"model":"plain\xff"}', 'latin1') }, 400, 'body_not_utf8'],
  ['overlong UTF-8 (D13)', { body: Buffer.from('{"model":"\xc0\xaf"}', 'latin1') }, 400, 'body_not_utf8'],
  ['a byte order mark (D5)', { body: `\ufeff${GOOD}` }, 400, 'body_not_utf8'],
  ['UTF-16 (D6)', { body: Buffer.from(GOOD.toString(), 'utf16le') }, 400, 'body_malformed'],
  ['a number that is none (D8)', { body: '{"model":"plain","n":NaN}' }, 400, 'body_malformed'],
  ['no model (H10)', { body: '{"messages":[]}' }, 400, 'body_invalid'],
  ['empty', { body: '' }, 400, 'body_missing'],
  ['empty, in pieces (C15)', { body: [] }, 400, 'body_missing'],
  ['white space only', { body: ' \n' }, 400, 'body_malformed'],
  ['plain text by its type (E1)', typed('text/plain'), 415, 'content_type_unsupported'],
  ['a form by its type (E1)', typed('application/x-www-form-urlencoded'), 415, 'content_type_unsupported'],
  ['no type (E1)', typed(''), 415, 'content_type_unsupported'],
  ['another charset (E2)', typed('application/json; charset=utf-16'), 415, 'content_type_unsupported'],
  ['a type of its own (E3)', typed('application/json+x'), 415, 'content_type_unsupported'],
  ['an unknown coding (E6)', coded('compress', GOOD), 415, 'encoding_unsupported'],
  ['two codings (E6)', coded('gzip, gzip', zlib.gzipSync(zlib.gzipSync(GOOD))), 400, 'header_malformed'],
  [
    'bytes after the gzip (E8)',
    coded('gzip', Buffer.concat([zlib.gzipSync(GOOD), Buffer.from('x')])),
    400,
    'encoding_malformed',
  ],
  [
    'a second gzip member (E8)',
    coded('gzip', Buffer.concat([zlib.gzipSync(GOOD), zlib.gzipSync(GOOD)])),
    400,
    'encoding_malformed',
  ],
  ['compressed and not said so (E7)', { body: zlib.gzipSync(GOOD) }, 400, 'body_not_utf8'],
  ...CODINGS.flatMap(([coding, compress]): typeof BAD => [
    [`${coding} by name only (E7)`, coded(coding, GOOD), 400, 'encoding_malformed'],
    [`${coding}, cut short (E8)`, coded(coding, compress(GOOD).subarray(0, -3)), 400, 'encoding_malformed'],
    [`a bomb in ${coding} (E5)`, coded(coding, compress(ZEROS)), 413, 'body_too_large'],
    [`a bad document in ${coding}`, coded(coding, compress(Buffer.from('{"a":'))), 400, 'body_malformed'],
  ]),
];

for (const bodies of ['buffered', 'full-duplex'] as const) {
  describe(`bad input, bodies ${bodies}`, () => {
    let stack: Stack;
    before(async () => {
      stack = await startStack({ bodies, policy: POLICY });
    });
    after(() => stack[Symbol.asyncDispose]());

    for (const [i, [name, options, status, code]] of BAD.entries()) {
      test(`refuses a body that is ${name}`, async () => {
        const protocol = i % 2 === 0 ? 'http1' : 'http2';
        const records = (await stack.records(0)).length;
        const got = await stack.ask({ ...options, protocol });
        assert.equal(got.status, status, got.text);
        assert.match(String(got.headers['content-type']), /^application\/json/);
        const { error } = JSON.parse(got.text);
        assert.deepEqual(Object.keys(error), ['message', 'type', 'param', 'code']);
        assert.deepEqual([error.code, error.type, error.param], [code, 'invalid_request_error', null]);
        const record = (await stack.records(records + 1)).at(-1);
        assert.deepEqual([record?.outcome, record?.reason, record?.status], ['refused', code, status]);
        assert.equal(record?.request, got.headers['x-sallyport-request-id']);
        assert.equal(stack.upstream.begun(), 0, 'it reached the backend');
      });
    }
  });
}

describe('compressed bodies that are good', () => {
  let stack: Stack;
  before(async () => {
    stack = await startStack({ policy: POLICY });
    stack.upstream.play(() => ({ headers: { 'content-type': 'application/json' }, body: answer('hello') }));
  });
  after(() => stack[Symbol.asyncDispose]());

  for (const [coding, compress] of CODINGS) {
    test(`${coding} is judged by what it holds, and goes on as that (E4)`, async () => {
      const got = await stack.ask(coded(coding, compress(GOOD)));
      assert.equal(got.status, 200, got.text);
      const sent = stack.upstream.requests.at(-1);
      assert.deepEqual(sent?.body, GOOD);
      assert.equal(sent?.headers['content-encoding'], undefined);
      assert.equal(sent?.headers['content-length'], String(GOOD.length));
      const refused = await stack.ask(coded(coding, compress(Buffer.from(chat('x', { model: 'hidden' })))));
      assert.equal(refused.status, 403, refused.text);
    });
  }
});

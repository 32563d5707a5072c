import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rawHeaders, readHeaderMap, removals, textHeaders, UnsafeHeader } from '../../src/envoy/headers.ts';
import { encode } from './full-definitions.ts';

const HEADER_MAP = 'envoy.config.core.v3.HeaderMap';

function headerMap(pairs: readonly (readonly [string, string | Uint8Array])[]): Buffer {
  const headers = pairs.map(([key, value]) =>
    typeof value === 'string' ? { key, value } : { key, rawValue: value },
  );
  return encode(HEADER_MAP, { headers });
}

test('reads values of either field, and keeps every value of a name apart, in order (B6)', () => {
  const bytes = headerMap([
    ['x-api-key', Buffer.from('one')],
    ['accept', 'text/html'],
    ['x-api-key', Buffer.from('two, three')],
    ['empty', Buffer.alloc(0)],
  ]);
  assert.deepEqual(
    [...readHeaderMap(bytes)],
    [
      ['x-api-key', ['one', 'two, three']],
      ['accept', ['text/html']],
      ['empty', ['']],
    ],
  );
});

test('keeps bytes that are not UTF-8, one character each, so that somebody can refuse them (B10)', () => {
  const bytes = headerMap([['x-odd', Uint8Array.of(0xff, 0x00, 0x41, 0xc3, 0xa9)]]);
  assert.equal(readHeaderMap(bytes).get('x-odd')?.[0], '\u00ff\u0000A\u00c3\u00a9');
});

test('keeps names that mean something to JavaScript objects (B25)', () => {
  const headers = readHeaderMap(
    headerMap([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]),
  );
  assert.deepEqual([...headers.keys()], ['__proto__', 'constructor']);
});

test('reads what any encoder writes, whatever the names and bytes', () => {
  const pair = fc.tuple(
    fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
    fc.uint8Array({ maxLength: 60 }),
  );
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 30 }), (pairs) => {
      const expected = new Map<string, string[]>();
      for (const [name, bytes] of pairs) {
        const value = Buffer.from(bytes).toString('latin1');
        expected.set(name, [...(expected.get(name) ?? []), value]);
      }
      assert.deepEqual(readHeaderMap(headerMap(pairs)), expected);
    }),
  );
});

test('skips fields it does not know', () => {
  const known = headerMap([['a', 'b']]);
  const unknown = Buffer.from([0x7a, 0x02, 0x68, 0x69, 0x10, 0x05]);
  assert.deepEqual([...readHeaderMap(Buffer.concat([unknown, known, unknown]))], [['a', ['b']]]);
});

test('either reads or throws, whatever bytes come: it never reads past the end', () => {
  const whole = headerMap([
    ['content-type', 'application/json'],
    ['x', Buffer.alloc(200, 'y')],
  ]);
  for (let end = 1; end < whole.length; end++) {
    let read = new Map<string, readonly string[]>();
    try {
      read = new Map(readHeaderMap(whole.subarray(0, end)));
    } catch {
      continue;
    }
    for (const [name, values] of read) assert.deepEqual(readHeaderMap(whole).get(name), values);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      try {
        readHeaderMap(bytes);
      } catch (error) {
        assert.ok(error instanceof Error);
      }
    }),
  );
});

test('throws where a header says it is shorter than what is in it', () => {
  const value = Buffer.concat([Buffer.of(10, 1, 0x61, 0x22, 3), Buffer.from('xyz')]);
  for (const length of [value.length - 1, value.length - 3]) {
    assert.throws(() => readHeaderMap(Buffer.concat([Buffer.of(10, length), value])), RangeError);
  }
  assert.deepEqual([...readHeaderMap(Buffer.concat([Buffer.of(10, value.length), value]))], [['a', ['']]]);
});

test('reads from the middle of a larger buffer', () => {
  const bytes = headerMap([['a', 'b']]);
  const around = Buffer.concat([Buffer.from('xxxx'), bytes, Buffer.from('yyyy')]);
  assert.deepEqual([...readHeaderMap(around.subarray(4, 4 + bytes.length))], [['a', ['b']]]);
});

test('writes by `value` for the first door, by `raw_value` for the second, and overwrites in both (B2, B5)', () => {
  assert.deepEqual(textHeaders([['x-a', 'é 1']]), [
    { header: { key: 'x-a', value: 'é 1' }, appendAction: 2 },
  ]);
  assert.deepEqual(rawHeaders([['x-a', 'é']]), [
    { header: { key: 'x-a', rawValue: Buffer.from('é') }, appendAction: 2 },
  ]);
});

test('sends no value that could end its line, and none that Envoy would refuse (B17)', () => {
  for (const value of [
    'a\r\nx-evil: 1',
    'a\nb',
    'a\rb',
    'a\0b',
    '\x7f',
    '\x1b[31m',
    '\ud800',
    'x'.repeat(16_385),
  ]) {
    assert.throws(() => textHeaders([['x-a', value]]), UnsafeHeader, JSON.stringify(value.slice(0, 20)));
    assert.throws(() => rawHeaders([['x-a', value]]), UnsafeHeader);
  }
  assert.equal(textHeaders([['x-a', 'x'.repeat(16_384)]]).length, 1);
  assert.equal(textHeaders([['x-a', '']]).length, 1);
  assert.equal(textHeaders([['x-a', 'tab\there 😀']]).length, 1);
});

test('never tells the value that it refuses', () => {
  assert.throws(
    () => textHeaders([['authorization', 'Bearer secret\n']]),
    (error: Error) => !error.message.includes('secret'),
  );
});

test('sets and removes neither host nor pseudo-headers nor malformed names (B18, B19, B20)', () => {
  for (const name of [
    'host',
    ':path',
    ':authority',
    'X-Upper',
    'a b',
    'a:b',
    '',
    'é',
    'a\n',
    'x'.repeat(257),
  ]) {
    assert.throws(() => textHeaders([[name, 'v']]), UnsafeHeader, name);
    assert.throws(() => rawHeaders([[name, 'v']]), UnsafeHeader, name);
    assert.throws(() => removals([name]), UnsafeHeader, name);
  }
  assert.deepEqual(removals(['authorization', 'x_odd']), ['authorization', 'x_odd']);
});

test('does not ask ext_proc for headers that Envoy would silently not set', () => {
  assert.throws(() => rawHeaders([['x-envoy-max-retries', '1']]), UnsafeHeader);
  assert.deepEqual(removals(['x-envoy-max-retries']), ['x-envoy-max-retries']);
});

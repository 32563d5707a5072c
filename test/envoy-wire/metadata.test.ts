import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metadataOf, readVoucher } from '../../src/envoy/metadata.ts';
import { encode } from './full-definitions.ts';

const METADATA = 'envoy.config.core.v3.Metadata';
const NAMESPACE = 'envoy.filters.http.ext_authz';

/** A `google.protobuf.Value` around plain JSON. */
function value(json: unknown): object {
  if (typeof json === 'string') return { stringValue: json };
  if (typeof json === 'number') return { numberValue: json };
  if (Array.isArray(json)) return { listValue: { values: json.map(value) } };
  return { structValue: struct(json as Record<string, unknown>) };
}

function struct(json: Record<string, unknown>): object {
  return { fields: Object.fromEntries(Object.entries(json).map(([key, one]) => [key, value(one)])) };
}

function metadata(namespaces: Record<string, Record<string, unknown>>): Buffer {
  const filterMetadata = Object.fromEntries(
    Object.entries(namespaces).map(([name, json]) => [name, struct(json)]),
  );
  return encode(METADATA, { filterMetadata });
}

test('finds the voucher in the namespace of ext_authz, among whatever else stands there', () => {
  const bytes = metadata({
    'envoy.filters.http.jwt_authn': { payload: { sub: 'x', groups: ['a'] } },
    [NAMESPACE]: { ext_authz_duration: 3, sallyport: 'sealed' },
  });
  assert.equal(readVoucher(bytes), 'sealed');
});

test('what the first door sends is what the second finds', () => {
  const fields = encode('google.protobuf.Struct', metadataOf('sealed ü'));
  const entry = encode(METADATA, {});
  assert.equal(entry.length, 0);
  const key = Buffer.from(NAMESPACE);
  const inner = Buffer.concat([Buffer.of(10, key.length), key, Buffer.of(18, fields.length), fields]);
  assert.equal(readVoucher(Buffer.concat([Buffer.of(10, inner.length), inner])), 'sealed ü');
});

test('believes no other namespace (F26)', () => {
  for (const name of ['sallyport', 'envoy.filters.http.ext_proc', 'envoy.filters.http.ext_authz2', '']) {
    assert.equal(readVoucher(metadata({ [name]: { sallyport: 'forged' } })), undefined, name);
  }
});

test('takes nothing but a string that says something', () => {
  for (const forged of [1, ['sealed'], { stringValue: 'sealed' }, '']) {
    assert.equal(readVoucher(metadata({ [NAMESPACE]: { sallyport: forged } })), undefined);
  }
  assert.equal(readVoucher(metadata({ [NAMESPACE]: {} })), undefined);
  assert.equal(readVoucher(Buffer.alloc(0)), undefined);
});

test('takes no namespace that stands there twice', () => {
  const one = metadata({ [NAMESPACE]: { sallyport: 'first' } });
  assert.equal(readVoucher(Buffer.concat([one, one])), undefined);
});

test('is not misled by names that mean something to JavaScript objects (B25)', () => {
  const bytes = metadata({
    [NAMESPACE]: JSON.parse('{"__proto__": {"sallyport": "forged"}, "constructor": "x"}'),
  });
  assert.equal(readVoucher(bytes), undefined);
});

test('leaves the metadata of other filters unread, however deep it is', () => {
  let deep: unknown = 'end';
  for (let i = 0; i < 40; i++) deep = [deep];
  const other = metadata({ other: { deep } });
  const ours = metadata({ [NAMESPACE]: { sallyport: 'sealed' } });
  assert.equal(readVoucher(Buffer.concat([other, ours])), 'sealed');
});

test('refuses nesting without end instead of following it', () => {
  let bytes: Buffer = encode('google.protobuf.Value', { stringValue: 'x' });
  for (let i = 0; i < 2000; i++) {
    const list = encode('google.protobuf.ListValue', {});
    assert.equal(list.length, 0);
    bytes = field(6, field(1, bytes));
  }
  const fields = field(1, Buffer.concat([field(1, Buffer.from('sallyport')), field(2, bytes)]));
  const entry = field(1, Buffer.concat([field(1, Buffer.from(NAMESPACE)), field(2, fields)]));
  assert.throws(() => readVoucher(entry), /depth/);
});

function field(number: number, bytes: Buffer): Buffer {
  const head = [(number << 3) | 2];
  for (let length = bytes.length; ; length >>>= 7) {
    head.push(length > 127 ? (length & 127) | 128 : length);
    if (length <= 127) break;
  }
  return Buffer.concat([Buffer.from(head), bytes]);
}

/** Headers on the wire: read as bytes, written with Envoy's rules. */
import protobuf from 'protobufjs';
import type { Headers } from '../core/headers.ts';

/** Field tags: number × 8 + wire type 2. */
const HEADERS_TAG = (1 << 3) | 2;
const KEY_TAG = (1 << 3) | 2;
const VALUE_TAG = (2 << 3) | 2;
const RAW_VALUE_TAG = (3 << 3) | 2;

/**
 * Reads an `envoy.config.core.v3.HeaderMap`. Values come as one character a byte (ISO 8859-1), so that no byte is lost
 * or altered whatever the client sent; whoever wants text checks it.
 *
 * The whole map becomes one string, and names and values are cut out of it: one call into C++ instead of fifty.
 * @throws if the bytes are no header map
 */
export function readHeaderMap(bytes: Uint8Array): Headers {
  const headers = new Map<string, string[]>();
  const reader = protobuf.Reader.create(bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === HEADERS_TAG) readHeader(reader, text, headers);
    else reader.skipType(tag & 7);
  }
  return headers;
}

function readHeader(reader: protobuf.Reader, text: string, into: Map<string, string[]>): void {
  const end = endOf(reader, reader.len);
  let name = '';
  let value = '';
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === KEY_TAG) name = cut(reader, text, end);
    else if (tag === RAW_VALUE_TAG || tag === VALUE_TAG) value = cut(reader, text, end);
    else reader.skipType(tag & 7);
  }
  if (reader.pos !== end) throw new RangeError('a header overruns its length');
  addHeader(into, name, value);
}

function cut(reader: protobuf.Reader, text: string, bound: number): string {
  const end = endOf(reader, bound);
  const piece = text.substring(reader.pos, end);
  reader.pos = end;
  return piece;
}

function endOf(reader: protobuf.Reader, bound: number): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > bound) throw new RangeError('a header overruns its message');
  return end;
}

/** Adds one value of a header to those that came before. */
export function addHeader(into: Map<string, string[]>, name: string, value: string): void {
  const values = into.get(name);
  if (values === undefined) into.set(name, [value]);
  else values.push(value);
}

type Pairs = readonly (readonly [name: string, value: string])[];

/** `HeaderValueOption.HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD`: a value of the client's never stands beside ours. */
const OVERWRITE = 2;

/** A header that must not go out: a bug or a bad configuration, so it is thrown. Never names the value. */
export class UnsafeHeader extends Error {
  override name = 'UnsafeHeader';
}

/** `HeaderValueOption` as ext_authz wants it. */
export interface TextHeader {
  readonly header: { readonly key: string; readonly value: string };
  readonly appendAction: typeof OVERWRITE;
}

/** `HeaderValueOption` as ext_proc wants it: what is set by `value` arrives empty. */
export interface RawHeader {
  readonly header: { readonly key: string; readonly rawValue: Uint8Array };
  readonly appendAction: typeof OVERWRITE;
}

/** @throws UnsafeHeader */
export function textHeaders(pairs: Pairs): TextHeader[] {
  return pairs.map(([name, value]) => {
    requireSafe(name, value);
    return { header: { key: name, value }, appendAction: OVERWRITE };
  });
}

/**
 * Envoy silently ignores attempts of ext_proc to set `x-envoy-…`, so they are bugs here.
 * @throws UnsafeHeader
 */
export function rawHeaders(pairs: Pairs): RawHeader[] {
  return pairs.map(([name, value]) => {
    if (name === ':path') requirePath(value);
    else requireSafe(name, value);
    if (name.startsWith('x-envoy-')) throw new UnsafeHeader(`${name} cannot be set through ext_proc`);
    return { header: { key: name, rawValue: Buffer.from(value) }, appendAction: OVERWRITE };
  });
}

/** RFC 9110 `token`, lower case: of pseudo-headers only a path can be sent. */
const NAME = /^[a-z0-9!#$%&'*+\-.^_`|~]{1,256}$/;
/** RFC 9110 `field-value`: a line break would start another header, or make Envoy refuse the whole answer. */
const VALUE = /^[\t\x20-\x7e\x80-\ud7ff\ue000-\u{10ffff}]*$/u;
/** Envoy's own validation rule, in bytes; at most 3 bytes a UTF-16 code unit. */
const VALUE_BYTES = 16_384;

function requireSafe(name: string, value: string): void {
  requireName(name);
  const long = value.length > VALUE_BYTES / 3 && Buffer.byteLength(value) > VALUE_BYTES;
  if (long || !VALUE.test(value)) throw new UnsafeHeader(`the value of ${name} cannot be sent`);
}

/** A path that another model is written into; nothing else of a request's line is ever changed. */
function requirePath(value: string): void {
  if (!/^\/[\x21-\x7e]{0,8191}$/.test(value)) throw new UnsafeHeader('a path cannot be sent');
}

/**
 * Names to remove. Envoy ignores the removal of `host` and of pseudo-headers, so asking for it is a bug.
 * @throws UnsafeHeader
 */
export function removals(names: readonly string[]): readonly string[] {
  for (const name of names) requireName(name);
  return names;
}

function requireName(name: string): void {
  if (!NAME.test(name) || name === 'host') throw new UnsafeHeader('a header name cannot be sent');
}

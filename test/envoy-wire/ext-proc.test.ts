import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BodyMode, SessionAction } from '../../src/doors/messages.ts';
import { readEvent, readMessage, readOpening } from '../../src/envoy/ext-proc-request.ts';
import { type Writable, writeAction } from '../../src/envoy/ext-proc-response.ts';
import { UnsafeHeader } from '../../src/envoy/headers.ts';
import { decode, encode, PROCESSING_REQUEST, PROCESSING_RESPONSE } from './full-definitions.ts';

const NAMESPACE = 'envoy.filters.http.ext_authz';
const METADATA = { filterMetadata: { [NAMESPACE]: { fields: { sallyport: { stringValue: 'sealed' } } } } };

function message(parts: object): Buffer {
  return encode(PROCESSING_REQUEST, parts);
}

function event(parts: object) {
  return readEvent(readMessage(message(parts)));
}

function headers(pairs: Record<string, string>): object {
  return { headers: Object.entries(pairs).map(([key, value]) => ({ key, rawValue: Buffer.from(value) })) };
}

test('reads what the first message says about its stream', () => {
  const bytes = message({
    requestHeaders: { headers: headers({}), endOfStream: true },
    attributes: { 'envoy.filters.http.ext_proc': { fields: { x: { stringValue: 'y' } } } },
    metadataContext: METADATA,
    protocolConfig: { requestBodyMode: 'BUFFERED', responseBodyMode: 'STREAMED' },
  });
  assert.deepEqual(readOpening(readMessage(bytes)), {
    modes: { request: 'buffered', response: 'streamed', earlyBody: false },
    voucher: 'sealed',
    observing: false,
  });
});

test('knows no modes and no voucher where the proxy sends none (F13, F25)', () => {
  const opening = readOpening(readMessage(message({ requestHeaders: {} })));
  assert.deepEqual(opening, { modes: undefined, voucher: undefined, observing: false });
});

test('tells observability mode (F14), early bodies and every body mode', () => {
  const names: Record<string, BodyMode> = {
    NONE: 'none',
    STREAMED: 'streamed',
    BUFFERED: 'buffered',
    BUFFERED_PARTIAL: 'buffered_partial',
    FULL_DUPLEX_STREAMED: 'full_duplex',
    GRPC: 'grpc',
  };
  for (const [name, mode] of Object.entries(names)) {
    const protocolConfig = {
      requestBodyMode: name,
      responseBodyMode: name,
      sendBodyWithoutWaitingForHeaderResponse: true,
    };
    const opening = readOpening(
      readMessage(message({ responseHeaders: {}, protocolConfig, observabilityMode: true })),
    );
    assert.deepEqual(opening, {
      modes: { request: mode, response: mode, earlyBody: true },
      voucher: undefined,
      observing: true,
    });
  }
});

test('reads headers of which there are none', () => {
  const read = event({ requestHeaders: {} });
  assert.deepEqual(read, { kind: 'headers', direction: 'request', headers: new Map(), endOfStream: false });
});

test('does not guess at a body mode of the future', () => {
  const first = readMessage(message({ requestHeaders: {}, protocolConfig: { responseBodyMode: 6 } }));
  assert.throws(() => readOpening(first), /mode 6/);
});

test('reads each part of an exchange as its event', () => {
  assert.deepEqual(event({ requestHeaders: { headers: headers({ ':path': '/' }), endOfStream: true } }), {
    kind: 'headers',
    direction: 'request',
    headers: new Map([[':path', ['/']]]),
    endOfStream: true,
  });
  assert.deepEqual(event({ responseHeaders: { headers: headers({ ':status': '200' }) } }), {
    kind: 'headers',
    direction: 'response',
    headers: new Map([[':status', ['200']]]),
    endOfStream: false,
  });
  const body = event({ requestBody: { body: Buffer.from('{}') }, metadataContext: METADATA });
  assert.deepEqual(body, {
    kind: 'body',
    direction: 'request',
    bytes: Buffer.from('{}'),
    endOfStream: false,
  });
  assert.deepEqual(event({ requestTrailers: { trailers: headers({ a: 'b' }) } }), {
    kind: 'trailers',
    direction: 'request',
  });
  assert.deepEqual(event({ responseTrailers: {} }), { kind: 'trailers', direction: 'response' });
});

test('reads the empty last piece of a body (C15)', () => {
  const read = event({ responseBody: { endOfStream: true } });
  assert.ok(
    read.kind === 'body' && read.endOfStream && read.bytes.length === 0 && read.direction === 'response',
  );
});

test('refuses a message with no part, or with one of the future', () => {
  assert.throws(() => event({}), TypeError);
  assert.throws(() => readEvent(readMessage(Buffer.of((13 << 3) | 2, 0))), TypeError);
});

const BUFFERED = { request: 'buffered', response: 'buffered', earlyBody: false } as const;

function written(action: Writable, modes: Parameters<typeof writeAction>[1] = BUFFERED) {
  return writeAction(action, modes).map((bytes) => decode(PROCESSING_RESPONSE, bytes));
}

/** What is not said counts as nothing: versions of protobufjs differ in whether they write a zero. */
function compact(x: unknown): unknown {
  if (typeof x !== 'object' || x === null || Buffer.isBuffer(x)) return x;
  if (Array.isArray(x)) return x.length === 0 ? undefined : x.map(compact);
  const entries = Object.entries(x).map(([key, value]) => [key, compact(value)]);
  return Object.fromEntries(
    entries.filter(([, value]) => value !== undefined && value !== false && value !== 0),
  );
}

const changes = { set: [['x-sallyport-backend', 'b1']], remove: ['authorization'] } as const;
const NO_CHANGES = { set: [], remove: [] };
const MUTATION = {
  setHeaders: [
    {
      header: { key: 'x-sallyport-backend', rawValue: Buffer.from('b1') },
      appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD',
    },
  ],
  removeHeaders: ['authorization'],
};

test('answers headers with changes by raw_value, and clears the route cache where asked', () => {
  const action = { kind: 'headers', direction: 'request', changes, clearRouteCache: true } as const;
  assert.deepEqual(compact(written(action)), [
    { requestHeaders: { response: { headerMutation: MUTATION, clearRouteCache: true } } },
  ]);
  const [plain] = written({ ...action, direction: 'response', changes: NO_CHANGES, clearRouteCache: false });
  assert.deepEqual(compact(plain), { responseHeaders: { response: { headerMutation: {} } } });
});

test('names both bodies in an override: one left out would read as NONE and pass unseen', () => {
  const action = {
    kind: 'headers',
    direction: 'response',
    changes: NO_CHANGES,
    clearRouteCache: false,
  } as const;
  const [toStreamed] = written({ ...action, override: { response: 'streamed' } });
  assert.deepEqual(toStreamed?.modeOverride, {
    requestBodyMode: 'BUFFERED',
    responseBodyMode: 'STREAMED',
    responseTrailerMode: 'SEND',
  });
  const [toNone] = written({ ...action, override: { response: 'none' } });
  assert.equal(overrideOf(toNone).requestBodyMode, 'BUFFERED');
  assert.equal(overrideOf(toNone).responseTrailerMode, undefined);
  const [request] = written({ ...action, direction: 'request', override: { request: 'none' } });
  assert.equal(overrideOf(request).responseBodyMode, 'BUFFERED');
  assert.ok(!('modeOverride' in (written(action)[0] ?? {})));
});

function overrideOf(response: Record<string, unknown> | undefined): Record<string, unknown> {
  return { ...(response?.modeOverride as object | undefined) };
}

test('asks for no override that Envoy would ignore (C24)', () => {
  const action = {
    kind: 'headers',
    direction: 'request',
    changes: NO_CHANGES,
    clearRouteCache: false,
  } as const;
  const to =
    (override: { request?: BodyMode; response?: BodyMode }, modes: Parameters<typeof writeAction>[1]) => () =>
      writeAction({ ...action, override }, modes);
  assert.throws(to({ response: 'none' }, undefined), TypeError);
  assert.throws(to({ response: 'none' }, { ...BUFFERED, earlyBody: true }), TypeError);
  assert.throws(to({ response: 'none' }, { ...BUFFERED, request: 'full_duplex' }), TypeError);
  assert.throws(to({ response: 'none' }, { ...BUFFERED, response: 'full_duplex' }), TypeError);
  assert.throws(to({ response: 'full_duplex' }, BUFFERED), TypeError);
  assert.throws(to({ request: 'grpc' }, BUFFERED), TypeError);
});

test('keeps, replaces and takes out a body', () => {
  for (const direction of ['request', 'response'] as const) {
    const name = `${direction}Body`;
    assert.deepEqual(compact(written({ kind: 'body', direction, body: 'keep' })), [
      { [name]: { response: {} } },
    ]);
    assert.deepEqual(compact(written({ kind: 'body', direction, body: Buffer.from('new') })), [
      { [name]: { response: { bodyMutation: { body: Buffer.from('new') } } } },
    ]);
    assert.deepEqual(compact(written({ kind: 'body', direction, body: new Uint8Array(0) })), [
      { [name]: { response: { bodyMutation: { clearBody: true } } } },
    ]);
  }
});

test('changes headers with a buffered body', () => {
  const action = {
    kind: 'body',
    direction: 'request',
    body: 'keep',
    changes,
    clearRouteCache: true,
  } as const;
  assert.deepEqual(compact(written(action)), [
    { requestBody: { response: { headerMutation: MUTATION, clearRouteCache: true } } },
  ]);
});

test('cuts what full duplex sends into pieces of at most 62,000 bytes, and marks the last', () => {
  const pieces = (size: number, endOfStream: boolean) => {
    const bytes = Buffer.alloc(size, 'abc');
    const sent = written({ kind: 'chunk', direction: 'response', bytes, endOfStream }).map((one) => {
      const { streamedResponse } = (
        one.responseBody as { response: { bodyMutation: { streamedResponse: Piece } } }
      ).response.bodyMutation;
      return { body: streamedResponse.body ?? Buffer.alloc(0), end: streamedResponse.endOfStream ?? false };
    });
    assert.deepEqual(Buffer.concat(sent.map((one) => one.body)), bytes);
    assert.ok(sent.every((one) => one.body.length <= 62_000));
    return sent.map((one) => one.end);
  };
  interface Piece {
    body?: Buffer;
    endOfStream?: boolean;
  }
  assert.deepEqual(pieces(0, true), [true]);
  assert.deepEqual(pieces(0, false), [false]);
  assert.deepEqual(pieces(62_000, true), [true]);
  assert.deepEqual(pieces(62_001, true), [false, true]);
  assert.deepEqual(pieces(150_000, false), [false, false, false]);
});

test('answers trailers', () => {
  assert.deepEqual(written({ kind: 'trailers', direction: 'request' }), [{ requestTrailers: {} }]);
  assert.deepEqual(written({ kind: 'trailers', direction: 'response' }), [{ responseTrailers: {} }]);
});

test('ends an exchange with an answer of ours', () => {
  const action = {
    kind: 'immediate',
    status: 403,
    headers: [['content-type', 'application/json']],
    body: '{"error":"ü"}',
    details: 'sallyport_model_not_allowed',
  } as const;
  assert.deepEqual(compact(written(action)), [
    {
      immediateResponse: {
        status: { code: 'Forbidden' },
        headers: {
          setHeaders: [
            {
              header: { key: 'content-type', rawValue: Buffer.from('application/json') },
              appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD',
            },
          ],
        },
        body: Buffer.from('{"error":"ü"}'),
        details: 'sallyport_model_not_allowed',
      },
    },
  ]);
});

test('gives no answer with a status for which Envoy would put 200', () => {
  for (const status of [0, 99, 100, 451, 599, 600]) {
    const action = { kind: 'immediate', status, headers: [], body: '', details: '' } as const;
    assert.throws(() => writeAction(action, BUFFERED), RangeError, String(status));
  }
});

test('writes no header that could be split, whichever message carries it (B17)', () => {
  const bad = { set: [['x', 'a\r\nb']], remove: [] } as const;
  const actions: Exclude<SessionAction, { kind: 'fail' }>[] = [
    { kind: 'headers', direction: 'request', changes: bad, clearRouteCache: false },
    { kind: 'body', direction: 'request', body: 'keep', changes: bad },
    { kind: 'immediate', status: 400, headers: bad.set, body: '', details: '' },
  ];
  for (const action of actions) assert.throws(() => writeAction(action, BUFFERED), UnsafeHeader, action.kind);
});

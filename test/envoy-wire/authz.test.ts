import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefusal } from '../../src/core/refusal.ts';
import type { CheckDecision } from '../../src/doors/messages.ts';
import { PLAIN_DENIAL, readCheck, writeDecision } from '../../src/envoy/authz.ts';
import { UnsafeHeader } from '../../src/envoy/headers.ts';
import { CHECK_REQUEST, CHECK_RESPONSE, decode, encode } from './full-definitions.ts';

/** As Envoy sends it, with much that we do not read. */
function checkRequest(http: object | undefined): Buffer {
  return encode(CHECK_REQUEST, {
    attributes: {
      source: {
        address: { socketAddress: { address: '192.0.2.7', portValue: 41234 } },
        principal: 'spiffe://example.org/ns/default/sa/client',
        certificate: '-----BEGIN%20CERTIFICATE',
        labels: { __proto__: 'x', app: 'y' },
      },
      destination: { address: { socketAddress: { address: '192.0.2.1', portValue: 443 } } },
      request: { time: { seconds: 1, nanos: 2 }, ...(http && { http }) },
      contextExtensions: { virtual_host: 'ai' },
      metadataContext: { filterMetadata: { any: { fields: { x: { stringValue: 'y' } } } } },
      tlsSession: { sni: 'api.example.org' },
    },
  });
}

const REQUEST = {
  id: '123',
  method: 'POST',
  path: '/v1/chat/completions?x=1',
  host: 'api.example.org',
  scheme: 'https',
  query: '',
  size: -1,
  protocol: 'HTTP/2',
  body: '{"model":"m"}',
};

function received(http: object) {
  const result = readCheck(checkRequest({ ...REQUEST, ...http }), 1234);
  assert.ok(!isRefusal(result));
  return result;
}

test('reads what the first door needs of a check', () => {
  const headerMap = {
    headers: [
      { key: ':method', rawValue: Buffer.from('POST') },
      { key: 'a', value: 'b' },
    ],
  };
  assert.deepEqual(received({ headerMap }), {
    method: 'POST',
    path: '/v1/chat/completions?x=1',
    authority: 'api.example.org',
    headers: new Map([
      [':method', ['POST']],
      ['a', ['b']],
    ]),
    sourceAddress: '192.0.2.7',
    peer: {
      principal: 'spiffe://example.org/ns/default/sa/client',
      certificate: '-----BEGIN%20CERTIFICATE',
    },
    receivedAt: 1234,
  });
});

test('prefers the raw headers, in which doubled ones stand apart (B6)', () => {
  const { headers } = received({
    headers: { 'x-api-key': 'A,B' },
    headerMap: {
      headers: [
        { key: 'x-api-key', rawValue: Buffer.from('A') },
        { key: 'x-api-key', rawValue: Buffer.from('B') },
      ],
    },
  });
  assert.deepEqual(headers.get('x-api-key'), ['A', 'B']);
});

test('reads joined headers where the proxy sends no raw ones, whatever their names (B25)', () => {
  const { headers } = received({ headers: JSON.parse('{"__proto__": "x", "accept": "a,b", "c": "é"}') });
  assert.deepEqual(
    headers,
    new Map([
      ['__proto__', ['x']],
      ['accept', ['a,b']],
      ['c', ['\u00c3\u00a9']],
    ]),
  );
});

test('does not lose header bytes that are no text (B10)', () => {
  const { headers } = received({
    headerMap: { headers: [{ key: 'x', rawValue: Buffer.from([0xfe, 0xff]) }] },
  });
  assert.equal(headers.get('x')?.[0], '\u00fe\u00ff');
});

test('refuses a check without HTTP attributes, as a TCP filter sends it', () => {
  for (const bytes of [checkRequest(undefined), encode(CHECK_REQUEST, {}), Buffer.alloc(0)]) {
    const result = readCheck(bytes, 0);
    assert.ok(isRefusal(result) && result.refused === 'not_http');
  }
});

test('knows no source address where there is none', () => {
  const bytes = encode(CHECK_REQUEST, { attributes: { request: { http: REQUEST } } });
  const result = readCheck(bytes, 0);
  assert.equal(isRefusal(result) || result.sourceAddress, '');
});

const ALLOW: Extract<CheckDecision, { allow: true }> = {
  allow: true,
  voucher: 'sealed',
  headers: { set: [['x-sallyport-tenant', 'acme']], remove: ['authorization', 'x-sallyport-fake'] },
  removeParameters: ['key'],
  responseHeaders: [['x-sallyport-request-id', '42']],
};

test('writes an allow: headers overwritten, credentials removed, the voucher in metadata', () => {
  const { status, ...response } = decode(CHECK_RESPONSE, writeDecision(ALLOW));
  assert.equal((status as { code?: number }).code ?? 0, 0);
  assert.deepEqual(response, {
    okResponse: {
      headers: [
        { header: { key: 'x-sallyport-tenant', value: 'acme' }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' },
      ],
      headersToRemove: ['authorization', 'x-sallyport-fake'],
      responseHeadersToAdd: [
        {
          header: { key: 'x-sallyport-request-id', value: '42' },
          appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD',
        },
      ],
      queryParametersToRemove: ['key'],
    },
    dynamicMetadata: { fields: { sallyport: { stringValue: 'sealed' } } },
  });
});

test('writes a denial as denied_response with the status of its row', () => {
  const bytes = writeDecision({
    allow: false,
    status: 429,
    headers: [['retry-after', '3']],
    body: '{"error":"ü"}',
  });
  assert.deepEqual(decode(CHECK_RESPONSE, bytes), {
    status: { code: 7 },
    deniedResponse: {
      status: { code: 'TooManyRequests' },
      headers: [{ header: { key: 'retry-after', value: '3' }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' }],
      body: '{"error":"ü"}',
    },
  });
});

test('allows by `allow: true` and by nothing else (F3)', () => {
  for (const allow of [1, 'true', {}, null, undefined]) {
    const decision = { ...ALLOW, allow, status: 403, headers: [], body: '' } as unknown as CheckDecision;
    const response = decode(CHECK_RESPONSE, writeDecision(decision));
    assert.deepEqual(response.status, { code: 7 });
    assert.ok('deniedResponse' in response && !('okResponse' in response));
  }
});

test('does not write an allow without a voucher', () => {
  assert.throws(() => writeDecision({ ...ALLOW, voucher: '' }), TypeError);
});

test('does not deny with a status that is no refusal, or that Envoy does not know', () => {
  for (const status of [0, 200, 302, 399, 418, 451, 499, 520, 600, 403.5, Number.NaN]) {
    assert.throws(
      () => writeDecision({ allow: false, status, headers: [], body: '' }),
      RangeError,
      String(status),
    );
  }
});

test('does not write what could split a header (B17)', () => {
  assert.throws(() => writeDecision({ ...ALLOW, responseHeaders: [['x', 'a\r\nb: c']] }), UnsafeHeader);
});

test('has a denial for when nothing else can be written', () => {
  const response = decode(CHECK_RESPONSE, PLAIN_DENIAL);
  assert.deepEqual(response.status, { code: 7 });
  assert.ok('deniedResponse' in response);
});

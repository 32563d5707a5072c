import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientAddress } from '../../src/doors/client-address.ts';

const forwarded = (...values: string[]) => new Map([['x-forwarded-for', values]]);
const PEER = '10.0.0.1';

test('B16: without trusted proxies the caller is whoever connected, whatever it says', () => {
  assert.equal(clientAddress(PEER, forwarded('192.0.2.1'), 0), PEER);
  assert.equal(clientAddress('', forwarded('192.0.2.1'), 0), '');
});

test('B16: behind one proxy the caller is the address that the proxy added, not what stands before it', () => {
  assert.equal(clientAddress(PEER, forwarded('203.0.113.9, 192.0.2.1'), 1), '192.0.2.1');
  assert.equal(clientAddress(PEER, forwarded('203.0.113.9', '192.0.2.1'), 1), '192.0.2.1');
});

test('the address that Envoy itself adds is that of the proxy, not of the caller', () => {
  assert.equal(clientAddress(PEER, forwarded(`203.0.113.9, 192.0.2.1, ${PEER}`), 1), '192.0.2.1');
});

test('each further proxy goes one address further', () => {
  assert.equal(clientAddress(PEER, forwarded('203.0.113.9, 192.0.2.1, 10.0.0.2'), 2), '192.0.2.1');
});

test('an address that is missing, or none, is unknown: no network contains it', () => {
  for (const value of ['', 'unknown', '192.0.2.1:443', 'x, ', '192.0.2.1, <script>']) {
    assert.equal(clientAddress(PEER, forwarded(value), 1), '', value);
  }
  assert.equal(clientAddress(PEER, new Map(), 1), '');
  assert.equal(clientAddress(PEER, forwarded('192.0.2.1'), 2), '');
});

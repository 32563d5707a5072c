import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { credentials, status } from '@grpc/grpc-js';
import { CHECK_REQUEST, CHECK_RESPONSE, decode, encode } from './full-definitions.ts';
import { Peer, serve } from './serving.ts';

const MESSAGE = encode(CHECK_REQUEST, {
  attributes: { request: { http: { method: 'GET', path: '/', host: 'a' } } },
});

function pem(name: string): Buffer {
  return readFileSync(new URL(`tls/${name}`, import.meta.url));
}

const AUTHORITY = pem('authority.pem');
const OURS = { certificate: pem('server.pem'), key: pem('server.key') };

async function allowed(peer: Peer): Promise<boolean> {
  return 'okResponse' in decode(CHECK_RESPONSE, await peer.check(MESSAGE));
}

test('serves over TLS', async (t) => {
  const server = await serve(t, { tls: OURS });
  assert.ok(await allowed(new Peer(t, server.address, credentials.createSsl(AUTHORITY))));
  await assert.rejects(new Peer(t, server.address).check(MESSAGE), { code: status.UNAVAILABLE });
});

test('serves over mutual TLS those whom the authority signed, and nobody else (M3)', async (t) => {
  const server = await serve(t, { tls: { ...OURS, clientAuthority: AUTHORITY } });
  const known = credentials.createSsl(AUTHORITY, pem('client.key'), pem('client.pem'));
  const stranger = credentials.createSsl(AUTHORITY, pem('stranger.key'), pem('stranger.pem'));
  const anonymous = credentials.createSsl(AUTHORITY);
  assert.ok(await allowed(new Peer(t, server.address, known)));
  for (const how of [stranger, anonymous]) {
    await assert.rejects(new Peer(t, server.address, how).check(MESSAGE), { code: status.UNAVAILABLE });
  }
  assert.ok(await allowed(new Peer(t, server.address, known)));
});

test('does not start with TLS material that cannot be used', async (t) => {
  const broken = Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  await assert.rejects(serve(t, { tls: { ...OURS, certificate: broken } }));
  await assert.rejects(serve(t, { tls: { ...OURS, key: pem('client.key') } }));
});

test('drains over TLS', async (t) => {
  const server = await serve(t, { tls: OURS });
  assert.ok(await allowed(new Peer(t, server.address, credentials.createSsl(AUTHORITY))));
  await server.drain({ waitMs: 0, graceMs: 1000 });
});

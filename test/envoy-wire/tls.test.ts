import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type ChannelCredentials, credentials, status } from '@grpc/grpc-js';
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

/** The certificate is for a name, and the address has none. */
function peer(t: TestContext, address: string, how: ChannelCredentials): Peer {
  return new Peer(t, address, how, { 'grpc.ssl_target_name_override': 'localhost' });
}

async function allowed(one: Peer): Promise<boolean> {
  return 'okResponse' in decode(CHECK_RESPONSE, await one.check(MESSAGE));
}

test('serves over TLS', async (t) => {
  const server = await serve(t, { tls: OURS });
  assert.ok(await allowed(peer(t, server.address, credentials.createSsl(AUTHORITY))));
  await assert.rejects(new Peer(t, server.address).check(MESSAGE), { code: status.UNAVAILABLE });
});

test('serves over mutual TLS those whom the authority signed, and nobody else (M3)', async (t) => {
  const server = await serve(t, { tls: { ...OURS, clientAuthority: AUTHORITY } });
  const known = credentials.createSsl(AUTHORITY, pem('client.key'), pem('client.pem'));
  const stranger = credentials.createSsl(AUTHORITY, pem('stranger.key'), pem('stranger.pem'));
  const anonymous = credentials.createSsl(AUTHORITY);
  assert.ok(await allowed(peer(t, server.address, known)));
  for (const how of [stranger, anonymous]) {
    await assert.rejects(peer(t, server.address, how).check(MESSAGE), { code: status.UNAVAILABLE });
  }
  assert.ok(await allowed(peer(t, server.address, known)));
});

test('does not start with TLS material that cannot be used', async (t) => {
  const broken = Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  await assert.rejects(serve(t, { tls: { ...OURS, certificate: broken } }));
  await assert.rejects(serve(t, { tls: { ...OURS, key: pem('client.key') } }));
});

test('drains though somebody connected and never said who they are', async (t) => {
  const server = await serve(t, { tls: OURS });
  const socket = createConnection(server.port ?? 0, '127.0.0.1');
  await once(socket, 'connect');
  socket.resume();
  await server.drain({ waitMs: 0, graceMs: 10 });
});

test('drains over TLS', async (t) => {
  const server = await serve(t, { tls: OURS });
  assert.ok(await allowed(peer(t, server.address, credentials.createSsl(AUTHORITY))));
  await server.drain({ waitMs: 0, graceMs: 1000 });
});

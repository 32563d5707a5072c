import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Peer, serve } from './serving.ts';

const SERVING = Buffer.from([0x08, 1]);
const NOT_SERVING = Buffer.from([0x08, 2]);

test('a health check without a name, as Envoy sends it, asks for the whole server', async (t) => {
  const server = await serve(t);
  const peer = new Peer(t, server.address);
  const ask = () => peer.check(Buffer.alloc(0), '/grpc.health.v1.Health/Check');
  assert.deepEqual(await ask(), NOT_SERVING);
  server.setServing(true);
  assert.deepEqual(await ask(), SERVING);
});

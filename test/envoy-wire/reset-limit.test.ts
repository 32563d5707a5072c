import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server as Listener } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { allowStreamResets } from '../../src/envoy/reset-limit.ts';
import { CHECK, PROCESS, rawSession, serve } from './serving.ts';

/** Opens streams and resets each at once. @returns how many went well before the connection was closed */
async function reset(t: TestContext, port: number | undefined, streams: number): Promise<number> {
  const session = await rawSession(t, port);
  let done = 0;
  while (done < streams && !session.closed && !session.destroyed) {
    const batch = Array.from({ length: 50 }, async () => {
      const stream = session.request({
        ':method': 'POST',
        ':path': PROCESS,
        'content-type': 'application/grpc',
      });
      stream.on('error', () => {});
      stream.close(8);
      await new Promise((resolve) => stream.once('close', resolve));
    });
    await Promise.all(batch);
    if (!session.closed && !session.destroyed) done += batch.length;
  }
  return done;
}

/** A grpc-js server as it comes. */
async function plainServer(t: TestContext, change: (server: Server) => void): Promise<number> {
  const grpc = new Server();
  change(grpc);
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const listener: Listener = createServer((socket) => injector.injectConnection(socket));
  t.after(() => {
    injector.destroy();
    listener.close();
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  return (listener.address() as AddressInfo).port;
}

const STREAMS = 5000;

test('a server as grpc-js makes it closes the connection after about a thousand resets', async (t) => {
  const done = await reset(t, await plainServer(t, () => {}), STREAMS);
  assert.ok(done < STREAMS, `${done} resets went well: the setting is not needed any more`);
});

test('a server with our setting takes five times as many (M3)', async (t) => {
  assert.equal(await reset(t, await plainServer(t, allowStreamResets), STREAMS), STREAMS);
});

test('so does the server that we run, and it still answers (M1)', async (t) => {
  const server = await serve(t);
  assert.equal(await reset(t, server.port, STREAMS), STREAMS);
  const session = await rawSession(t, server.port);
  const stream = session.request({ ':method': 'POST', ':path': CHECK, 'content-type': 'application/grpc' });
  stream.resume();
  stream.end();
  await once(stream, 'close');
  assert.equal(server.openCalls, 0);
});

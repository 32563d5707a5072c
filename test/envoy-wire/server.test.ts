import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import type { Received } from '../../src/core/exchange.ts';
import { parseAddress } from '../../src/envoy/listen.ts';
import { allowStreamResets } from '../../src/envoy/reset-limit.ts';
import {
  CHECK_REQUEST,
  CHECK_RESPONSE,
  decode,
  encode,
  PROCESSING_REQUEST,
  PROCESSING_RESPONSE,
} from './full-definitions.ts';
import { OPEN_DOORS, PassingSession, Peer, serve } from './serving.ts';

const MESSAGE = encode(CHECK_REQUEST, {
  attributes: {
    request: { http: { method: 'GET', path: '/v1/models', host: 'a', headers: { accept: '*/*' } } },
  },
});
const RESPONSE_HEADERS = encode(PROCESSING_REQUEST, { responseHeaders: {} });
const LAST_BODY = encode(PROCESSING_REQUEST, { responseBody: { endOfStream: true } });
const HEALTH = '/grpc.health.v1.Health/Check';
const WATCH = '/grpc.health.v1.Health/Watch';

/** `HealthCheckRequest` for a service, and the status in a `HealthCheckResponse`. */
const about = (name: string): Buffer => Buffer.concat([Buffer.of(10, name.length), Buffer.from(name)]);
const SERVING = '0801';
const NOT_SERVING = '0802';
const SERVICE_UNKNOWN = '0803';

test('serves both doors on one port', async (t) => {
  const received: Received[] = [];
  const check = (one: Received) => {
    received.push(one);
    return OPEN_DOORS.check(one);
  };
  const server = await serve(t, { doors: { ...OPEN_DOORS, check } });
  assert.equal(server.address, `127.0.0.1:${server.port}`);
  const peer = new Peer(t, server.address);
  assert.ok('okResponse' in decode(CHECK_RESPONSE, await peer.check(MESSAGE)));
  assert.equal(received[0]?.path, '/v1/models');
  const exchange = peer.process();
  const reply = await exchange.ask(RESPONSE_HEADERS);
  assert.ok('responseHeaders' in decode(PROCESSING_RESPONSE, reply ?? Buffer.alloc(0)));
  await exchange.ask(LAST_BODY);
  exchange.halfClose();
  assert.equal(await exchange.ended, status.OK);
  assert.equal(server.openCalls, 0);
});

test('a reset by the peer closes the session, and nothing is left', async (t) => {
  const session = new PassingSession();
  const closed = new Promise<string>((resolve) => {
    session.close = resolve;
  });
  const server = await serve(t, { doors: { ...OPEN_DOORS, openSession: () => session } });
  const exchange = new Peer(t, server.address).process();
  await exchange.ask(RESPONSE_HEADERS);
  assert.equal(server.openCalls, 1);
  exchange.reset();
  assert.equal(await closed, 'cancelled');
  assert.equal(server.openCalls, 0);
});

test('tells a session that its peer is gone even while it thinks', async (t) => {
  const session = new PassingSession();
  session.on = () => new Promise(() => {}) as never;
  const closed = new Promise<string>((resolve) => {
    session.close = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    t.after(() => resolve());
    session.on = () => {
      resolve();
      return new Promise(() => {}) as never;
    };
  });
  const server = await serve(t, { doors: { ...OPEN_DOORS, openSession: () => session } });
  const exchange = new Peer(t, server.address).process();
  exchange.say(RESPONSE_HEADERS);
  await opened;
  exchange.reset();
  assert.equal(await closed, 'cancelled');
});

test('takes messages as large as the largest body, and no larger (F21, M2)', async (t) => {
  const server = await serve(t, { maxBodyBytes: 5 << 20 });
  const exchange = new Peer(t, server.address, undefined, { 'grpc.max_send_message_length': -1 }).process();
  await exchange.ask(encode(PROCESSING_REQUEST, { requestBody: { body: Buffer.alloc(5 << 20) } }));
  exchange.say(encode(PROCESSING_REQUEST, { requestBody: { body: Buffer.alloc((5 << 20) + 70_000) } }));
  assert.equal(await exchange.ended, status.RESOURCE_EXHAUSTED);
});

test('a peer that reads nothing is not read from either, and gets every byte once it does (M5)', async (t) => {
  const session = new PassingSession();
  let events = 0;
  const body = Buffer.alloc(100_000, 'x');
  session.on = () => {
    events += 1;
    return [{ kind: 'body', direction: 'response', body }];
  };
  const server = await serve(t, { doors: { ...OPEN_DOORS, openSession: () => session } });
  const exchange = new Peer(t, server.address).process();
  exchange.pause();
  const message = encode(PROCESSING_REQUEST, { responseBody: { body: Buffer.alloc(10) } });
  for (let i = 0; i < 200; i++) exchange.say(message);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(events < 60, `${events} events were answered into nowhere`);
  exchange.resume();
  while (exchange.replies.length < 200) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(events, 200);
});

// — health —

test('is not serving until it is said to be', async (t) => {
  const server = await serve(t);
  const peer = new Peer(t, server.address);
  assert.equal((await peer.check(about(''), HEALTH)).toString('hex'), NOT_SERVING);
  server.setServing(true);
  for (const name of [
    '',
    'envoy.service.auth.v3.Authorization',
    'envoy.service.ext_proc.v3.ExternalProcessor',
  ]) {
    assert.equal((await peer.check(about(name), HEALTH)).toString('hex'), SERVING, name);
  }
  await assert.rejects(peer.check(about('other'), HEALTH), { code: status.NOT_FOUND });
});

test('tells those who watch, at once', async (t) => {
  const server = await serve(t);
  const peer = new Peer(t, server.address);
  const seen: string[] = [];
  const unknown: string[] = [];
  peer.stream(WATCH, about('other')).on('data', (bytes) => unknown.push(bytes.toString('hex')));
  await new Promise<void>((resolve) => {
    peer.stream(WATCH, about('')).on('data', (bytes) => {
      seen.push(bytes.toString('hex'));
      if (seen.length === 1) server.setServing(true);
      if (seen.length === 2) server.setServing(false);
      if (seen.length === 3) resolve();
    });
  });
  assert.deepEqual(seen, [NOT_SERVING, SERVING, NOT_SERVING]);
  assert.deepEqual(unknown, [SERVICE_UNKNOWN]);
});

// — drain —

test('drains without dropping a call: health says no, running streams finish, then all is closed (M17)', async (t) => {
  const server = await serve(t);
  server.setServing(true);
  const peer = new Peer(t, server.address);
  const exchange = peer.process();
  await exchange.ask(RESPONSE_HEADERS);
  const drained = server.drain({ waitMs: 100, graceMs: 5000 });
  assert.equal((await peer.check(about(''), HEALTH)).toString('hex'), NOT_SERVING);
  server.setServing(true);
  assert.equal(
    (await peer.check(about(''), HEALTH)).toString('hex'),
    NOT_SERVING,
    'a reload must not undo it',
  );
  assert.ok('okResponse' in decode(CHECK_RESPONSE, await peer.check(MESSAGE)), 'still serves while it waits');
  await new Promise((resolve) => setTimeout(resolve, 200));
  await assert.rejects(new Peer(t, server.address).check(MESSAGE), { code: status.UNAVAILABLE });
  await exchange.ask(LAST_BODY);
  exchange.halfClose();
  assert.equal(await exchange.ended, status.OK);
  await drained;
});

test('ends what outlives the grace with an error, never with OK (F1, M17)', async (t) => {
  const session = new PassingSession();
  const server = await serve(t, { doors: { ...OPEN_DOORS, openSession: () => session } });
  const peer = new Peer(t, server.address);
  const exchange = peer.process();
  await exchange.ask(RESPONSE_HEADERS);
  const watch = peer.stream(WATCH, about(''));
  watch.on('data', () => {});
  await server.drain({ waitMs: 0, graceMs: 50 });
  assert.equal(await exchange.ended, status.UNAVAILABLE);
  assert.deepEqual(session.closings, ['error']);
  assert.equal(server.openCalls, 0);
});

test('does not wait for those who watch', async (t) => {
  const server = await serve(t);
  await new Promise<void>((resolve) => {
    new Peer(t, server.address).stream(WATCH, about('')).on('data', () => resolve());
  });
  await server.drain({ waitMs: 0, graceMs: 3_600_000 });
});

test('closes connections that say nothing', async (t) => {
  const server = await serve(t);
  const { createConnection } = await import('node:net');
  const socket = createConnection(server.port ?? 0, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.resume();
  await server.drain({ waitMs: 0, graceMs: 10 });
  await closed;
});

// — where it listens —

async function folder(t: { after(run: () => Promise<void>): void }): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sallyport-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('serves on a Unix socket that only those may use who are let, and takes it away', async (t) => {
  const path = join(await folder(t), 's.sock');
  const server = await serve(t, { listen: `unix:${path}`, socketMode: 0o600 });
  assert.equal(server.address, `unix:${path}`);
  assert.equal(server.port, undefined);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.ok('okResponse' in decode(CHECK_RESPONSE, await new Peer(t, server.address).check(MESSAGE)));
  await server.drain({ waitMs: 0, graceMs: 0 });
  await assert.rejects(stat(path), { code: 'ENOENT' });
});

test('replaces the socket of a process that was killed, but nobody else’s and no file', async (t) => {
  const directory = await folder(t);
  const stale = join(directory, 'stale.sock');
  const killed = createServer();
  await new Promise<void>((resolve) => killed.listen(stale, resolve));
  const { rename } = await import('node:fs/promises');
  await rename(stale, `${stale}.kept`);
  await new Promise((resolve) => killed.close(resolve));
  await rename(`${stale}.kept`, stale);
  await serve(t, { listen: `unix:${stale}` });
  await assert.rejects(serve(t, { listen: `unix:${stale}` }), /in use/);
  const file = join(directory, 'file');
  await writeFile(file, 'precious');
  await assert.rejects(serve(t, { listen: `unix:${file}` }), /not a socket/);
  await stat(file);
});

test('says what is wrong with an address', async (t) => {
  for (const address of [
    '',
    '50051',
    ':50051',
    'localhost',
    'a b:1',
    'h:65536',
    'unix:relative',
    'http://h:1',
    '::1:1',
  ]) {
    assert.throws(() => parseAddress(address), Error, address);
  }
  assert.deepEqual(parseAddress('[::1]:50051'), { host: '::1', port: 50051 });
  assert.deepEqual(parseAddress('sallyport.example.org:0'), { host: 'sallyport.example.org', port: 0 });
  const server = await serve(t);
  await assert.rejects(serve(t, { listen: server.address }), { code: 'EADDRINUSE' });
});

test('does not start on a grpc-js whose options it would not reach', () => {
  assert.throws(() => allowStreamResets({} as never), /HTTP\/2 options/);
});

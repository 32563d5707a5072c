import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { CHECK_REQUEST, CHECK_RESPONSE, decode, encode, PROCESSING_REQUEST } from './full-definitions.ts';
import {
  CHECK,
  frame,
  OPEN_DOORS,
  PassingSession,
  Peer,
  PROCESS,
  rawBytes,
  rawCall,
  rawSession,
  type Served,
  serve,
} from './serving.ts';

const GOOD = encode(CHECK_REQUEST, {
  attributes: { request: { http: { method: 'GET', path: '/', host: 'a', headers: { accept: '*/*' } } } },
});
const HEADERS = encode(PROCESSING_REQUEST, { requestHeaders: {} });

/** The service still does its work. */
async function serves(t: Parameters<typeof serve>[0], server: Served): Promise<void> {
  assert.ok('okResponse' in decode(CHECK_RESPONSE, await new Peer(t, server.address).check(GOOD)));
}

const bomb = gzipSync(Buffer.alloc(64 << 20));
const noGzip = Buffer.from('this is no gzip');

/** What is sent, and what the sender gets. `grpc 0` is an answer in words: a denial, see below. */
const FRAMES: Record<string, { path: string; headers?: object; frames: Buffer[]; gets: string }> = {
  'a message said to be gzip that is none': {
    path: CHECK,
    headers: { 'grpc-encoding': 'gzip' },
    frames: [frame(noGzip, 1)],
    gets: 'grpc 13',
  },
  'the same on a stream': {
    path: PROCESS,
    headers: { 'grpc-encoding': 'gzip' },
    frames: [frame(HEADERS), frame(noGzip, 1)],
    gets: 'grpc 13',
  },
  'a gzip message cut short': {
    path: CHECK,
    headers: { 'grpc-encoding': 'gzip' },
    frames: [frame(gzipSync(GOOD).subarray(0, 15), 1)],
    gets: 'grpc 13',
  },
  'a small message that unfolds to 64 MB': {
    path: PROCESS,
    headers: { 'grpc-encoding': 'gzip' },
    frames: [frame(bomb, 1)],
    gets: 'grpc 8',
  },
  'an encoding that nobody knows': {
    path: CHECK,
    headers: { 'grpc-encoding': 'snappy' },
    frames: [frame(GOOD, 1)],
    gets: 'grpc 12',
  },
  'compressed, without saying how': { path: CHECK, frames: [frame(GOOD, 1)], gets: 'grpc 0' },
  'a length of 4 GB': { path: PROCESS, frames: [frame(HEADERS, 0, 0xffff_ffff)], gets: 'grpc 8' },
  'a message larger than the largest': {
    path: PROCESS,
    frames: [frame(Buffer.alloc((1 << 20) + 65_537))],
    gets: 'grpc 8',
  },
  'a method that there is not': {
    path: '/envoy.service.auth.v3.Authorization/Chekc',
    frames: [frame(GOOD)],
    gets: 'grpc 12',
  },
  'a method named like a property': { path: '/__proto__', frames: [frame(GOOD)], gets: 'grpc 12' },
  'another content type': {
    path: CHECK,
    headers: { 'content-type': 'application/json' },
    frames: [GOOD],
    gets: 'http 415',
  },
  'a deadline that is no duration': {
    path: CHECK,
    headers: { 'grpc-timeout': 'soon' },
    frames: [frame(GOOD)],
    gets: 'grpc 13',
  },
  'metadata that is no metadata': {
    path: CHECK,
    headers: { 'x-bin': '%%%', 'x-odd': '\u00ff' },
    frames: [frame(GOOD)],
    gets: 'grpc 0',
  },
  'a check that is no protobuf': {
    path: CHECK,
    frames: [frame(Buffer.from([0x0a, 0xff, 0xff]))],
    gets: 'grpc 0',
  },
  'a stream message that is no protobuf': {
    path: PROCESS,
    frames: [frame(Buffer.from([0x12, 0x80]))],
    gets: 'grpc 13',
  },
  'an empty stream message': { path: PROCESS, frames: [frame(Buffer.alloc(0))], gets: 'grpc 13' },
  'a check without a message': { path: CHECK, frames: [], gets: 'grpc 0' },
  'a stream without a message': { path: PROCESS, frames: [], gets: 'grpc 1' },
  'a check cut short': { path: CHECK, frames: [frame(GOOD).subarray(0, 9)], gets: 'grpc 0' },
  'a stream cut short': {
    path: PROCESS,
    frames: [frame(HEADERS), frame(HEADERS).subarray(0, 3)],
    gets: 'grpc 1',
  },
  'two checks in one call': { path: CHECK, frames: [frame(GOOD), frame(GOOD)], gets: 'grpc 0' },
};

for (const [what, { path, headers, frames, gets }] of Object.entries(FRAMES)) {
  test(`survives ${what} (M1, M2)`, async (t) => {
    const server = await serve(t);
    const session = await rawSession(t, server.port);
    assert.equal(await rawCall(session, { ':path': path, ...headers }, ...frames), gets);
    await serves(t, server);
    assert.equal(server.openCalls, 0);
  });
}

test('a check that cannot be read is denied, not answered with nothing (F3)', async (t) => {
  const server = await serve(t, { doors: { ...OPEN_DOORS, check: () => assert.fail('asked') } });
  const peer = new Peer(t, server.address);
  for (const bytes of [Buffer.from([0x0a, 0xff]), Buffer.from('hello'), Buffer.alloc(0)]) {
    const response = decode(CHECK_RESPONSE, await peer.check(bytes));
    assert.ok('deniedResponse' in response && (response.status as { code: number }).code === 7);
  }
});

test('what grpc-js has to say goes to the faults, cut and made printable, not to the console', async (t) => {
  const server = await serve(t);
  const session = await rawSession(t, server.port);
  const odd = `\u00ff\u0085${'x'.repeat(500)}`;
  assert.equal(await rawCall(session, { ':path': CHECK, 'x-odd': odd }, frame(GOOD)), 'grpc 0');
  const [fault] = server.faults;
  assert.equal(fault?.where, 'grpc');
  assert.ok(typeof fault.error === 'string' && fault.error.length <= 210 && !fault.error.includes('\u0085'));
});

test('one bad stream does not touch the others on its connection', async (t) => {
  const server = await serve(t);
  const session = await rawSession(t, server.port);
  const good = rawCall(session, { ':path': CHECK }, frame(GOOD));
  const bad = rawCall(session, { ':path': PROCESS, 'grpc-encoding': 'gzip' }, frame(noGzip, 1));
  const more = rawCall(session, { ':path': CHECK }, frame(GOOD));
  assert.deepEqual(await Promise.all([good, bad, more]), ['grpc 0', 'grpc 13', 'grpc 0']);
});

test('survives whatever bytes come as messages, and never says OK to a stream for them (M1)', async (t) => {
  const server = await serve(t);
  const session = await rawSession(t, server.port);
  const junk = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(junk, async (pieces) => {
      const status = await rawCall(
        session,
        { ':path': PROCESS },
        ...pieces.map((bytes) => frame(Buffer.from(bytes))),
      );
      assert.match(status, /^grpc (1|8|13)$/);
    }),
    { numRuns: 60 },
  );
  await serves(t, server);
});

test('survives what is no HTTP/2 at all', async (t) => {
  const server = await serve(t);
  for (const bytes of [
    'GET / HTTP/1.1\r\n\r\n',
    '\x16\x03\x01\x02\x00',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff',
    '',
  ]) {
    await rawBytes(server.port ?? 0, Buffer.from(bytes, 'latin1'));
  }
  await serves(t, server);
});

test('survives a connection that breaks in the middle of calls', async (t) => {
  const sessions: PassingSession[] = [];
  const openSession = () => {
    const one = new PassingSession();
    sessions.push(one);
    return one;
  };
  const server = await serve(t, { doors: { ...OPEN_DOORS, openSession } });
  const session = await rawSession(t, server.port);
  const calls = Array.from({ length: 20 }, () =>
    rawCall(session, { ':path': PROCESS }, frame(HEADERS).subarray(0, 2)),
  );
  await rawCall(session, { ':path': CHECK }, frame(GOOD));
  session.destroy();
  await Promise.all(calls);
  await serves(t, server);
  assert.deepEqual(
    sessions.map((one) => one.closings.length),
    sessions.map(() => 1),
  );
});

for (const [name, code] of [
  ['NO_ERROR', 0],
  ['INTERNAL_ERROR', 2],
  ['CANCEL', 8],
] as const) {
  test(`hears a reset with ${name} while a session thinks, as Envoy sends it (F23)`, async (t) => {
    const session = new PassingSession();
    const closed = new Promise<string>((resolve) => {
      session.close = resolve;
    });
    const thinking = new Promise<void>((resolve) => {
      session.on = () => {
        resolve();
        return new Promise(() => {}) as never;
      };
    });
    const server = await serve(t, { doors: { ...OPEN_DOORS, openSession: () => session } });
    const http2 = await rawSession(t, server.port);
    const stream = http2.request({ ':method': 'POST', ':path': PROCESS, 'content-type': 'application/grpc' });
    stream.on('error', () => {});
    stream.resume();
    stream.write(frame(HEADERS));
    await thinking;
    stream.close(code);
    assert.equal(await closed, 'cancelled');
    assert.equal(server.openCalls, 0);
  });
}

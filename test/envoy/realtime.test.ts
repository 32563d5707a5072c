/** Realtime: a WebSocket. Whose it is and for how long is judged; what it says is not read. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { type Several, startSeveral } from './several.ts';

/** A backend that says everything again, and remembers how it was asked. */
async function startEcho() {
  const seen: IncomingMessage[] = [];
  const open = new Set<Socket>();
  const server = createServer((_, response) => void response.writeHead(404).end('{}'));
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    seen.push(request);
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    if (request.url?.includes('gone'))
      return void socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.send('{"type":"session.created","event_id":"e","session":{}}');
      ws.on('message', (data, binary) => ws.send(data, { binary }));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    open,
    stop() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

let echo: Awaited<ReturnType<typeof startEcho>>;
let several: Several;
let records = 0;
before(async () => {
  echo = await startEcho();
  several = await startSeveral({
    names: [],
    env: { BACKEND_KEY: 'sk-of-the-backend' },
    policy: (_, key) => `
identity: { apiKeys: { keys: [{ id: tester, digest: "${key}", tenant: acme }] } }
backends: { own: { dialect: openai, url: "${echo.url}", credential: { env: BACKEND_KEY } } }
models:
  talk: { backends: [{ name: own, model: gpt-realtime }] }
  gone: { backends: [own] }
  silent: { backends: [own] }
grants:
  - { to: any, operations: [realtime], models: [talk, gone] }
  - { to: any, operations: "*", models: [silent] }
limits:
  - { id: sessions, per: [key], concurrent: 1, operations: [realtime] }
bounds: { session: 1m }
`,
  });
});
after(async () => {
  await several[Symbol.asyncDispose]();
  echo.stop();
});
beforeEach(async () => {
  const end = performance.now() + 5000;
  while (echo.open.size > 0 && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 10));
});

const key = () => /^Bearer (.*)$/.exec(several.authorization)?.[1] ?? '';

function connect(path: string, headers: Record<string, string> = { authorization: several.authorization }) {
  return new WebSocket(`ws://127.0.0.1:${several.envoy.port}${path}`, ['realtime'], { headers });
}

/** The status with which a channel is refused. */
async function refusal(socket: WebSocket): Promise<{ status: number; text: string }> {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}

describe('a channel', () => {
  test("opens with the backend's name for the model and its credential, and says what either side says", async () => {
    const socket = connect('/v1/realtime?model=talk');
    const [created] = await once(socket, 'message');
    assert.match(String(created), /session\.created/);
    for (const text of ['one', 'zwei', 'x'.repeat(200_000)]) {
      socket.send(text);
      assert.equal(String((await once(socket, 'message'))[0]), text);
    }
    socket.close();
    await once(socket, 'close');
    records += 1;
    const sent = echo.seen.at(-1);
    assert.equal(sent?.url, '/v1/realtime?model=gpt-realtime');
    assert.equal(sent?.headers.authorization, 'Bearer sk-of-the-backend');
    const record = (await several.records(records)).at(-1);
    assert.deepEqual(
      [record?.outcome, record?.operation, record?.model, record?.status, record?.inspected],
      [
        'allowed',
        'realtime',
        { asked: 'talk', served: 'gpt-realtime' },
        101,
        { request: 'skipped', response: 'skipped' },
      ],
    );
  });

  test('counts as long as it is open', async () => {
    const first = connect('/v1/realtime?model=talk');
    await once(first, 'message');
    const { status, text } = await refusal(connect('/v1/realtime?model=talk'));
    assert.equal(status, 429, text);
    first.close();
    await once(first, 'close');
    records += 2;
    await several.records(records);
    const again = connect('/v1/realtime?model=talk');
    await once(again, 'message');
    again.terminate();
    records += 1;
    assert.equal((await several.records(records)).at(-1)?.outcome, 'allowed');
  });

  test('hides a key that a browser puts among its protocols', async () => {
    const socket = new WebSocket(
      `ws://127.0.0.1:${several.envoy.port}/v1/realtime?model=talk`,
      ['realtime', `openai-insecure-api-key.${key()}`],
      { headers: { authorization: several.authorization } },
    );
    await once(socket, 'message');
    assert.equal(echo.seen.at(-1)?.headers['sec-websocket-protocol'], 'realtime');
    socket.close();
    await once(socket, 'close');
    records += 1;
    await several.records(records);
  });

  test('is refused without a key, for another model, where it was not named, and without a model', async () => {
    const asked = echo.seen.length;
    const cases = [
      ['/v1/realtime?model=talk', {}, 401],
      ['/v1/realtime?model=other', undefined, 403],
      ['/v1/realtime?model=silent', undefined, 403],
      ['/v1/realtime', undefined, 403],
      ['/v1/realtime?model=../x', undefined, 403],
      ['/v1/chat/completions', undefined, 403],
    ] as const;
    for (const [path, headers, expected] of cases) {
      const { status, text } = await refusal(connect(path, headers));
      assert.equal(status, expected, `${path}: ${text}`);
    }
    records += cases.length;
    await several.records(records);
    assert.equal(echo.seen.length, asked);
  });

  test('that the backend refuses is an answer like any other', async () => {
    const { status, text } = await refusal(connect('/v1/realtime?model=gone'));
    assert.equal(status, 404, text);
    records += 1;
    assert.equal((await several.records(records)).at(-1)?.status, 404);
  });

  test('asked for without an upgrade is no operation', async () => {
    const got = await several.ask({ method: 'GET', path: '/v1/realtime?model=talk', body: '' });
    assert.equal(got.status, 404, got.text);
  });
});

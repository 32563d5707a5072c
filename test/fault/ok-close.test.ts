/**
 * F1 of the catalogue, counted on the wire: once a stream of the second door closes with OK, Envoy lets the rest pass
 * unseen. Whatever happens, no stream closes so before all of its exchange was seen.
 */
import './zlib-strikes.ts';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { codec, rawService } from '../../src/envoy/protos.ts';
import type { BodyProfile } from '../../src/render/proxy.ts';
import { http1 } from '../envoy/harness/client.ts';
import type { RunningEnvoy } from '../envoy/harness/envoy.ts';
import { RESET, type RunningUpstream, type SeenRequest, startUpstream } from '../envoy/harness/upstream.ts';
import { type Bootstrap, CHAT, DONE, event } from '../envoy/stack.ts';
import {
  ANSWER_CANARY,
  canaryChat,
  HEADERS,
  isRight,
  leaks,
  pieces,
  promptOf,
  sayAgain,
  startProxy,
  writePolicy,
} from './setting.ts';
import { Strike } from './strike.ts';
import { type StruckService, startStruckService } from './struck-service.ts';
import { tap, type Wiretap } from './wiretap.ts';

const Asked = codec<Readonly<Record<string, object | null>>, never>(
  'envoy.service.ext_proc.v3.ProcessingRequest',
);
const Reply = codec<never, object>('envoy.service.ext_proc.v3.ProcessingResponse');

interface Setting {
  readonly service: StruckService;
  readonly upstream: RunningUpstream;
  readonly wire: Wiretap;
  readonly envoy: RunningEnvoy;
}

async function start(t: TestContext, bodies: BodyProfile = 'buffered'): Promise<Setting> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-wire-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const upstream = await startUpstream({ script: sayAgain });
  t.after(() => upstream.stop());
  const service = await startStruckService(await writePolicy(folder, upstream.url), false);
  t.after(() => service[Symbol.asyncDispose]());
  const wire = await tap(service.port);
  t.after(() => wire[Symbol.asyncDispose]());
  const envoy = await startProxy({ upstream: upstream.url, ports: [wire.port], bodies });
  t.after(() => envoy.stop());
  return { service, upstream, wire, envoy };
}

function send({ envoy }: Setting, name: string, stream: boolean, signal?: AbortSignal) {
  return http1(envoy.port, {
    method: 'POST',
    path: `${CHAT}?fault=${name}`,
    headers: HEADERS,
    body: canaryChat(stream),
    ...(signal && { signal }),
  });
}

async function until(met: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!met()) {
    assert.ok(performance.now() < end, 'it never happened');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A stream that says the card half way, and then waits. */
function halfWay(request: SeenRequest, then: () => Promise<void>, reached: () => void) {
  async function* body() {
    yield* pieces(`You wrote: ${promptOf(request)}; card `);
    reached();
    await then();
    yield* pieces(`${ANSWER_CANARY} end`);
    yield event('', 'stop');
    yield DONE;
  }
  return { headers: { 'content-type': 'text/event-stream' }, body: body() };
}

for (const bodies of ['buffered', 'full-duplex'] as const) {
  test(`F1: struck at any place, no stream closes with OK before its end: ${bodies}`, async (t) => {
    const setting = await start(t, bodies);
    const { service, wire } = setting;
    let exchanges = 0;
    for (const stream of [false, true]) {
      const whole = new Strike(() => false);
      service.strikes.set('whole', whole);
      assert.ok(isRight((await send(setting, 'whole', stream)).text));
      await until(() => whole.places.includes('ledger.write'));
      for (const place of new Set(whole.places)) {
        for (const nth of [1, 2, 20]) {
          const name = `${stream}-${exchanges++}`;
          let seen = 0;
          service.strikes.set(name, new Strike((at) => at === place && ++seen === nth));
          const got = await send(setting, name, stream);
          assert.ok(!leaks(got.text), `${place}: ${got.text}`);
        }
      }
    }
    await until(() => service.server.openCalls === 0);
    const statuses = wire.ends.map(({ status }) => status ?? 'reset');
    const count = (status: string) => statuses.filter((x) => x === status).length;
    t.diagnostic(
      `${exchanges} exchanges; streams by end: ${JSON.stringify(Object.fromEntries([...new Set(statuses)].map((s) => [s, count(s)])))}`,
    );
    assert.ok(count('13') > 10, 'faults end streams with INTERNAL');
    assert.equal(wire.politeCloses(), 0);
  });
}

test('F1 F23: nor does one when the client goes, the model breaks off, or the server stops under it', async (t) => {
  const setting = await start(t);
  const { service, upstream, wire } = setting;
  const leaving = new AbortController();
  let reached = 0;
  const note = () => {
    reached += 1;
  };
  upstream.play((request) => halfWay(request, () => new Promise(() => {}), note));
  const left = send(setting, 'left', true, leaving.signal).catch(() => undefined);
  await until(() => reached === 1);
  leaving.abort();
  await left;
  upstream.play((request) => halfWay(request, () => Promise.reject(RESET), note));
  const broken = await send(setting, 'broken', true);
  assert.ok(!broken.complete || broken.status === 503, `${broken.status} ${broken.text}`);
  const stop = Promise.withResolvers<void>();
  upstream.play((request) => halfWay(request, () => stop.promise, note));
  const stopped = Array.from({ length: 5 }, () => send(setting, 'stopped', true));
  await until(() => reached === 7);
  const drained = service.server.drain({ waitMs: 0, graceMs: 50 });
  await until(() => wire.ends.some(({ status }) => status === '14'));
  stop.resolve();
  for (const { complete, text } of await Promise.all(stopped)) {
    assert.equal(complete, false);
    assert.ok(!leaks(text), text);
  }
  await drained;
  assert.equal(wire.politeCloses(), 0);
  assert.equal(wire.ends.filter(({ status }) => status === '14').length, 5, 'cut with UNAVAILABLE');
});

/** Says yes to the first door and ends the second one's streams as soon as an answer begins, as a bad shutdown would. */
async function startPoliteServer(t: TestContext): Promise<number> {
  const server = new Server();
  const yes = Buffer.from([0x1a, 0]);
  const passRequest = { requestHeaders: {}, requestBody: {} };
  server.addService(rawService('envoy.service.auth.v3.Authorization'), {
    Check: (_: unknown, answer: (error: null, reply: Buffer) => void) => answer(null, yes),
  });
  server.addService(rawService('envoy.service.ext_proc.v3.ExternalProcessor'), {
    Process(call: ServerDuplexStream<Buffer, Buffer>) {
      call.on('data', (bytes: Buffer) => {
        const message = Asked.decode(bytes);
        const part = message.requestHeaders ? 'requestHeaders' : 'requestBody';
        if (message.responseHeaders) call.end();
        else call.write(Reply.encode({ [part]: passRequest[part] }));
      });
      call.on('error', () => {});
    },
  });
  t.after(() => server.forceShutdown());
  return await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

test('the count sees a server that ends its streams politely, and the answer that then leaks', async (t) => {
  const upstream = await startUpstream({ script: sayAgain });
  t.after(() => upstream.stop());
  const wire = await tap(await startPoliteServer(t));
  t.after(() => wire[Symbol.asyncDispose]());
  const envoy = await startProxy({
    upstream: upstream.url,
    ports: [wire.port],
    configure: routeEverything,
  });
  t.after(() => envoy.stop());
  const got = await http1(envoy.port, {
    method: 'POST',
    path: CHAT,
    headers: HEADERS,
    body: canaryChat(false),
  });
  assert.equal(got.status, 200, got.text);
  assert.ok(leaks(got.text));
  await until(() => wire.politeCloses() === 1);
});

/** Sends all requests to the model, whatever headers they have. */
function routeEverything(bootstrap: Bootstrap): void {
  const [{ filter_chains: chains }] = bootstrap.static_resources.listeners;
  chains[0].filters[0].typed_config.route_config.virtual_hosts = [
    { name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'mock' } }] },
  ];
}

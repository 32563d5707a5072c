/** Section 3 of the catalogue: two replicas are stopped and started in turn under load, and nobody notices. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ScriptedAnswer, type SeenRequest, startUpstream } from '../envoy/harness/upstream.ts';
import { DONE, event } from '../envoy/stack.ts';
import { Caller, type Got } from './clients.ts';
import { type Replica, startReplica } from './replica.ts';
import {
  ANSWER_CANARY,
  canaryChat,
  isRight,
  leaks,
  PROMPT_CANARY,
  pieces,
  promptOf,
  sayAgain,
  startProxy,
  writePolicy,
} from './setting.ts';

const STOPS = 6;
const STREAMS = 10;
/** Milliseconds: how long a stream lasts, and how long a lane waits between two short requests. */
const STREAM_MS = 2000;
const PAUSE_MS = 100;
const SHORT_LANES = 4;
/** Seconds. Three of the rendered health checks (0.5 s each), and longer than a stream. */
const DRAIN_WAIT = 1.5;
const DRAIN_GRACE = 10;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function play(request: SeenRequest): ScriptedAnswer {
  if (JSON.parse(request.body.toString()).stream !== true) return sayAgain(request);
  const events = pieces(`You wrote: ${promptOf(request)}; card ${ANSWER_CANARY} end`);
  async function* slowly() {
    for (const piece of events) {
      yield piece;
      await sleep(STREAM_MS / events.length);
    }
    yield event('', 'stop');
    yield DONE;
  }
  return { headers: { 'content-type': 'text/event-stream' }, body: slowly() };
}

async function start(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-drain-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const upstream = await startUpstream({ script: play });
  t.after(() => upstream.stop());
  const config = await writePolicy(folder, upstream.url);
  const begin = (port?: number) =>
    startReplica({
      config,
      drainWait: DRAIN_WAIT,
      drainGrace: DRAIN_GRACE,
      ...(port !== undefined && { port }),
    });
  const replicas = await Promise.all([begin(), begin()]);
  t.after(() => Promise.all(replicas.map((replica) => replica.end('SIGKILL'))));
  const envoy = await startProxy({ upstream: upstream.url, ports: replicas.map(({ port }) => port) });
  t.after(() => envoy.stop());
  const caller = new Caller(envoy.port);
  t.after(() => caller.close());
  const healthy = async (count: number) => {
    const end = performance.now() + 20_000;
    while ((await envoy.stat('cluster.sallyport.membership_healthy')) !== count) {
      assert.ok(performance.now() < end, `never ${count} healthy replicas`);
      await sleep(50);
    }
  };
  return { upstream, replicas, begin, caller, healthy };
}

/** Asks until it is told to stop, and keeps what it got. */
function load(lanes: number, ask: () => Promise<Got>, pause: number): { stop(): Promise<Got[]> } {
  let going = true;
  const got: Got[] = [];
  const running = Array.from({ length: lanes }, async () => {
    while (going) {
      got.push(await ask());
      await sleep(pause);
    }
  });
  return {
    async stop() {
      going = false;
      await Promise.all(running);
      return got;
    },
  };
}

test('replicas that stop in turn drop no request, cut no stream and leak nothing', async (t) => {
  const { upstream, replicas, begin, caller, healthy } = await start(t);
  await healthy(2);
  const short = load(SHORT_LANES, () => caller.post(canaryChat(false)), PAUSE_MS);
  const streams = load(STREAMS, () => caller.post(canaryChat(true)), 0);
  for (let stop = 0; stop < STOPS; stop += 1) {
    const index = stop % 2;
    const replica = replicas[index] as Replica;
    assert.equal(await replica.end('SIGTERM'), 0, replica.log.join('\n'));
    replicas[index] = await begin(replica.port);
    await healthy(2);
  }
  const [brief, long] = await Promise.all([short.stop(), streams.stop()]);
  t.diagnostic(`${STOPS} stops, ${brief.length} short requests, ${long.length} streams`);
  assert.ok(brief.length > 100 && long.length > STREAMS, 'there was load');
  const failed = [...brief, ...long].filter(({ status }) => status !== 200);
  const cut = [...brief, ...long].filter(({ complete, text }) => !complete || !isRight(text));
  assert.deepEqual({ failed, cut }, { failed: [], cut: [] });
  for (const { text } of [...brief, ...long]) assert.ok(!leaks(text));
  for (const request of upstream.requests) assert.ok(!request.body.includes(PROMPT_CANARY));
});

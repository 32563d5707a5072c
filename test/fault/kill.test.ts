/** F6 to F8, F23 of the catalogue: the service is killed in the middle of everything, and nothing passes for it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  type RunningUpstream,
  type ScriptedAnswer,
  type SeenRequest,
  startUpstream,
} from '../envoy/harness/upstream.ts';
import { answer } from '../envoy/stack.ts';
import { Caller, type Got } from './clients.ts';
import { startReplica } from './replica.ts';
import {
  ANSWER_CANARY,
  canaryChat,
  isRight,
  leaks,
  PROMPT_CANARY,
  pieces,
  promptOf,
  said,
  sayAgain,
  startProxy,
  writePolicy,
} from './setting.ts';

/** Requests in each phase when the service dies. */
const EACH = 8;
const ROUNDS = 3;

/** A model that gets so far with each answer, and goes on when it is told to. */
class HeldModel {
  #held = Promise.withResolvers<void>();
  waiting = 0;
  streaming = 0;

  readonly play = (request: SeenRequest): Promise<ScriptedAnswer> | ScriptedAnswer => {
    const prompt = promptOf(request);
    if (prompt.startsWith('wait')) return this.#wait(prompt);
    return prompt.startsWith('stream') ? this.#stream(prompt) : sayAgain(request);
  };

  async #wait(prompt: string): Promise<ScriptedAnswer> {
    this.waiting += 1;
    await this.#held.promise;
    const body = answer(`You wrote: ${prompt}; card ${ANSWER_CANARY} end`);
    return { headers: { 'content-type': 'application/json' }, body };
  }

  #stream(prompt: string): ScriptedAnswer {
    const model = this;
    const held = this.#held.promise;
    async function* body() {
      yield* pieces(`You wrote: ${prompt}; `);
      model.streaming += 1;
      await held;
      yield* pieces(`card ${ANSWER_CANARY} end`);
    }
    return { headers: { 'content-type': 'text/event-stream' }, body: body() };
  }

  release(): void {
    this.#held.resolve();
    this.#held = Promise.withResolvers();
    this.waiting = 0;
    this.streaming = 0;
  }
}

function held(what: 'wait' | 'stream'): string {
  const content = `${what} mail ${PROMPT_CANARY} now`;
  return JSON.stringify({ model: 'fast', stream: what === 'stream', messages: [{ role: 'user', content }] });
}

async function until(what: string, met: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await met())) {
    assert.ok(performance.now() < end, `never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Bodies that stop half way until they are let go. */
function halfUploads(caller: Caller, count: number) {
  const gate = Promise.withResolvers<void>();
  let begun = 0;
  const answers = Array.from({ length: count }, () => {
    const text = canaryChat(false);
    async function* body() {
      yield text.slice(0, 30);
      begun += 1;
      await gate.promise;
      yield text.slice(30);
    }
    return caller.post(body());
  });
  return { answers, begun: () => begun, release: () => gate.resolve() };
}

function assertNothingLeaked(upstream: RunningUpstream, got: readonly Got[]): void {
  for (const request of upstream.requests)
    assert.ok(!request.body.includes(PROMPT_CANARY), 'the model reads the canary');
  for (const { text } of got) assert.ok(!leaks(text), `the client reads the canary: ${text}`);
}

async function start(t: TestContext, model: HeldModel) {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-kill-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const upstream = await startUpstream({ script: model.play });
  t.after(() => upstream.stop());
  const audit = `audit: { file: { path: "${folder}/audit" } }\n`;
  const config = await writePolicy(folder, upstream.url, audit);
  let replica = await startReplica({ config });
  t.after(() => replica.end('SIGKILL'));
  const { port } = replica;
  const envoy = await startProxy({ upstream: upstream.url, ports: [port] });
  t.after(() => envoy.stop());
  const caller = new Caller(envoy.port);
  t.after(() => caller.close());
  return {
    upstream,
    caller,
    kill: () => replica.end('SIGKILL'),
    async restart() {
      replica = await startReplica({ config, port });
    },
  };
}

test('F6 F7 F8 F23: killed in the middle of requests, it lets nothing through, and serves again when it is back', async (t) => {
  const model = new HeldModel();
  const { upstream, caller, kill, restart } = await start(t, model);
  const serves = async () => (await caller.post(canaryChat(false))).status === 200;
  await until('the service serves', serves);
  for (let round = 0; round < ROUNDS; round += 1) {
    const uploads = halfUploads(caller, EACH);
    const waiting = Array.from({ length: EACH }, () => caller.post(held('wait')));
    const streaming = Array.from({ length: EACH }, () => caller.post(held('stream')));
    let loading = true;
    const short: Got[] = [];
    const load = Array.from({ length: 4 }, async () => {
      while (loading) short.push(await caller.post(canaryChat(short.length % 2 === 0)));
    });
    await until('every phase is reached', () => {
      const reached = [uploads.begun(), model.waiting, model.streaming];
      return reached.every((count) => count >= EACH) && short.length > 20;
    });
    await kill();
    model.release();
    uploads.release();
    const cut = await Promise.all([...uploads.answers, ...waiting]);
    for (const { status, text } of cut) assert.ok(status === 0 || status >= 500, `${status} ${text}`);
    const streamed = await Promise.all(streaming);
    for (const { complete, status, text } of streamed)
      assert.ok(!complete || status >= 500, `${status} ${text}`);
    for (const { text } of streamed) assert.ok(!said(text).includes('card'), text);
    const begun = upstream.begun();
    for (let i = 0; i < 20; i += 1) {
      const { status, text } = await caller.post(canaryChat(i % 2 === 0));
      assert.ok(status >= 500, `served while there is no service: ${status} ${text}`);
    }
    assert.equal(upstream.begun(), begun, 'the model is asked while there is no service');
    loading = false;
    await Promise.all(load);
    for (const { status, text, complete } of short) {
      const fine = status === 200 ? isRight(text) || !complete : status === 0 || status >= 500;
      assert.ok(fine, `${status} ${text}`);
    }
    assertNothingLeaked(upstream, [...cut, ...streamed, ...short]);
    await restart();
    await until('the service serves again', serves);
  }
});

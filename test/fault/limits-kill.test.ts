/** A service that is killed in the middle of answers: what was spent stays spent, and places come free. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { http1 } from '../envoy/harness/client.ts';
import { startUpstream } from '../envoy/harness/upstream.ts';
import { answer, chat, event } from '../envoy/stack.ts';
import { startReplica } from './replica.ts';
import { HEADERS, startProxy, writePolicy } from './setting.ts';

/** 0.4 and 1.6 USD a million: an answer of 50 tokens at most is reserved at less than 0.0001 USD. */
const LIMITS = `
limits:
  - { id: places, per: [key], concurrent: 3 }
  - { id: money, per: [tenant], cost: 0.0005 USD/month }
`;

test('I21: SIGKILL mid-stream leaves no place taken and forgets nothing that was spent or reserved', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-limits-kill-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const upstream = await startUpstream({
    script: (request) => {
      if (JSON.parse(request.body.toString()).stream !== true)
        return { headers: { 'content-type': 'application/json' }, body: answer('hi') };
      async function* body() {
        yield event('word '.repeat(10));
        await sleep(60_000, undefined, { ref: false });
      }
      return { headers: { 'content-type': 'text/event-stream' }, body: body() };
    },
  });
  t.after(() => upstream.stop());
  const config = await writePolicy(folder, upstream.url, LIMITS);
  const state = join(folder, 'state');
  let replica = await startReplica({ config, state });
  t.after(() => replica.end('SIGKILL'));
  const proxy = await startProxy({ upstream: upstream.url, ports: [replica.port] });
  t.after(() => proxy.stop());
  const ask = (stream: boolean) =>
    http1(proxy.port, {
      method: 'POST',
      path: '/v1/chat/completions',
      headers: HEADERS,
      body: chat('hello', { stream, max_tokens: 50 }),
    });

  const streams = [ask(true), ask(true), ask(true)].map((one) => one.catch(() => undefined));
  while (upstream.requests.length < 3) await sleep(20);
  const full = await ask(false);
  assert.equal(full.status, 429);
  assert.match(full.body.toString(), /concurrency_limited/);
  // What changed is on the disk within a second.
  await sleep(1_500);
  await replica.end('SIGKILL');
  await Promise.all(streams);

  const { port } = replica;
  replica = await startReplica({ config, state, port });
  const answers: { readonly status: number; readonly body: string }[] = [];
  for (let i = 0; i < 40 && answers.at(-1)?.status !== 429; i++) {
    const { status, body } = await ask(false);
    if (status === 503 || status === 500) await sleep(200);
    else answers.push({ status, body: body.toString() });
  }
  assert.equal(answers[0]?.status, 200, 'a place is free');
  assert.match(answers.at(-1)?.body ?? '', /budget_exhausted/);
  // Each of the three streams had reserved some 90 micro-USD, and stays charged with it: of 500, some 230 are left, and
  // an answer is settled at 13.
  const served = answers.filter(({ status }) => status === 200).length;
  assert.ok(served >= 5 && served <= 20, `${served} were served`);
});

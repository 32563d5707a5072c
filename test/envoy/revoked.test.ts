/** What a revocation reaches, and what it does not. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openKeys } from '../../src/state/embedded/index.ts';
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from '../../src/system.ts';
import { http1 } from './harness/client.ts';
import { answer, CHAT, chat, DONE, event, startStack } from './stack.ts';

test('L20: a revoked key begins nothing within two seconds, at every replica; what is under way may end', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'sallyport-revoked-'));
  const { keys, close } = openKeys({ dir, clock: SYSTEM_CLOCK, random: SYSTEM_RANDOM });
  const { row, secret } = keys.create({ tenant: 'acme', groups: [] }, null);
  const replicas = await Promise.all([startStack({ stateDir: dir }), startStack({ stateDir: dir })]);
  t.after(async () => {
    close();
    for (const replica of replicas) await replica[Symbol.asyncDispose]();
    await rm(dir, { recursive: true });
  });
  const ask = (port: number, more: object = {}) =>
    http1(port, {
      method: 'POST',
      path: CHAT,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: chat('hello', { model: 'plain', ...more }),
    });
  const revoked = Promise.withResolvers<void>();
  async function* slowly() {
    yield event('be');
    await revoked.promise;
    yield event('fore', 'stop');
    yield DONE;
  }
  for (const { upstream } of replicas)
    upstream.play(({ body }) =>
      JSON.parse(body.toString()).stream === true
        ? { headers: { 'content-type': 'text/event-stream' }, body: slowly() }
        : { headers: { 'content-type': 'application/json' }, body: answer('hello') },
    );
  for (const { envoy } of replicas) assert.equal((await ask(envoy.port)).status, 200);
  const stream = ask(replicas[0].envoy.port, { stream: true });
  keys.revoke(row.id);
  const since = performance.now();
  for (const { envoy } of replicas) {
    while ((await ask(envoy.port)).status !== 401) {
      assert.ok(performance.now() - since < 2_000, 'a revoked key is still taken');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  revoked.resolve();
  assert.match((await stream).text, /fore/);
});

test('L28: the gRPC library is one that survives its known attacks', () => {
  const path = new URL('../../node_modules/@grpc/grpc-js/package.json', import.meta.url);
  const [major = 0, minor = 0, patch = 0] = JSON.parse(readFileSync(path, 'utf8'))
    .version.split('.')
    .map(Number);
  assert.ok(major > 1 || minor > 14 || (minor === 14 && patch >= 5));
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { drainScript } from '../../src/render/kubernetes/drain.ts';
import { http1 } from '../envoy/harness/client.ts';
import { startEnvoy } from '../envoy/harness/envoy.ts';
import { startUpstream } from '../envoy/harness/upstream.ts';
import { bootstrapOf, managerOf } from './input.ts';

test('the drain waits for the request that runs, then ends, and clients are told to close', async () => {
  let arrived = () => {};
  const begun = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  await using upstream = await startUpstream({
    script: async () => {
      arrived();
      await gate;
      return { body: 'whole' };
    },
  });
  // The proxy as rendered, but for the doors: what drains is Envoy.
  const bootstrap = bootstrapOf({
    backends: [{ name: 'slow', cluster: 'slow', url: upstream.url }],
    listen: { host: '127.0.0.1', port: 0 },
    adminPort: 0,
  });
  const manager = managerOf(bootstrap);
  manager.http_filters = manager.http_filters.slice(-1);
  manager.early_header_mutation_extensions = [];
  await using envoy = await startEnvoy({ bootstrap, args: ['--drain-strategy', 'immediate'] });
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-drain-'));
  const script = join(folder, 'drain.sh');
  await writeFile(
    script,
    drainScript({ adminPort: Number(new URL(envoy.admin).port), least: 1, longest: 30 }),
  );

  const running = http1(envoy.port, { headers: { 'x-sallyport-backend': 'slow' } });
  await begun;
  let drained = false;
  const drain = promisify(execFile)('bash', [script]).finally(() => {
    drained = true;
  });
  // A second request goes through while the first is waited for; its connection is to be closed.
  const refused = await http1(envoy.port);
  assert.equal(refused.headers.connection, 'close');
  await new Promise((resolve) => setTimeout(resolve, 2500));
  assert.equal(drained, false);
  release();
  const got = await running;
  assert.equal(got.text, 'whole');
  assert.equal(got.headers.connection, 'close');
  await drain;
  await rm(folder, { recursive: true });
});

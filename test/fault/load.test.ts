/**
 * Envoy ends streams of the second door with resets, as fast as requests come; Node's HTTP/2 closes connections for it.
 * The same load is played with our limit of resets, where nothing fails, and with Node's own.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { AuditRecord } from '../../src/core/record.ts';
import { Caller, inLanes } from './clients.ts';
import { startReplica } from './replica.ts';
import { canaryChat, leaks, PROMPT_CANARY, said, startProxy, writePolicy } from './setting.ts';

const CONNECTIONS = 32;

async function startModel(t: TestContext): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'model-process.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  t.after(kill);
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return `http://127.0.0.1:${Number(port.toString())}`;
}

interface Played {
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Answers with status 200 that were not what they should be. */
  readonly wrong: number;
  readonly records: readonly AuditRecord[];
  readonly resets: number;
}

/** Sends chats, every other one streamed, and stops the service once all are answered. */
async function play(t: TestContext, requests: number, program?: string): Promise<Played> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-load-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const upstream = await startModel(t);
  const audit = `audit: { file: { path: "${folder}/audit" } }\n`;
  const config = await writePolicy(folder, upstream, audit);
  const replica = await startReplica({ config, drainGrace: 10, ...(program !== undefined && { program }) });
  t.after(() => replica.end('SIGKILL'));
  const envoy = await startProxy({ upstream, ports: [replica.port] });
  t.after(() => envoy.stop());
  const caller = new Caller(envoy.port);
  t.after(() => caller.close());
  const statuses: Record<string, number> = {};
  const bodies = [canaryChat(false), canaryChat(true)] as const;
  let sent = 0;
  let wrong = 0;
  const began = performance.now();
  await inLanes(CONNECTIONS, async () => {
    if (sent === requests) return false;
    sent += 1;
    const { status, text, complete } = await caller.post(bodies[sent % 2 === 0 ? 0 : 1]);
    statuses[status] = (statuses[status] ?? 0) + 1;
    const right = said(text) === `You wrote: mail ${PROMPT_CANARY} now; nothing else` && !leaks(text);
    if (status === 200 && !(right && complete)) wrong += 1;
    return true;
  });
  const seconds = (performance.now() - began) / 1000;
  const resets = await envoy.stat('cluster.sallyport.http2.tx_reset');
  assert.equal(await replica.end('SIGTERM'), 0, replica.log.join('\n'));
  const records = await readRecords(join(folder, 'audit'));
  t.diagnostic(
    `${requests} requests in ${seconds.toFixed(1)} s, ${resets} resets: ${JSON.stringify({ statuses, wrong })}`,
  );
  return { statuses, wrong, records, resets };
}

async function readRecords(folder: string): Promise<AuditRecord[]> {
  const texts = await Promise.all(
    (await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')),
  );
  const lines = texts.join('').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AuditRecord);
}

test('20,000 requests at 32 connections, every other one streamed: none fails, and each is recorded once', async (t) => {
  const { statuses, wrong, records } = await play(t, 20_000);
  assert.deepEqual({ statuses, wrong }, { statuses: { 200: 20_000 }, wrong: 0 });
  assert.equal(new Set(records.map(({ request }) => request)).size, 20_000);
  assert.equal(records.length, 20_000);
  for (const { outcome, stream } of records) assert.equal(outcome, 'allowed', `stream: ${stream}`);
});

test('with the limit of resets that Node has of itself, requests fail under the same load', async (t) => {
  const program = join(import.meta.dirname, 'serve-with-node-limits.ts');
  const { statuses, wrong, resets } = await play(t, 6000, program);
  const failed = 6000 - (statuses[200] ?? 0) + wrong;
  assert.ok(failed > 0, `${resets} resets and nothing failed: the setting is not needed any more`);
});

/** The composition: what an operator sees of a running service. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Service, startService } from '../src/service.ts';
import { createLog } from '../src/telemetry/log.ts';

const GOOD = `
version: 1
identity: { apiKeys: {} }
backends: { mock: { dialect: openai, url: "http://127.0.0.1:9" } }
models: { fast: { backends: [mock] } }
grants: [{ to: any, operations: "*", models: ["*"] }]
`;

interface Running extends AsyncDisposable {
  readonly service: Service;
  readonly config: string;
  readonly lines: string[];
  get(path: string): Promise<{ status: number; text: string }>;
}

async function run(policy: string): Promise<Running> {
  const config = join(mkdtempSync(join(tmpdir(), 'sallyport-service-')), 'policy.yaml');
  writeFileSync(config, policy);
  const lines: string[] = [];
  const service = await startService({
    config,
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    env: {},
    log: createLog('info', { write: (line) => void lines.push(line) }),
  });
  const get = async (path: string) => {
    const response = await fetch(`http://${service.adminAddress}${path}`);
    return { status: response.status, text: await response.text() };
  };
  return {
    service,
    config,
    lines,
    get,
    [Symbol.asyncDispose]: () => service.stop({ waitMs: 0, graceMs: 0 }),
  };
}

test('a broken policy on reload keeps the last good one, and log, metric and health say so with the place', async () => {
  await using running = await run(GOOD);
  const before = JSON.parse((await running.get('/readyz')).text);
  writeFileSync(running.config, `${GOOD}modles: {}\n`);
  running.service.reload();
  const { status, text } = await running.get('/readyz');
  const after = JSON.parse(text);
  assert.equal(status, 200, 'it still serves');
  assert.equal(after.policy.version, before.policy.version);
  assert.match(after.policy.error, /policy\.yaml:7:1: error: .*modles/);
  assert.ok(
    running.lines.some((line) => line.includes('last good one stays') && line.includes('policy.yaml:7:1')),
  );
  assert.match((await running.get('/metrics')).text, /sallyport_policy_reloads_total\{result="refused"\} 1/);
});

test('a mended policy takes effect, and the complaint goes', async () => {
  await using running = await run(GOOD);
  writeFileSync(running.config, 'version: 1\nnonsense: true\n');
  running.service.reload();
  writeFileSync(running.config, GOOD.replace('fast:', 'faster:'));
  running.service.reload();
  const { policy } = JSON.parse((await running.get('/readyz')).text);
  assert.equal(policy.error, null);
  assert.match((await running.get('/metrics')).text, /sallyport_policy_reloads_total\{result="loaded"\} 1/);
});

test('a file that changes is read without being told', async () => {
  await using running = await run(GOOD);
  const before = JSON.parse((await running.get('/readyz')).text).policy.version;
  writeFileSync(running.config, GOOD.replace('fast:', 'faster:'));
  for (let i = 0; i < 200; i++) {
    const { policy } = JSON.parse((await running.get('/readyz')).text);
    if (policy.version !== before) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail('the change was not seen within ten seconds');
});

test('without a valid policy the service is up, not ready, and says why', async () => {
  await using running = await run('version: 2\n');
  const { status, text } = await running.get('/readyz');
  assert.equal(status, 503);
  assert.match(JSON.parse(text).policy.error, /policy\.yaml:1:/);
  assert.equal((await running.get('/livez')).status, 200);
});

test('an audit file that cannot be opened on a reload is reported, and the service goes on', async () => {
  await using running = await run('version: 2\n');
  writeFileSync(running.config, `${GOOD}audit: { file: { path: "/dev/null/audit" } }\n`);
  running.service.reload();
  for (let i = 0; i < 100 && !running.lines.some((line) => line.includes('"where":"audit"')); i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.ok(running.lines.some((line) => line.includes('"where":"audit"')));
  assert.equal((await running.get('/livez')).status, 200);
});

test('an audit file that cannot be opened at the start is no start', async () => {
  await assert.rejects(run(`${GOOD}audit: { file: { path: "/dev/null/audit" } }\n`));
});

test('a service that is stopped twice stops once', async () => {
  const running = await run(GOOD);
  const stop = () => running.service.stop({ waitMs: 0, graceMs: 0 });
  await Promise.all([stop(), stop()]);
  await stop();
  assert.equal(running.lines.filter((line) => line.includes('"stopped"')).length, 1);
});

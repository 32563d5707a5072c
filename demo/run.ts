/**
 * `make demo`: a mock model, Sallyport, a real Envoy, and a tour that a person can read. Each step says what it does,
 * shows what came of it, and is checked; with TOUR=1 the demo ends after the tour, with 1 if a step did not do what it says.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { type RunningEnvoy, startEnvoy } from '../test/envoy/harness/envoy.ts';
import { startMockModel } from './mock-model.ts';
import { type Scene, STEPS } from './tour.ts';

const BIN = new URL('../bin/sallyport.js', import.meta.url).pathname;
const BACKEND_KEY = 'sk-demo-credential-of-the-backend';
const ENV = { ...process.env, DEMO_BACKEND_KEY: BACKEND_KEY };

async function sallyport(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [BIN, ...args], { env: ENV });
  return stdout;
}

function policyText(modelUrl: string, folder: string): string {
  return `# The demo's policy: one team, one model under a name of our own, masking both ways.
version: 1
identity: { apiKeys: {} }
backends:
  mock: { dialect: openai, url: "${modelUrl}", credential: { env: DEMO_BACKEND_KEY } }
models:
  fast: { backends: [{ name: mock, model: gpt-4.1-mini }], price: { input: 0.40, output: 1.60 } }
  large: { backends: [{ name: mock, model: gpt-4.1 }] }
grants:
  - { id: search-team, to: { tenant: acme, team: search }, operations: "*", models: [fast] }
limits:
  - { id: per-application, per: [application], requests: 12/minute }
guardrails:
  - { id: mask-prompts, on: input, detect: [pii.*, secret.*], action: mask, restore: true }
  - { id: mask-answers, on: output, detect: [pii.*, secret.*], action: mask }
audit: { file: { path: "${folder}/audit" } }
`;
}

/** Starts the service and waits until it says where it listens. */
async function startService(config: string, state: string): Promise<{ child: ChildProcess; listen: string }> {
  const args = [
    'serve',
    '--config',
    config,
    '--state',
    state,
    '--listen',
    '127.0.0.1:0',
    '--admin',
    '127.0.0.1:0',
  ];
  const child = spawn(process.execPath, [BIN, ...args, '--drain-wait', '0', '--drain-grace', '2'], {
    env: ENV,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, listen } = JSON.parse(line) as { msg: string; listen?: string };
    if (msg !== 'ready' || listen === undefined) continue;
    child.stdout.resume();
    return { child, listen };
  }
  throw new Error('the service did not start');
}

async function startProxy(config: string, listen: string): Promise<RunningEnvoy> {
  const args = ['--config', config, '--service', listen, '--listen', '127.0.0.1:0', '--admin-port', '0'];
  return startEnvoy({ bootstrap: await sallyport('render', 'envoy', ...args) });
}

async function makeKey(state: string, application: string): Promise<string> {
  const args = ['keys', 'create', '--state', state, '--tenant', 'acme', '--team', 'search'];
  return JSON.parse(await sallyport(...args, '--application', application, '--json')).key;
}

async function playTour(scene: Scene): Promise<boolean> {
  let good = true;
  for (const [index, { title, play }] of STEPS.entries()) {
    console.log(`\n${index + 1}. ${title}`);
    try {
      for (const line of await play(scene)) console.log(`   ${line}`);
    } catch (error) {
      good = false;
      console.log(`   NOT AS IT SHOULD BE: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  console.log(good ? '\nEvery step did what it says.' : '\nA step did not do what it says.');
  return good;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-demo-'));
  const config = join(folder, 'policy.yaml');
  const state = join(folder, 'state');
  const prompts: string[] = [];
  const model = await startMockModel({ key: BACKEND_KEY, onPrompt: (prompt) => prompts.push(prompt) });
  writeFileSync(config, policyText(model.url, folder));
  const key = await makeKey(state, 'tour');
  const hastyKey = await makeKey(state, 'hasty');
  const canaryKey = await makeKey(state, 'canary');
  const { child, listen } = await startService(config, state);
  const envoy = await startProxy(config, listen);
  const url = `http://127.0.0.1:${envoy.port}`;
  console.log(`A mock model at ${model.url}, Sallyport at ${listen}, Envoy at ${url}.`);
  const stop = async () => {
    await envoy.stop();
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    await model.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const good = await playTour({
    url,
    key,
    hastyKey,
    canaryKey,
    lastPrompt: () => prompts.at(-1) ?? '',
    audit: () => readFileSync(join(folder, 'audit', 'audit.jsonl'), 'utf8'),
  });
  if (process.env.TOUR === '1') {
    await stop();
    process.exit(good ? 0 : 1);
  }
  console.log(`\nIt stays up until Ctrl-C. Try it:\n`);
  console.log(
    `  curl ${url}/v1/chat/completions -H 'authorization: Bearer ${key}' -H 'content-type: application/json' \\`,
  );
  console.log(`    -d '{"model":"fast","messages":[{"role":"user","content":"Write to jo@example.org"}]}'\n`);
  console.log(`The policy is ${config}: change it, and it takes effect at once.`);
  process.once('SIGINT', () => void stop().then(() => process.exit(0)));
  process.once('SIGTERM', () => void stop().then(() => process.exit(0)));
}

await main();

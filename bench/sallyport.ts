/** Sallyport with the example policy: everything on, and limits that the measurement does not reach. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../src/identity/api-key.ts';
import { startService } from '../src/service.ts';
import { createLog } from '../src/telemetry/log.ts';
import { KEY } from './messages.ts';

/** @returns the port of both doors */
export async function startForBench(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const config = join(folder, 'policy.yaml');
  writeFileSync(config, benchPolicy(folder));
  const service = await startService({
    config,
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    // As replicas have it: first-door calls that nothing follows, which only a measurement makes, are then not kept.
    voucherSecret: Buffer.alloc(32, 7),
    env: { OPENAI_API_KEY: 'bench', VLLM_API_KEY: 'bench' },
    log: createLog('error'),
  });
  return Number(service.address.split(':').at(-1));
}

/** What the measurement would reach, or must have of its own. */
const CHANGED: readonly (readonly [from: string, to: (folder: string) => string])[] = [
  [
    'apiKeys: {}',
    () => `apiKeys: { keys: [{ id: bench, digest: "${digestOf(KEY)}", tenant: acme, team: search }] }`,
  ],
  ['requests: 60/minute', () => 'requests: 100000000/minute'],
  ['concurrent: 8', () => 'concurrent: 1000000'],
  ['tokens: 200k/minute', () => 'tokens: 100000M/minute'],
  ['cost: 500 USD/month', () => 'cost: 1000000 USD/month'],
  ['path: var/audit', (folder) => `path: ${folder}/audit`],
];

function benchPolicy(folder: string): string {
  const example = readFileSync(new URL('../examples/policy.yaml', import.meta.url), 'utf8');
  return CHANGED.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the example policy no longer says "${from}"`);
    return text.replace(from, to(folder));
  }, example);
}

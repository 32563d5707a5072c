/**
 * `make bench-policy`: what the size of a policy costs. CPU of the first door per Check, from Envoy's bytes to the
 * answer's, with 10 against 100,000 keys, and with 10 against 10,000 grants over 1,000 tenants; and how long the large
 * case takes to load. Callers take turns, so that no cache hides the size. Small and large run in turns, in one process.
 *
 * The last line is JSON: the ratios of large to small, and seconds.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ports } from '../src/core/ports.ts';
import { isRefusal } from '../src/core/refusal.ts';
import { check } from '../src/doors/check.ts';
import { readCheck, writeDecision } from '../src/envoy/authz.ts';
import { expandTypes } from '../src/policy/finding-types.ts';
import { loadPolicy } from '../src/policy/load.ts';
import type { Snapshot } from '../src/policy/snapshot.ts';
import { openEmbeddedState } from '../src/state/embedded/index.ts';
import { createSealer } from '../src/state/sealer.ts';
import { nextTurn, SYSTEM_CLOCK, SYSTEM_RANDOM } from '../src/system.ts';
import { world } from '../test/fakes.ts';
import { checkRequest } from './messages.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const CHECKS = Number(process.env.BENCH_CHECKS ?? 20_000);
const REQUESTS = 5000;
const FOLDER = mkdtempSync(join(tmpdir(), 'sallyport-bench-policy-'));
process.on('exit', () => rmSync(FOLDER, { recursive: true, force: true }));

interface Size {
  readonly keys: number;
  readonly tenants: number;
  readonly grants: number;
}

/** A policy and the keys of its callers, ready to be asked. */
interface Case {
  readonly requests: readonly Buffer[];
  readonly policy: Snapshot;
  readonly ports: Ports;
  readonly loadSeconds: number;
  readonly close: () => void;
}

function policyText({ tenants, grants }: Size): string {
  const lines = Array.from(
    { length: grants },
    (_, i) =>
      `  - { id: g${i}, to: { tenant: t${i % tenants}, groups: [staff] }, operations: [chat, models.list], models: [m${i % 50}, "llama-*"], scopes: model:invoke }`,
  );
  const models = Array.from({ length: 50 }, (_, i) => `  m${i}: { backends: [openai] }`);
  return `version: 1\nidentity: { apiKeys: {} }\nbackends: { openai: { dialect: openai } }\nmodels:\n${models.join('\n')}\ngrants:\n${lines.join('\n')}\n`;
}

/** Keys are made once; what is measured is reading them back. */
function makeKeys(dir: string, { keys, tenants }: Size): string[] {
  const state = open(dir);
  const made = state.keys.createAll(
    Array.from({ length: keys }, (_, i) => ({
      owner: { tenant: `t${i % tenants}`, groups: ['staff'], scopes: ['model:invoke'] },
      expires: null,
    })),
  );
  state.close();
  if ('problem' in made) throw new Error(made.problem);
  return made.flatMap((one) => ('secret' in one ? [one.secret] : []));
}

function open(dir: string) {
  return openEmbeddedState({
    dir,
    clock: SYSTEM_CLOCK,
    random: SYSTEM_RANDOM,
    notFollowed: () => {},
    onFault: (where, error) => {
      throw new Error(where, { cause: error });
    },
  });
}

function prepare(name: string, size: Size): Case {
  const dir = join(FOLDER, name);
  const secrets = makeKeys(dir, size);
  const file = join(FOLDER, `${name}.yaml`);
  writeFileSync(file, policyText(size));
  const start = performance.now();
  const state = open(dir);
  const loaded = loadPolicy(file, { env: {}, expand: expandTypes, now: Date.now() });
  const loadSeconds = (performance.now() - start) / 1000;
  if (!('snapshot' in loaded)) throw new Error(JSON.stringify(loaded.mistakes.slice(0, 3)));
  const ports: Ports = {
    ...world(),
    nextTurn,
    clock: SYSTEM_CLOCK,
    random: SYSTEM_RANDOM,
    keys: state.keys,
    quotas: state.quotas,
    passages: { open: () => {}, close: () => {} },
    ledger: { write: () => {} },
    sealer: createSealer({ current: new Uint8Array(32) }),
  };
  // Spread over all keys: with a hundred thousand, each request meets memory that nothing has touched for a while. As
  // many requests in each case, so that it is not theirs that differs.
  const step = Math.max(1, Math.floor(secrets.length / REQUESTS));
  const requests = Array.from({ length: REQUESTS }, (_, i) =>
    checkRequest(secrets[(i * step) % secrets.length] as string),
  );
  return { requests, policy: loaded.snapshot, ports, loadSeconds, close: () => state.close() };
}

/** CPU microseconds per Check. */
function measure({ requests, policy, ports }: Case): number {
  const policies = { current: () => policy, at: () => policy };
  const before = process.threadCpuUsage();
  for (let i = 0; i < CHECKS; i++) {
    const received = readCheck(requests[(i * 7919) % requests.length] as Buffer, Date.now());
    if (isRefusal(received)) throw new Error(received.refused);
    const decision = check(received, policies, ports);
    if (decision instanceof Promise || !decision.allow) throw new Error('a request was not allowed at once');
    writeDecision(decision);
  }
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / CHECKS;
}

/** The best of several rounds for each, in turns: noise only ever adds. */
function compare(small: Case, large: Case): { readonly small: number; readonly large: number } {
  const best = { small: Number.POSITIVE_INFINITY, large: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round++) {
    best.small = Math.min(best.small, measure(small));
    best.large = Math.min(best.large, measure(large));
  }
  return best;
}

/** Ten grants concern each caller in either case: what differs is how many there are besides. */
const FEW: Size = { keys: 1000, tenants: 1, grants: 10 };
const cases = {
  fewKeys: prepare('few-keys', { ...FEW, keys: 10 }),
  manyKeys: prepare('many-keys', { ...FEW, keys: 100_000 }),
  fewGrants: prepare('few-grants', { ...FEW, keys: 1000 }),
  manyGrants: prepare('many-grants', { keys: 1000, tenants: 1000, grants: 10_000 }),
  all: prepare('all', { keys: 100_000, tenants: 1000, grants: 10_000 }),
};
const keys = compare(cases.fewKeys, cases.manyKeys);
const grants = compare(cases.fewGrants, cases.manyGrants);
const all = compare(cases.fewKeys, cases.all);
const shown = (us: number) => us.toFixed(1).padStart(6);
console.log(`keys    10 ${shown(keys.small)} µs    100,000 ${shown(keys.large)} µs`);
console.log(`grants  10 ${shown(grants.small)} µs     10,000 ${shown(grants.large)} µs`);
console.log(`both       ${shown(all.small)} µs            ${shown(all.large)} µs`);
for (const one of Object.values(cases)) one.close();
const ratio = ({ small, large }: { small: number; large: number }) => Number((large / small).toFixed(3));
console.log(
  JSON.stringify({
    keys_ratio: ratio(keys),
    grants_ratio: ratio(grants),
    load_s: Number(cases.all.loadSeconds.toFixed(3)),
  }),
);

/** What limits add to the CPU of a Check: with ten of them against none, in turns, in one process. */
import { check } from '../../src/doors/check.ts';
import { mint } from '../../src/identity/api-key.ts';
import type { Limit } from '../../src/policy/snapshot.ts';
import { openDatabase } from '../../src/state/embedded/database.ts';
import { EmbeddedQuotas } from '../../src/state/embedded/quotas.ts';
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from '../../src/system.ts';
import { limitOf, only, policy } from '../../test/doors/policy-fixture.ts';
import { world } from '../../test/fakes.ts';

const ROUNDS = 9;
const CHECKS = 20_000;

/** Requests, tokens and money by key, team, tenant and all; places are given back by requests that end, which none does here. */
const TEN: readonly Limit[] = [
  limitOf({ id: 'a', most: 1e9 }),
  limitOf({ id: 'b', per: ['team'], most: 1e9 }),
  limitOf({ id: 'c', per: ['tenant'], most: 1e9, over: { kind: 'window', windowMs: 3_600_000 } }),
  limitOf({ id: 'd', per: [], most: 1e9 }),
  limitOf({ id: 'e', per: ['key', 'operation'], most: 1e9 }),
  limitOf({ id: 'f', per: ['user'], most: 1e9, over: { kind: 'bucket', windowMs: 60_000, burst: 1e9 } }),
  limitOf({ id: 'g', counts: 'tokens', most: 1e9 }),
  limitOf({ id: 'h', counts: 'tokens', per: ['team'], most: 1e9 }),
  limitOf({
    id: 'i',
    counts: 'cost',
    per: ['project'],
    most: 1e15,
    over: { kind: 'calendar', period: 'month', zone: 'Europe/Berlin' },
  }),
  limitOf({
    id: 'j',
    counts: 'cost',
    per: ['tenant'],
    most: 1e15,
    over: { kind: 'calendar', period: 'day', zone: 'UTC' },
  }),
];

/** @returns microseconds of CPU a Check, the median over rounds */
export function addedByTen(): number {
  const without = checker([]);
  const withTen = checker(TEN);
  const added: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const [none, ten] = [timed(without), timed(withTen)];
    // The first round warms up.
    if (round > 0) added.push(ten - none);
  }
  return added.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
}

function timed(run: (i: number) => void): number {
  const before = process.threadCpuUsage();
  for (let i = 0; i < CHECKS; i++) run(i);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / CHECKS;
}

/** A thousand callers in turn. */
function checker(limits: readonly Limit[]): (i: number) => void {
  const callers = Array.from({ length: 1000 }, (_, i) => ({
    methods: ['api-key' as const],
    id: `key_${i}`,
    key: `key_${i}`,
    user: `user_${i}`,
    tenant: `tenant_${i % 50}`,
    team: `team_${i % 200}`,
    project: `project_${i % 400}`,
    groups: [],
  }));
  let asked = 0;
  const ports = world({
    clock: SYSTEM_CLOCK,
    random: SYSTEM_RANDOM,
    quotas: new EmbeddedQuotas(openDatabase(undefined, 5), SYSTEM_CLOCK),
    keys: {
      find: () => ({ found: true, principal: callers[asked % callers.length] as (typeof callers)[number] }),
    },
    passages: { open: () => {}, close: () => {} },
  });
  const policies = only(policy({ limits }));
  const headers = new Map([
    ['content-type', ['application/json']],
    ['authorization', [`Bearer ${mint(SYSTEM_RANDOM)}`]],
  ]);
  return (i) => {
    asked = i;
    const decision = check(
      {
        method: 'POST',
        path: '/v1/chat/completions',
        authority: 'api.example.org',
        headers,
        sourceAddress: '192.0.2.7',
        receivedAt: Date.now(),
      },
      policies,
      ports,
    );
    if (decision instanceof Promise || !decision.allow) throw new Error('a Check was refused');
  };
}

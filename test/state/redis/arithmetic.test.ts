/** The scripts count in Lua, whose only numbers are doubles: they must answer what src/limits does, to the last digit. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Claim, Hold, Over } from '../../../src/core/quota.ts';
import { openDatabase } from '../../../src/state/embedded/database.ts';
import { EmbeddedQuotas } from '../../../src/state/embedded/quotas.ts';
import type { Client } from '../../../src/state/redis/client.ts';
import { RedisQuotas } from '../../../src/state/redis/quotas.ts';
import { startRedis, suiteScope } from '../../redis-servers.ts';
import { connected } from './setting.ts';

const BEGIN = Date.UTC(2026, 0, 5);
const MOST = 2 ** 50;
const LONGEST_WINDOW_MS = 2 ** 35;

const sizes = fc.oneof(
  fc.nat(20),
  fc.nat(2 ** 31 - 1),
  fc.maxSafeNat().map((n) => n % (MOST + 1)),
);
const windowMs = fc.oneof(
  fc.integer({ min: 1, max: 100 }),
  fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  fc.constant(LONGEST_WINDOW_MS),
);
const over: fc.Arbitrary<Over> = fc.oneof(
  fc.record({ kind: fc.constant('window' as const), windowMs }),
  fc.record({ kind: fc.constant('bucket' as const), windowMs, burst: sizes }),
  fc.constant<Over>({ kind: 'period', start: BEGIN - 1000, end: BEGIN + 2 ** 40 }),
  fc.constant<Over>({ kind: 'places' }),
);
/** A limit and what is asked of it: numbers of one size, so that they meet. */
const limit = fc.record({ over, limit: sizes, shadow: fc.boolean() });
const share = fc.constantFrom(0, 0.001, 0.3, 0.5, 0.999, 1, 2);
const command = fc.oneof(
  fc.record({ do: fc.constant('reserve' as const), shares: fc.array(share, { minLength: 4, maxLength: 4 }) }),
  fc.record({ do: fc.constant('settle' as const), which: fc.nat(9), share }),
  fc.record({ do: fc.constant('extend' as const), which: fc.nat(9), share, force: fc.boolean() }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.oneof(fc.nat(9), fc.nat(4000), fc.nat(2 ** 31 - 1)) }),
);
const run = fc.record({
  limits: fc.array(limit, { minLength: 1, maxLength: 4 }),
  commands: fc.array(command, { maxLength: 25, size: 'max' }),
});

const partOf = (amount: number, share: number): number => Math.min(MOST, Math.ceil(amount * share));

/** Times of more than a hundred thousand years are told as the longest. */
function told<T>(answer: T): T {
  const text = JSON.stringify(answer, (name, value) =>
    name === 'resetMs' || name === 'retryMs' ? Math.min(value, 2 ** 52) : value,
  );
  return JSON.parse(text);
}

describe('the arithmetic of the scripts', () => {
  const scope = suiteScope(after);
  let client: Client;
  before(async () => {
    client = await connected(scope, (await startRedis(scope)).url);
  });

  it('answers what the embedded state does, to the last digit, for numbers of any size', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(run, async ({ limits, commands }) => {
        runs++;
        let now = BEGIN;
        const clock = { now: () => now, elapsed: () => now };
        const local = new EmbeddedQuotas(openDatabase(undefined, 5), clock);
        const shared = new RedisQuotas({
          client,
          process: `${runs}`,
          time: () => now,
          later: () => assert.fail(),
        });
        const holds: Hold[] = [];
        const claims = (shares: readonly number[]): Claim[] =>
          limits.map((one, i) => ({
            ...one,
            counter: `${runs} ${i}`,
            home: '',
            amount:
              one.over.kind === 'places'
                ? 1
                : partOf(one.over.kind === 'bucket' ? one.over.burst : one.limit, shares[i] ?? 0),
          }));
        for (const [i, one] of commands.entries()) {
          if (one.do === 'wait') now += one.ms;
          const hold = 'which' in one ? holds[one.which % Math.max(1, holds.length)] : undefined;
          if (one.do === 'reserve') {
            const expected = local.reserve(`${runs} ${i}`, 0, claims(one.shares), now);
            assert.deepEqual(
              told(await shared.reserve(`${runs} ${i}`, 0, claims(one.shares))),
              told(expected),
            );
            if (expected.admitted) holds.push(expected.hold);
          }
          if (one.do === 'extend' && hold !== undefined) {
            const more = hold.parts.map(({ limit }) => partOf(limit, one.share));
            const expected = local.extend(hold, more, now, one.force);
            assert.deepEqual(told(await shared.extend(hold, more, now, one.force)), told(expected));
            if ('hold' in expected) holds.splice(holds.indexOf(hold), 1, expected.hold);
          }
          if (one.do === 'settle' && hold !== undefined) {
            const used = hold.parts.map(({ amount }) => partOf(amount, one.share));
            assert.deepEqual(told(await shared.settle(hold, used)), told(local.settle(hold, used, now)));
          }
        }
      }),
      { seed: 77, numRuns: 300 },
    );
  });
});

/** What every implementation of the limits' state must do. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Claim, Limits, Taken } from '../../src/core/ports.ts';

/** An implementation under test, and its time. */
export interface LimitsUnderTest {
  readonly limits: Limits;
  readonly now: () => number;
  readonly advance: (ms: number) => void | Promise<void>;
}

const claimOf = (counter: string, limit: number, amount = 1, windowMs = 60_000): Claim => ({
  counter,
  limit,
  windowMs,
  amount,
});

/**
 * @param open makes an empty state whose clock stands at the beginning of a minute
 */
export function limitsContract(open: () => LimitsUnderTest | Promise<LimitsUnderTest>): void {
  async function take(test: LimitsUnderTest, ...claims: Claim[]): Promise<Taken> {
    return test.limits.take(claims, test.now());
  }

  it('admits exactly the limit of what comes within one fresh window', async () => {
    const test = await open();
    const answers = [];
    for (let i = 0; i < 130; i++) answers.push((await take(test, claimOf('a', 100))).taken);
    assert.equal(answers.filter(Boolean).length, 100);
    assert.ok(answers.slice(0, 100).every(Boolean));
  });

  it('I1: admits exactly the limit of a thousand that come at once', async () => {
    const test = await open();
    const answers = await Promise.all(Array.from({ length: 1000 }, () => take(test, claimOf('a', 37))));
    assert.equal(answers.filter((answer) => answer.taken).length, 37);
  });

  it('takes from all counters or from none, and says which one was full', async () => {
    const test = await open();
    await take(test, claimOf('full', 5, 5));
    for (let i = 0; i < 20; i++) {
      const refused = await take(test, claimOf('a', 10), claimOf('full', 5), claimOf('b', 10));
      assert.ok(!refused.taken);
      assert.equal(refused.claim, 1);
    }
    assert.ok((await take(test, claimOf('a', 10, 10))).taken, 'nothing was taken from the first');
    assert.ok((await take(test, claimOf('b', 10, 10))).taken, 'nor from the last');
  });

  it('counts one counter named twice in one request twice, or not at all', async () => {
    const test = await open();
    assert.ok(!(await take(test, claimOf('a', 10, 6), claimOf('a', 10, 6))).taken);
    assert.ok((await take(test, claimOf('a', 10, 5), claimOf('a', 10, 5))).taken);
    assert.ok(!(await take(test, claimOf('a', 10))).taken);
  });

  it('keeps counters of other names apart', async () => {
    const test = await open();
    const names = [
      'a',
      'b',
      'a|b',
      'a:b',
      'é',
      'x'.repeat(500),
      `${'x'.repeat(500)}y`,
      '__proto__',
      'constructor',
      '{a}',
      ' ',
    ];
    for (const name of names) assert.ok((await take(test, claimOf(name, 3, 3))).taken, name);
    for (const name of names) assert.ok(!(await take(test, claimOf(name, 3))).taken, name);
  });

  it('tells what the tightest limit has left and when it is whole again', async () => {
    const test = await open();
    await take(test, claimOf('b', 8, 3));
    const answer = await take(test, claimOf('a', 100), claimOf('b', 8), claimOf('c', 50));
    assert.ok(answer.taken);
    assert.deepEqual(answer.tightest, { limit: 8, remaining: 4, resetMs: 120_000 });
  });

  it('has no tightest limit where nothing was claimed', async () => {
    assert.deepEqual(await take(await open()), { taken: true });
  });

  it('says how long to wait, and then admits', async () => {
    const test = await open();
    await take(test, claimOf('a', 10, 10));
    const refused = await take(test, claimOf('a', 10, 4));
    assert.ok(!refused.taken && refused.retryMs > 60_000 && refused.retryMs <= 120_000);
    await test.advance(refused.retryMs);
    assert.ok((await take(test, claimOf('a', 10, 4))).taken);
  });

  it('refuses what is more than the limit, now and always, and takes nothing for it', async () => {
    const test = await open();
    for (let i = 0; i < 3; i++) {
      const refused = await take(test, claimOf('a', 10, 11));
      assert.ok(!refused.taken && refused.retryMs >= 1);
      await test.advance(refused.retryMs);
    }
    assert.ok((await take(test, claimOf('a', 10, 10))).taken);
    assert.ok(!(await take(test, claimOf('zero', 0))).taken);
  });

  it('lets as much through as the part of the last window that is past', async () => {
    const test = await open();
    await take(test, claimOf('a', 100, 100));
    await test.advance(60_000);
    assert.ok(!(await take(test, claimOf('a', 100))).taken);
    await test.advance(30_000);
    assert.ok((await take(test, claimOf('a', 100, 50))).taken);
    assert.ok(!(await take(test, claimOf('a', 100))).taken);
  });

  it('begins anew with a counter whose window the policy changed', async () => {
    const test = await open();
    await take(test, claimOf('a', 10, 10, 60_000));
    assert.ok((await take(test, claimOf('a', 10, 10, 3_600_000))).taken);
  });

  it('holds all counters at or under their limits, whatever is claimed together', async () => {
    const claims = fc.uniqueArray(
      fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), amount: fc.integer({ min: 1, max: 5 }) }),
      {
        selector: (claim) => claim.name,
        minLength: 1,
      },
    );
    const limitOf: Record<string, number> = { a: 7, b: 11, c: 13, d: 1000 };
    await fc.assert(
      fc.asyncProperty(fc.array(claims, { maxLength: 60, size: 'max' }), async (requests) => {
        const test = await open();
        const model = new Map<string, number>();
        for (const request of requests) {
          const answer = await take(
            test,
            ...request.map(({ name, amount }) => claimOf(name, limitOf[name] ?? 0, amount)),
          );
          const fits = request.every(
            ({ name, amount }) => (model.get(name) ?? 0) + amount <= (limitOf[name] ?? 0),
          );
          assert.equal(answer.taken, fits);
          if (fits) for (const { name, amount } of request) model.set(name, (model.get(name) ?? 0) + amount);
        }
      }),
      { seed: 31, numRuns: 100 },
    );
  });
}

/** What every implementation of the state of limits must do. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  type Claim,
  type Hold,
  LEASE_MS,
  type Over,
  type Quotas,
  RENEW_MS,
  type Reserved,
  type Standing,
} from '../../src/core/quota.ts';
import { comparedWithModel } from './quota-model.ts';

/** An implementation under test, and its time. */
export interface QuotasUnderTest {
  readonly quotas: Quotas;
  /** The wall clock and the state's own clock, which go together. */
  readonly now: () => number;
  /** Lets time pass, in steps small enough that whatever the state does in the background is done when it is due. */
  readonly advance: (ms: number) => void | Promise<void>;
  /** The same state as other replicas see it; absent where it is one process's own. */
  readonly replicas?: readonly Quotas[];
}

const MINUTE = 60_000;
const DAY = 86_400_000;
/** A Monday, at midnight UTC. */
export const BEGIN = Date.UTC(2026, 0, 5);

export const WINDOW: Over = { kind: 'window', windowMs: MINUTE };
export const PERIOD: Over = { kind: 'period', start: BEGIN, end: BEGIN + DAY };
export const PLACES: Over = { kind: 'places' };
export const bucket = (burst: number): Over => ({ kind: 'bucket', windowMs: MINUTE, burst });

export function claimOf(counter: string, limit: number, amount = 1, over: Over = WINDOW): Claim {
  return { counter, home: '', over, limit, amount, shadow: false };
}

type Admitted = Extract<Reserved, { admitted: true }>;
type Refused = Extract<Reserved, { admitted: false }>;

/** @param open makes an empty state whose clocks stand at `BEGIN` */
export function quotasContract(open: () => QuotasUnderTest | Promise<QuotasUnderTest>): void {
  let ids = 0;
  const reserve = async (test: QuotasUnderTest, ...claims: Claim[]): Promise<Reserved> =>
    test.quotas.reserve(`r${++ids}`, 0, claims, test.now());
  async function admitted(test: QuotasUnderTest, ...claims: Claim[]): Promise<Admitted> {
    const answer = await reserve(test, ...claims);
    assert.ok(answer.admitted, 'is admitted');
    return answer;
  }
  async function refused(test: QuotasUnderTest, ...claims: Claim[]): Promise<Refused> {
    const answer = await reserve(test, ...claims);
    assert.ok(!answer.admitted, 'is refused');
    return answer;
  }
  const settle = async (test: QuotasUnderTest, hold: Hold, ...used: number[]) =>
    test.quotas.settle(hold, used, test.now());
  /** What counts of a counter now; asks without taking. */
  async function usedOf(test: QuotasUnderTest, claim: Claim): Promise<number | undefined> {
    const answer = await reserve(test, { ...claim, amount: 0, shadow: true });
    assert.ok(answer.admitted);
    return answer.standings[0]?.used;
  }

  for (const [name, over, limit] of [
    ['window', WINDOW, 37],
    ['bucket', bucket(37), 1],
    ['period', PERIOD, 37],
    ['set of places', PLACES, 37],
  ] as const) {
    it(`I1: admits exactly the limit of a thousand that come at once: a ${name}`, async () => {
      const test = await open();
      const claim = claimOf('a', limit, 1, over);
      const answers = await Promise.all(Array.from({ length: 1000 }, () => reserve(test, claim)));
      assert.equal(answers.filter((answer) => answer.admitted).length, 37);
    });

    it(`takes from all counters or from none, and says which was full: a ${name}`, async () => {
      const test = await open();
      for (let i = 0; i < 37; i++) await admitted(test, claimOf('full', limit, 1, over));
      const others = [claimOf('a', 10), claimOf('b', 10, 1, PERIOD), claimOf('c', 1, 1, PLACES)] as const;
      for (let i = 0; i < 20; i++) {
        const no = await refused(test, ...others, claimOf('full', limit, 1, over), claimOf('d', 1));
        assert.equal(no.claim, 3);
        assert.deepEqual([no.standing.used, no.standing.limit], [37, 37]);
        assert.ok(no.retryMs >= 1);
      }
      await admitted(test, { ...others[0], amount: 10 }, { ...others[1], amount: 10 }, others[2]);
      await admitted(test, claimOf('d', 1));
    });

    it(`keeps what is over the limit out for ever, and takes nothing for it: a ${name}`, async () => {
      const test = await open();
      if (over.kind !== 'places') {
        assert.ok((await refused(test, claimOf('a', limit, 38, over))).retryMs >= 1);
        await admitted(test, claimOf('a', limit, 37, over));
      }
      const none = over.kind === 'bucket' ? bucket(0) : over;
      await refused(test, claimOf('zero', 0, 1, none));
      if (over.kind !== 'places') await refused(test, claimOf('zero', 0, 0, none));
    });

    it(`I19: takes once for one step of one request, however often it is asked: a ${name}`, async () => {
      const test = await open();
      const claim = claimOf('a', limit, 1, over);
      const first = await test.quotas.reserve('twice', 0, [claim], test.now());
      const again = await test.quotas.reserve('twice', 0, [claim], test.now());
      assert.ok(first.admitted && again.admitted);
      assert.deepEqual(again.hold, first.hold);
      assert.equal(await usedOf(test, claim), 1);
    });
  }

  it('I20: admits the limit once for all replicas, not once for each', async (t) => {
    const test = await open();
    if (test.replicas === undefined) return t.skip('this state is one process’s own');
    for (const over of [WINDOW, PERIOD, PLACES]) {
      const claim = claimOf('a', 37, 1, over);
      const asked = Array.from({ length: 500 }, (_, i) => {
        const quotas = [test.quotas, ...(test.replicas ?? [])][i % ((test.replicas?.length ?? 0) + 1)];
        return quotas?.reserve(`${over.kind} ${i}`, 0, [claim], test.now());
      });
      const answers = await Promise.all(asked);
      assert.equal(answers.filter((answer) => answer?.admitted).length, 37);
    }
  });

  it('counts the steps of one request apart, and one place for all of them', async () => {
    const test = await open();
    const claims = [claimOf('a', 10, 2), claimOf('p', 1, 1, PLACES)];
    for (const step of [0, 1])
      assert.ok((await test.quotas.reserve('steps', step, claims, test.now())).admitted);
    assert.equal(await usedOf(test, claimOf('a', 10)), 4);
    await refused(test, claimOf('p', 1, 1, PLACES));
  });

  it('leaves a request the place that it has when a later step of it is refused', async () => {
    const test = await open();
    const place = claimOf('p', 1, 1, PLACES);
    assert.ok((await test.quotas.reserve('steps', 0, [place], test.now())).admitted);
    const no = await test.quotas.reserve('steps', 1, [place, claimOf('zero', 0)], test.now());
    assert.ok(!no.admitted && no.claim === 1);
    await refused(test, place);
  });

  it('may admit a step that was refused before', async () => {
    const test = await open();
    const { hold } = await admitted(test, claimOf('p', 1, 1, PLACES));
    const ask = async () => test.quotas.reserve('patient', 0, [claimOf('p', 1, 1, PLACES)], test.now());
    assert.ok(!(await ask()).admitted);
    await settle(test, hold, 1);
    assert.ok((await ask()).admitted);
  });

  it('counts one counter named twice in one request twice, or not at all', async () => {
    const test = await open();
    await refused(test, claimOf('a', 10, 6), claimOf('a', 10, 6));
    await admitted(test, claimOf('a', 10, 5), claimOf('a', 10, 5));
    await refused(test, claimOf('a', 10));
  });

  it('I24: keeps counters of other names apart', async () => {
    const test = await open();
    const long = 'x'.repeat(500);
    const odd = ['a|b', 'a:b', 'é', '__proto__', 'constructor', '{a}', '}{', ' ', '', '\0', '\u{1F600}'];
    const names = ['a', 'b', ...odd, long, `${long}y`];
    for (const name of names) await admitted(test, claimOf(name, 3, 3));
    for (const name of names) await refused(test, claimOf(name, 3));
    for (const name of names) await admitted(test, { ...claimOf(name, 3, 3), over: PERIOD });
  });

  it('keeps counters over other times apart', async () => {
    const test = await open();
    const overs: Over[] = [
      WINDOW,
      { kind: 'window', windowMs: 3_600_000 },
      bucket(3),
      { kind: 'bucket', windowMs: 3_600_000, burst: 3 },
      PERIOD,
      { kind: 'period', start: BEGIN, end: BEGIN + 31 * DAY },
      { kind: 'period', start: BEGIN - DAY, end: BEGIN },
    ];
    for (const over of overs) await admitted(test, claimOf('a', 3, 3, over));
    for (const over of overs) await refused(test, claimOf('a', 3, 1, over));
  });

  it('tells how each counter stands, this request included, and when it is whole again', async () => {
    const test = await open();
    await test.advance(10_000);
    const claims = [
      claimOf('a', 10, 3),
      claimOf('a', 60, 3, bucket(10)),
      claimOf('a', 10, 3, PERIOD),
      claimOf('a', 10, 1, PLACES),
    ];
    const { standings, exceeded, local } = await admitted(test, ...claims);
    const expected: Standing[] = [
      { used: 3, limit: 10, resetMs: 110_000 },
      { used: 3, limit: 10, resetMs: 3000 },
      { used: 3, limit: 10, resetMs: DAY - 10_000 },
      { used: 1, limit: 10, resetMs: 0 },
    ];
    assert.deepEqual(standings, expected);
    assert.deepEqual([exceeded, local], [[], false]);
  });

  it('says how long to wait, and then admits', async () => {
    for (const [over, limit] of [
      [WINDOW, 10],
      [bucket(10), 7],
    ] as const) {
      const test = await open();
      await admitted(test, claimOf('a', limit, 10, over));
      const { retryMs } = await refused(test, claimOf('a', limit, 4, over));
      await test.advance(retryMs - 50);
      await refused(test, claimOf('a', limit, 4, over));
      await test.advance(50);
      await admitted(test, claimOf('a', limit, 4, over));
    }
  });

  it('says of a full period that it ends, and of a full set of places that a lease does', async () => {
    const test = await open();
    await test.advance(3_600_000);
    await admitted(test, claimOf('a', 1, 1, PERIOD), claimOf('a', 1, 1, PLACES));
    assert.equal((await refused(test, claimOf('a', 1, 1, PERIOD))).retryMs, DAY - 3_600_000);
    const { retryMs } = await refused(test, claimOf('a', 1, 1, PLACES));
    assert.ok(retryMs >= 1 && retryMs <= LEASE_MS);
  });

  it('I22: holds a burst across the edge of a window to the limit', async () => {
    const test = await open();
    await test.advance(MINUTE - 1);
    await admitted(test, claimOf('a', 100, 100));
    await test.advance(1);
    await refused(test, claimOf('a', 100));
    await test.advance(MINUTE / 2);
    await admitted(test, claimOf('a', 100, 50));
    await refused(test, claimOf('a', 100));
  });

  it('lets a bucket fill evenly, and never above its burst', async () => {
    const test = await open();
    const claim = (amount: number) => claimOf('a', 60, amount, bucket(5));
    await admitted(test, claim(5));
    await test.advance(1000);
    await admitted(test, claim(1));
    await refused(test, claim(1));
    await test.advance(3_600_000);
    await admitted(test, claim(5));
    await refused(test, claim(1));
  });

  it('begins anew with the next period, and finds an old one again', async () => {
    const test = await open();
    const next: Over = { kind: 'period', start: BEGIN + DAY, end: BEGIN + 2 * DAY };
    await admitted(test, claimOf('a', 10, 10, PERIOD));
    await test.advance(DAY);
    await admitted(test, claimOf('a', 10, 10, next));
    await refused(test, claimOf('a', 10, 1, PERIOD));
  });

  it('stays exact for the largest amounts', async () => {
    const test = await open();
    const most = 2 ** 50;
    for (const over of [WINDOW, PERIOD, bucket(most)]) {
      const { hold } = await admitted(test, claimOf('a', most, most - 1, over));
      await refused(test, claimOf('a', most, 2, over));
      await admitted(test, claimOf('a', most, 1, over));
      await refused(test, claimOf('a', most, 0, over));
      await settle(test, hold, most - 3);
      await admitted(test, claimOf('a', most, 2, over));
      await refused(test, claimOf('a', most, 1, over));
    }
  });

  it('throws at an amount that is no whole number from 0 to 2^50, and takes nothing', async () => {
    const test = await open();
    const hold = (await admitted(test, claimOf('a', 10, 1))).hold;
    for (const bad of [Number.NaN, -1, 0.5, 2 ** 50 + 1, Number.POSITIVE_INFINITY]) {
      await assert.rejects(async () => reserve(test, claimOf('b', 10), claimOf('a', 10, bad)));
      await assert.rejects(async () => reserve(test, claimOf('b', 10), claimOf('a', bad)));
      await assert.rejects(async () => test.quotas.extend(hold, [bad], test.now()));
      await assert.rejects(async () => settle(test, hold, bad));
    }
    await assert.rejects(async () => settle(test, hold), 'one a part');
    assert.equal(await usedOf(test, claimOf('a', 10)), 1);
    assert.equal(await usedOf(test, claimOf('b', 10)), 0);
    await settle(test, hold, 0);
    assert.equal(await usedOf(test, claimOf('a', 10)), 0);
  });

  it('takes nothing for an amount of 0, which fits while anything is left', async () => {
    const test = await open();
    for (const over of [WINDOW, PERIOD, bucket(2)]) {
      for (let i = 0; i < 5; i++) await admitted(test, claimOf('a', 2, 0, over));
      await admitted(test, claimOf('a', 2, 1, over));
      const { hold } = await admitted(test, claimOf('a', 2, 0, over));
      await admitted(test, claimOf('a', 2, 1, over));
      await refused(test, claimOf('a', 2, 0, over));
      const [standing] = await settle(test, hold, 4);
      assert.equal(standing?.used, 6, 'settled at what was used');
    }
  });

  it('counts a claim in shadow beyond its limit, says so, and refuses nothing', async () => {
    for (const [over, amount] of [
      [WINDOW, 3],
      [PERIOD, 3],
      [bucket(5), 3],
      [PLACES, 1],
    ] as const) {
      const test = await open();
      const claim = { ...claimOf('a', 1, amount, over), shadow: true };
      const answers = [];
      for (let i = 0; i < 3; i++) answers.push(await admitted(test, claimOf('real', 10), claim));
      assert.deepEqual(answers.at(-1)?.exceeded, [1]);
      assert.equal(answers.at(-1)?.standings[1]?.used, 3 * amount);
      const hold = answers[0]?.hold as Hold;
      await settle(test, hold, 1, 0);
      assert.equal(await usedOf(test, claim), 2 * amount);
    }
  });

  it('extends a hold by what fits, from all or from none, or by force', async () => {
    const test = await open();
    const claims = [claimOf('a', 10, 4), claimOf('b', 5, 1, PERIOD), claimOf('c', 1, 1, PLACES)];
    const { hold } = await admitted(test, ...claims);
    const extended = await test.quotas.extend(hold, [3, 2, 0], test.now());
    assert.ok('hold' in extended);
    assert.deepEqual(
      extended.hold.parts.map((part) => part.amount),
      [7, 3, 1],
    );
    assert.deepEqual(await test.quotas.extend(extended.hold, [1, 3, 0], test.now()), { full: 1 });
    assert.equal(await usedOf(test, claimOf('a', 10)), 7);
    const forced = await test.quotas.extend(extended.hold, [1, 3, 0], test.now(), true);
    assert.ok('hold' in forced);
    assert.deepEqual(
      forced.hold.parts.map((part) => part.amount),
      [8, 6, 1],
    );
    await refused(test, claimOf('b', 5, 0, PERIOD));
    await settle(test, forced.hold, 5, 2, 1);
    assert.equal(await usedOf(test, claimOf('a', 10)), 5);
    assert.equal(await usedOf(test, claimOf('b', 5, 1, PERIOD)), 2);
  });

  it('extends what is in shadow without force', async () => {
    const test = await open();
    const { hold } = await admitted(test, { ...claimOf('a', 5, 5), shadow: true });
    assert.ok('hold' in (await test.quotas.extend(hold, [5], test.now())));
    assert.equal(await usedOf(test, claimOf('a', 5)), 10);
  });

  it('never gives back more to a window than was taken in it', async () => {
    const test = await open();
    const { hold } = await admitted(test, claimOf('a', 100, 40));
    await test.advance(2 * MINUTE);
    await admitted(test, claimOf('a', 100, 50));
    const extended = await test.quotas.extend(hold, [20], test.now());
    assert.ok('hold' in extended);
    await settle(test, extended.hold, 0);
    assert.equal(await usedOf(test, claimOf('a', 100)), 50);
  });

  it('replaces what was held by what was used: less, as much, or more', async () => {
    for (const over of [WINDOW, PERIOD, bucket(100)]) {
      for (const used of [0, 3, 10, 25, 200]) {
        const test = await open();
        await admitted(test, claimOf('a', 100, 7, over));
        const { hold } = await admitted(test, claimOf('a', 100, 10, over));
        const [standing] = await settle(test, hold, used);
        assert.equal(standing?.used, 7 + used);
        assert.equal(await usedOf(test, claimOf('a', 100, 1, over)), 7 + used);
      }
    }
  });

  it('I10: settles once, whatever comes after', async () => {
    const test = await open();
    const { hold } = await admitted(test, claimOf('a', 100, 10), claimOf('p', 1, 1, PLACES));
    await Promise.all([settle(test, hold, 4, 1), settle(test, hold, 0, 1), settle(test, hold, 90, 1)]);
    assert.equal(await usedOf(test, claimOf('a', 100)), 4);
    await admitted(test, claimOf('p', 1, 1, PLACES));
    await settle(test, hold, 0, 1);
    await refused(test, claimOf('p', 1, 1, PLACES));
    await test.quotas.extend(hold, [5, 0], test.now(), true);
    assert.equal(await usedOf(test, claimOf('a', 100)), 4, 'nor does it grow any more');
  });

  it('gives back to the window or period in which it was taken, or nowhere once that is over', async () => {
    const test = await open();
    const { hold } = await admitted(test, claimOf('a', 100, 60), claimOf('a', 100, 60, PERIOD));
    const { hold: late } = await admitted(test, claimOf('a', 100, 40));
    await test.advance(MINUTE);
    await settle(test, hold, 20, 20);
    assert.equal(await usedOf(test, claimOf('a', 100)), 60, 'the last window counts wholly still: 20 and 40');
    await test.advance(MINUTE);
    await admitted(test, claimOf('a', 100, 30));
    await settle(test, late, 0);
    assert.equal(await usedOf(test, claimOf('a', 100)), 30);
    assert.equal(await usedOf(test, claimOf('a', 100, 1, PERIOD)), 20);
  });

  it('charges now what was used beyond what was held', async () => {
    const test = await open();
    const { hold } = await admitted(test, claimOf('a', 100, 10));
    await test.advance(2 * MINUTE);
    await settle(test, hold, 35);
    assert.equal(await usedOf(test, claimOf('a', 100)), 25);
  });

  it('gives back to a bucket no more than has not flowed back by itself', async () => {
    const test = await open();
    const claim = (amount: number) => claimOf('a', 60, amount, bucket(10));
    const { hold } = await admitted(test, claim(10));
    await test.advance(5000);
    await admitted(test, claim(5));
    await settle(test, hold, 0);
    assert.equal(await usedOf(test, claim(1)), 5);
  });

  it('I21: frees a place when its request is settled', async () => {
    const test = await open();
    const claim = claimOf('p', 2, 1, PLACES);
    const { hold } = await admitted(test, claim);
    await admitted(test, claim);
    await refused(test, claim);
    test.quotas.keep(hold);
    await settle(test, hold, 1);
    await admitted(test, claim);
    await refused(test, claim);
  });

  it('I21: frees a place that nobody keeps when its lease runs out, and not before', async () => {
    const test = await open();
    const claim = claimOf('p', 1, 1, PLACES);
    await admitted(test, claim);
    await test.advance(LEASE_MS - 100);
    await refused(test, claim);
    await test.advance(100);
    await admitted(test, claim);
  });

  it('I21: holds a place for as long as it is kept', async () => {
    const test = await open();
    const claim = claimOf('p', 1, 1, PLACES);
    const { hold } = await admitted(test, claim);
    test.quotas.keep(hold);
    for (let i = 0; i < 10; i++) {
      await test.advance(LEASE_MS / 2);
      await refused(test, claim);
    }
    await settle(test, hold, 1);
    await admitted(test, claim);
  });

  it('I21: never brings back a place that was given back', async () => {
    const test = await open();
    const claim = claimOf('p', 1, 1, PLACES);
    const { hold } = await admitted(test, claim);
    test.quotas.keep(hold);
    await test.advance(RENEW_MS);
    await settle(test, hold, 1);
    test.quotas.keep(hold);
    await test.advance(2 * RENEW_MS);
    await test.quotas.reserve(hold.id, 0, [claim], test.now());
    await admitted(test, claim);
  });

  it('admits all where nothing is claimed', async () => {
    const answer = await admitted(await open());
    assert.deepEqual([answer.hold.parts, answer.standings, answer.exceeded], [[], [], []]);
  });

  it('does what a slow and obvious model does, whatever is asked of it', async () => {
    await comparedWithModel(open);
  });
}

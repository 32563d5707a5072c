/**
 * A slow and obvious model of limits: a list of everything that was ever taken, looked through at each question. Where
 * an implementation may round, the model gives two bounds: below the first it must not count, above the second neither.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Claim, type Hold, LEASE_MS, type Over } from '../../src/core/quota.ts';
import type { QuotasUnderTest } from './quotas.ts';

const WINDOW_MS = 1000;
const PERIOD_MS = 5000;
const LIMITS = { window: 20, bucket: 30, period: 60, places: 3 } as const;
const BURST = 12;
type Kind = keyof typeof LIMITS;
const KINDS = ['window', 'bucket', 'period', 'places'] as const;

/** Something that was taken, and may be given back. */
interface Taking {
  readonly counter: string;
  readonly at: number;
  amount: number;
  /** What it was before anything was given back. */
  full: number;
}

/** A request as the model knows it: what it took of each part, in the order of the parts. */
interface Open {
  hold: Hold;
  readonly took: Taking[][];
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

type Command =
  | { readonly do: 'reserve'; readonly amounts: readonly (readonly [Kind, number])[]; readonly keep: boolean }
  | { readonly do: 'extend'; readonly which: number; readonly more: number; readonly force: boolean }
  | { readonly do: 'settle'; readonly which: number; readonly thousandths: number }
  | { readonly do: 'advance'; readonly ms: number };

const claims = fc.uniqueArray(fc.tuple(fc.constantFrom<Kind>(...KINDS), fc.nat(9)), {
  selector: ([kind]) => kind,
  minLength: 1,
});
const wait = fc.oneof(fc.nat(5), fc.nat(400), fc.nat(4000));
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    arbitrary: fc.record({ do: fc.constant('reserve' as const), amounts: claims, keep: fc.boolean() }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('extend' as const),
      which: fc.nat(50),
      more: fc.nat(9),
      force: fc.boolean(),
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      which: fc.nat(50),
      thousandths: fc.constantFrom(0, 300, 1000, 1000, 2500),
    }),
    weight: 2,
  },
  { arbitrary: fc.record({ do: fc.constant('advance' as const), ms: wait }), weight: 3 },
);

/** Asks an implementation and the model the same things, in random order. */
export async function comparedWithModel(
  open: () => QuotasUnderTest | Promise<QuotasUnderTest>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60, size: 'max' }), async (commands) => {
      const compared = new Compared(await open());
      for (const one of commands) await compared.run(one);
    }),
    { seed: 51, numRuns: 150 },
  );
}

class Compared {
  readonly #test: QuotasUnderTest;
  readonly #takings: Taking[] = [];
  readonly #open: Open[] = [];
  readonly #places = new Map<string, { until: number; kept: boolean }>();
  #ids = 0;

  constructor(test: QuotasUnderTest) {
    this.#test = test;
  }

  async run(one: Command): Promise<void> {
    if (one.do === 'advance') return this.#test.advance(one.ms);
    if (one.do === 'reserve')
      return this.#reserve(
        one.amounts.map((entry) => this.#claimOf(...entry)),
        one.keep,
      );
    const open = this.#open[one.which % Math.max(1, this.#open.length)];
    if (open === undefined) return;
    if (one.do === 'extend') return this.#extend(open, one.more, one.force);
    return this.#settle(open, one.thousandths);
  }

  async #reserve(asked: readonly Claim[], keep: boolean): Promise<void> {
    const now = this.#test.now();
    const before = asked.map((claim) => this.#count(claim.counter, claim.over, now));
    const answer = await this.#test.quotas.reserve(`m${++this.#ids}`, 0, asked, now);
    if (!answer.admitted) {
      assert.ok(over(asked[answer.claim], before[answer.claim]), 'what it says is full may be');
      for (let i = 0; i < answer.claim; i++) assert.ok(!surelyOver(asked[i], before[i]), 'the first is said');
      return;
    }
    for (const [i, claim] of asked.entries()) {
      assert.ok(!surelyOver(claim, before[i]), `${claim.counter} is full: ${JSON.stringify(before[i])}`);
      const used = answer.standings[i]?.used ?? Number.NaN;
      const { least, most } = before[i] as Bounds;
      assert.ok(
        used >= least + claim.amount - 1e-6 && used <= most + claim.amount + 1e-6,
        `${claim.counter} ${used}`,
      );
    }
    const took = asked.map(({ counter, over: { kind }, amount }) =>
      kind === 'places' ? this.#stand(answer.hold.id, keep, now) : [this.#take(counter, amount, now)],
    );
    this.#open.push({ hold: answer.hold, took });
    if (keep) this.#test.quotas.keep(answer.hold);
  }

  async #extend(open: Open, more: number, force: boolean): Promise<void> {
    const now = this.#test.now();
    const { parts } = open.hold;
    const each = parts.map(({ over: { kind } }) => (kind === 'places' ? 0 : more));
    const asked = parts.map((part, i) => ({ ...part, amount: each[i] ?? 0, shadow: false }));
    const before = asked.map((claim) => this.#count(claim.counter, claim.over, now));
    const answer = await this.#test.quotas.extend(open.hold, each, now, force);
    if ('full' in answer) {
      assert.ok(!force && each[answer.full] !== 0 && over(asked[answer.full], before[answer.full]));
      return;
    }
    for (const [i, claim] of asked.entries()) {
      if (claim.amount === 0) continue;
      assert.ok(force || !surelyOver(claim, before[i]), `${claim.counter} was full`);
      open.took[i]?.push(this.#take(claim.counter, claim.amount, now));
    }
    open.hold = answer.hold;
  }

  async #settle(open: Open, thousandths: number): Promise<void> {
    const now = this.#test.now();
    const used = open.hold.parts.map(({ amount, over: { kind } }) =>
      kind === 'places' ? 1 : Math.round((amount * thousandths) / 1000),
    );
    await this.#test.quotas.settle(open.hold, used, now);
    this.#open.splice(this.#open.indexOf(open), 1);
    for (const [i, part] of open.hold.parts.entries()) {
      if (part.over.kind === 'places') this.#places.delete(open.hold.id);
      else this.#replace(part.counter, part.over, part.amount, used[i] ?? 0, open.took[i] ?? [], now);
    }
  }

  #replace(counter: string, { kind }: Over, held: number, used: number, took: Taking[], now: number): void {
    if (used > held) this.#take(counter, used - held, now);
    let back = Math.max(0, held - used);
    const last = took.at(-1)?.at ?? 0;
    for (const taking of took.toReversed()) {
      if (kind === 'window' && windowOf(taking.at) !== windowOf(last)) return;
      const part = Math.min(back, taking.amount);
      taking.amount -= part;
      back -= part;
    }
  }

  #take(counter: string, amount: number, at: number): Taking {
    const taking = { counter, amount, full: amount, at };
    this.#takings.push(taking);
    return taking;
  }

  #stand(id: string, kept: boolean, now: number): Taking[] {
    this.#places.set(id, { until: now + LEASE_MS, kept });
    return [];
  }

  #claimOf(kind: Kind, amount: number): Claim {
    const now = this.#test.now();
    const start = now - (now % PERIOD_MS);
    const overs: Record<Kind, Over> = {
      window: { kind, windowMs: WINDOW_MS } as Over,
      bucket: { kind, windowMs: WINDOW_MS, burst: BURST } as Over,
      period: { kind, start, end: start + PERIOD_MS } as Over,
      places: { kind } as Over,
    };
    const counter = kind === 'period' ? `period ${start}` : kind;
    const most = { counter, home: '', over: overs[kind], limit: LIMITS[kind], shadow: false };
    return { ...most, amount: kind === 'places' ? 1 : amount };
  }

  /** What counts of a counter now. */
  #count(counter: string, asked: Over, now: number): Bounds {
    const takings = this.#takings.filter((taking) => taking.counter === counter);
    if (asked.kind === 'window') return countWindow(takings, now);
    if (asked.kind === 'bucket') return countBucket(takings, now);
    const standing = [...this.#places.values()].filter(({ until, kept }) => kept || until > now).length;
    const count = asked.kind === 'places' ? standing : sumOf(takings);
    return { least: count, most: count };
  }
}

const windowOf = (at: number): number => Math.floor(at / WINDOW_MS);
const sumOf = (takings: readonly Taking[]): number => takings.reduce((sum, { amount }) => sum + amount, 0);

function countWindow(takings: readonly Taking[], now: number): Bounds {
  const current = sumOf(takings.filter(({ at }) => windowOf(at) === windowOf(now)));
  const previous = sumOf(takings.filter(({ at }) => windowOf(at) === windowOf(now) - 1));
  const least = current + previous * (1 - (now % WINDOW_MS) / WINDOW_MS);
  return { least, most: Math.ceil(least + previous / 1024) };
}

/** The fullest that any beginning makes it. At most, nothing of it was ever given back. */
function countBucket(takings: readonly Taking[], now: number): Bounds {
  const level = (amountOf: (taking: Taking) => number) => {
    let sum = 0;
    let most = 0;
    for (const taking of takings.toReversed()) {
      sum += amountOf(taking);
      most = Math.max(most, sum - ((now - taking.at) * LIMITS.bucket) / WINDOW_MS);
    }
    return most;
  };
  return { least: level(({ amount }) => amount), most: Math.ceil(level(({ full }) => full)) };
}

const mostOf = (claim: Claim): number => (claim.over.kind === 'bucket' ? claim.over.burst : claim.limit);

function surelyOver(claim: Claim | undefined, before: Bounds | undefined): boolean {
  if (claim === undefined || before === undefined) return true;
  return before.least + Math.max(1, claim.amount) > mostOf(claim) + 1e-6 && !fitsEmpty(claim, before);
}

/** With an amount of 0 a fraction of one may be left. */
const fitsEmpty = (claim: Claim, { least }: Bounds): boolean =>
  claim.amount === 0 && least < mostOf(claim) - 1e-6;

function over(claim: Claim | undefined, before: Bounds | undefined): boolean {
  if (claim === undefined || before === undefined) return false;
  return before.most + Math.max(1, claim.amount) > mostOf(claim);
}

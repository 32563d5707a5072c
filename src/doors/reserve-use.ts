/**
 * reserve, at the second door: what a request is expected to use is taken from every limit, or it is refused. Where a
 * limit says so, a request that may say more than is left is held to what is left.
 */
import type { Route } from '../backends/choose.ts';
import type { Standing } from '../core/quota.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { Counted } from '../policy/snapshot.ts';
import { amountOf, type Use } from './amounts.ts';
import type { Wanted } from './claims.ts';
import { type Countable, expect } from './expect.ts';
import type { Expected } from './holding.ts';
import { boundOutput, type Judging, type Prepared, seen } from './prepare.ts';
import { concernedBy, type Held, reserveUse } from './reserve.ts';
import { reserveBatch } from './reserve-batch.ts';

/** A request whose use is reserved. */
export interface ReservedRequest {
  /** As it was prepared, or with its output bounded. */
  readonly prepared: Prepared;
  /** Undefined where it uses no model now. */
  readonly expected: Expected | undefined;
}

export function reserveRequest(
  prepared: Prepared,
  route: Route,
  x: Judging,
): Soon<ReservedRequest | Refusal> {
  // What names no model uses none now, unless it makes a batch: the first door has counted it.
  if (route.target === undefined) return reserveStored(prepared, route, x);
  return after(reserveCounted(prepared.view, route, x), (reserved) =>
    isRefusal(reserved) ? seen(x, 'reserve', reserved) : seen(x, 'reserve', held(prepared, reserved, x)),
  );
}

/** Reserves what a request is expected to use of its model. */
export function reserveCounted(view: Countable, route: Route, x: Judging): Soon<Taken | Refusal> {
  const { principal, operation, clientAddress } = x.voucher;
  const counted: Counted = {
    principal,
    operation: operation.name,
    clientAddress,
    ...(route.target && { model: route.target.model.name }),
    backend: route.backend.name,
  };
  return after(expect(view, route, x), (expected) => {
    if (isUnpriced(expected, counted, x)) return refuse('price_unknown', { why: 'price_unknown' });
    return after(reserveExpected(expected, counted, x, 2), (reserved) => {
      if (!isRefusal(reserved)) x.tally.hold(reserved.held, reserved.expected);
      return reserved;
    });
  });
}

function reserveStored(prepared: Prepared, { backend }: Route, x: Judging): Soon<ReservedRequest | Refusal> {
  const full = reserveBatch(prepared.permitted.uses, backend.name, x);
  return after(full, (refusal) => seen(x, 'reserve', refusal ?? { prepared, expected: undefined }));
}

/** A price that nobody knows, under a budget: the policy says that such a request is refused. */
export function isUnpriced({ price }: Use, counted: Counted, { policy }: Judging): boolean {
  return (
    price === undefined &&
    policy.prices.unknown === 'deny' &&
    concernedBy(counted, policy).some(({ counts, shadow }) => counts === 'cost' && !shadow)
  );
}

/** What was reserved, and what for. */
export interface Taken {
  readonly held: Held;
  readonly expected: Expected;
}

function reserveExpected(
  expected: Expected,
  counted: Counted,
  x: Judging,
  step: 2 | 3,
): Soon<Taken | Refusal> {
  const { voucher, policy, ports } = x;
  const reserved = reserveUse(voucher.requestId, step, counted, policy, ports, (limit) =>
    amountOf(limit, expected),
  );
  return after(reserved, (held): Soon<Taken | Refusal> => {
    if (!('full' in held)) return isRefusal(held) ? held : { held, expected };
    const shorter = step === 2 ? shortened(held.full, held.standing, expected) : undefined;
    return shorter === undefined ? held.refusal : reserveExpected(shorter, counted, x, 3);
  });
}

/** What still fits into a limit that holds answers to what is left; undefined if that is no answer at all. */
function shortened(full: Wanted, standing: Standing, expected: Expected): Expected | undefined {
  if (!full.limit.clamp) return undefined;
  const output = longestWithin(full, standing.limit - standing.used, expected);
  if (output < 1 || output >= expected.usage.output) return undefined;
  return { ...expected, usage: { ...expected.usage, output } };
}

/** Holds the answer to what the limits that say so have left, this request's own share included. */
function held(
  prepared: Prepared,
  { held: { wanted, standings }, expected }: Taken,
  x: Judging,
): ReservedRequest | Refusal {
  let most = expected.mostOutput;
  wanted.forEach((one, i) => {
    const standing = standings[i];
    if (!one.limit.clamp || one.limit.shadow || standing === undefined) return;
    most = Math.min(most, longestWithin(one, standing.limit - standing.used + one.claim.amount, expected));
  });
  if (most >= expected.mostOutput) return { prepared, expected };
  const choices = prepared.view.n ?? 1;
  const bounded = boundOutput(prepared, Math.max(1, Math.floor(most / choices)), x);
  return isRefusal(bounded) ? bounded : { prepared: bounded, expected: { ...expected, mostOutput: most } };
}

/** Above any model's output. */
const LONGEST = 2 ** 24;

/** The most output tokens with which a request takes no more than what is left: the amount grows with them. */
function longestWithin({ limit }: Wanted, left: number, expected: Expected): number {
  const fits = (output: number) =>
    amountOf(limit, { ...expected, usage: { ...expected.usage, output } }) <= left;
  let [low, high] = [-1, Math.min(LONGEST, expected.mostOutput)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

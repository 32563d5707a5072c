/**
 * reserve: is there quota left?
 * - the first door takes from limits that need no body, the second from those that count by model
 * - all limits that apply, or none: a refused request takes nothing
 */
import type { Authorized, QuotaState, Reserved } from '../core/exchange.ts';
import type { OperationName } from '../core/operation.ts';
import type { Claim, Ports, Taken } from '../core/ports.ts';
import type { BoundLimit, Principal } from '../core/principal.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { Limit, Snapshot } from '../policy/snapshot.ts';

/** What a limit may count by. */
interface Counted {
  readonly principal: Principal;
  readonly operation: OperationName;
  readonly model?: string;
}

export function reserve(x: Authorized, policy: Snapshot, ports: Ports): Soon<Reserved | Refusal> {
  const counted = { principal: x.principal, operation: x.operation.name };
  const limits = limitsOf(policy).early;
  const { bound } = x.principal;
  const all = bound?.limits === undefined ? limits : [...limits, ...ownLimits(bound.limits)];
  return after(take(all, counted, ports), (quota) => {
    if (quota === undefined) return x;
    return isRefusal(quota) ? quota : { ...x, quota };
  });
}

/** Limits of a key alone; their ids cannot be those of a policy's limits. */
function ownLimits(limits: readonly BoundLimit[]): Limit[] {
  return limits.map(({ requests, windowMs }, i) => ({
    id: `key limits[${i}]`,
    per: ['key'],
    requests,
    windowMs,
  }));
}

/** The second door's half: limits that count by model. */
export function reserveModel(
  counted: Counted & { readonly model: string },
  policy: Snapshot,
  ports: Ports,
): Soon<Refusal | undefined> {
  return after(take(limitsOf(policy).byModel, counted, ports), (quota) =>
    isRefusal(quota) ? quota : undefined,
  );
}

/** A policy's limits by the door that takes from them, parted once a snapshot. */
interface PartedLimits {
  readonly early: readonly Limit[];
  readonly byModel: readonly Limit[];
}

const PARTED = new WeakMap<Snapshot, PartedLimits>();

function limitsOf(policy: Snapshot): PartedLimits {
  const known = PARTED.get(policy);
  if (known !== undefined) return known;
  const countsByModel = (limit: Limit) => limit.per.includes('model');
  const parted = {
    early: policy.limits.filter((limit) => !countsByModel(limit)),
    byModel: policy.limits.filter(countsByModel),
  };
  PARTED.set(policy, parted);
  return parted;
}

/** Takes one request from each limit. A throw means that the state is out of reach, which is never *unlimited*. */
function take(limits: readonly Limit[], counted: Counted, ports: Ports): Soon<Quota> {
  if (limits.length === 0) return undefined;
  const claims = limits.map((limit) => claimOf(limit, counted));
  const unavailable = (error: unknown): Refusal => {
    ports.faults.report('limits', error);
    return refuse('limits_unavailable', { retryAfter: 1 });
  };
  try {
    const taken = ports.limits.take(claims, ports.clock.now());
    if (!(taken instanceof Promise)) return judge(taken, limits);
    return taken.then((answer) => judge(answer, limits), unavailable);
  } catch (error) {
    return unavailable(error);
  }
}

type Quota = QuotaState | undefined | Refusal;

function judge(taken: Taken, limits: readonly Limit[]): Quota {
  if (taken.taken) {
    const tightest = taken.tightest;
    if (tightest === undefined) return undefined;
    const resetSeconds = Math.ceil(tightest.resetMs / 1000);
    return { limit: tightest.limit, remaining: tightest.remaining, resetSeconds };
  }
  const limit = limits[taken.claim];
  const retryAfter = Math.max(1, Math.ceil(taken.retryMs / 1000));
  const detail =
    limit === undefined ? {} : { detail: `Limit ${limit.id} allows ${limit.requests} requests.` };
  return refuse('rate_limited', { ...detail, retryAfter });
}

/**
 * A principal without an attribute that a limit counts by shares one counter with all others without it: leaving an
 * attribute out is no way around a limit. Lengths keep `a|b` + `c` apart from `a` + `b|c`.
 */
function claimOf(limit: Limit, counted: Counted): Claim {
  let counter = limit.id;
  for (const attribute of limit.per) {
    const value = attributeOf(attribute, counted);
    counter += value === undefined ? '|-' : `|${value.length}:${value}`;
  }
  return { counter, limit: limit.requests, windowMs: limit.windowMs, amount: 1 };
}

function attributeOf(attribute: Limit['per'][number], counted: Counted): string | undefined {
  if (attribute === 'model') return counted.model;
  if (attribute === 'operation') return counted.operation;
  return counted.principal[attribute];
}

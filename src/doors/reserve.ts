/**
 * reserve: is there quota left?
 * - the first door takes from limits that need no body, and looks whether anything is left of those that do
 * - the second takes what the request is expected to use: tokens, money, and whatever counts by model
 * - from all limits that apply, or from none: a refused request takes nothing
 */
import type { Authorized, Reserved as ReservedExchange } from '../core/exchange.ts';
import type { Ports } from '../core/ports.ts';
import type { BoundLimit } from '../core/principal.ts';
import type { Part, Quota, Reserved, Standing } from '../core/quota.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { Counted, Limit, Snapshot } from '../policy/snapshot.ts';
import { isSpent } from './amounts.ts';
import { claimsFor, type Wanted } from './claims.ts';
import { reached } from './limit-refusal.ts';
import { quotaOf } from './quota.ts';

/** What a door's reservation came to. */
export interface Held {
  readonly parts: readonly Part[];
  /** One a part, as are the standings. */
  readonly wanted: readonly Wanted[];
  readonly standings: readonly Standing[];
  /** Limits in shadow that the request exceeds, by id. */
  readonly exceeded: readonly string[];
  /** Counted in this replica's share alone. */
  readonly local: boolean;
}

/** A limit had no room. */
export interface Full {
  readonly full: Wanted;
  readonly standing: Standing;
  readonly refusal: Refusal;
}

export function reserve(x: Authorized, policy: Snapshot, ports: Ports): Soon<ReservedExchange | Refusal> {
  const counted: Counted = {
    principal: x.principal,
    operation: x.operation.name,
    clientAddress: x.clientAddress,
  };
  const { early } = limitsOf(policy);
  const { bound } = x.principal;
  const limits = bound?.limits === undefined ? early : [...early, ...bound.limits.map(ownLimit)];
  const wanted = claimsFor(limits, counted, ports.clock.now(), (limit) => (isSpent(limit) ? 0 : 1));
  return after(take(x.requestId, 1, wanted, ports), (held) => {
    if (isRefusal(held)) return held;
    if ('full' in held) return held.refusal;
    const { parts, exceeded, local } = held;
    const places = parts.filter(({ over }) => over.kind === 'places');
    return { ...x, places, exceeded, local, quotas: quotasOf(held) };
  });
}

/**
 * The second door's half: all that depends on the body.
 * @param step 2, or 3 where the same request is tried again with less
 * @param amount taken from each limit
 */
export function reserveUse(
  requestId: string,
  step: 2 | 3,
  counted: Counted,
  policy: Snapshot,
  ports: Ports,
  amount: (limit: Limit) => number,
): Soon<Held | Full | Refusal> {
  const { spent, byModel } = limitsOf(policy);
  const wanted = claimsFor([...spent, ...byModel], counted, ports.clock.now(), amount);
  return take(requestId, step, wanted, ports);
}

/**
 * Reserves for several requests that come as one, from all limits or from none.
 * @param requests by what they count as; limits on requests and places are not asked: it is one request that came
 */
export function reserveMany(
  requestId: string,
  requests: ReadonlyMap<Counted, (limit: Limit) => number>,
  policy: Snapshot,
  ports: Ports,
): Soon<Held | Full | Refusal> {
  const limits = [...limitsOf(policy).spent, ...limitsOf(policy).byModel.filter(isSpent)];
  const now = ports.clock.now();
  const wanted = [...requests].flatMap(([counted, amount]) => claimsFor(limits, counted, now, amount));
  return take(requestId, 2, wanted, ports);
}

/** Limits that speak of a request whose model is known. */
export function concernedBy(counted: Counted, policy: Snapshot): readonly Limit[] {
  const { spent, byModel } = limitsOf(policy);
  return [...spent, ...byModel].filter((limit) => limit.concerns(counted));
}

export function quotasOf({ wanted, standings }: Held): readonly Quota[] {
  return wanted.flatMap((one, i) => quotaOf(one, standings[i]) ?? []);
}

/** A limit of a key alone; its id cannot be that of one of the policy's. */
function ownLimit({ requests, windowMs }: BoundLimit, i: number): Limit {
  return {
    id: `key limits[${i}]`,
    counts: 'requests',
    per: ['key'],
    over: { kind: 'window', windowMs },
    needsModel: false,
    concerns: () => true,
    mostFor: () => requests,
    weighted: false,
    shadow: false,
    clamp: false,
    stop: false,
    alerts: [],
  };
}

/** A policy's limits by what can be asked of them when, parted once a snapshot. */
export interface PartedLimits {
  /** For the first door. */
  readonly early: readonly Limit[];
  /** Those of them whose amount the second door knows. */
  readonly spent: readonly Limit[];
  readonly byModel: readonly Limit[];
  /** Some limit asks how many tokens a request is. */
  readonly countTokens: boolean;
}

const PARTED = new WeakMap<Snapshot, PartedLimits>();

export function limitsOf(policy: Snapshot): PartedLimits {
  const known = PARTED.get(policy);
  if (known !== undefined) return known;
  const early = policy.limits.filter((limit) => !limit.needsModel);
  const parted = {
    early,
    spent: early.filter(isSpent),
    byModel: policy.limits.filter((limit) => limit.needsModel),
    countTokens: policy.limits.some(isSpent),
  };
  PARTED.set(policy, parted);
  return parted;
}

const NOTHING: Held = { parts: [], wanted: [], standings: [], exceeded: [], local: false };

/** A throw means that the state is out of reach, which is never *unlimited*. */
function take(
  id: string,
  step: number,
  wanted: readonly Wanted[],
  ports: Ports,
): Soon<Held | Full | Refusal> {
  if (wanted.length === 0) return NOTHING;
  const unavailable = (error: unknown): Refusal => {
    ports.faults.report('limits', error);
    return refuse('limits_unavailable', { retryAfter: 1 });
  };
  const claims = wanted.map(({ claim }) => claim);
  try {
    const reserved = ports.quotas.reserve(id, step, claims, ports.clock.now());
    if (!(reserved instanceof Promise)) return judge(reserved, wanted, ports);
    return reserved.then((answer) => judge(answer, wanted, ports), unavailable);
  } catch (error) {
    return unavailable(error);
  }
}

function judge(reserved: Reserved, wanted: readonly Wanted[], { meter }: Pick<Ports, 'meter'>): Held | Full {
  if (!reserved.admitted) {
    const full = wanted[reserved.claim] as Wanted;
    meter.limited(full.limit.id, 'refused');
    return { full, standing: reserved.standing, refusal: reached(full, reserved) };
  }
  const exceeded = [...new Set(reserved.exceeded.map((i) => (wanted[i] as Wanted).limit.id))];
  for (const id of exceeded) meter.limited(id, 'shadow');
  const { hold, standings, local } = reserved;
  return { parts: hold.parts, wanted, standings, exceeded, local };
}

/**
 * From a policy's limits to the counters that a request must fit into.
 *
 * A principal without an attribute that a limit counts by shares one counter with all others without it: leaving an
 * attribute out is no way around a limit. Names that are only unique within a tenant count within it.
 */

import { sourceNetwork } from '../core/network.ts';
import type { Claim, Over } from '../core/quota.ts';
import { periodAt } from '../limits/calendar.ts';
import type { Counted, CountedBy, Limit } from '../policy/snapshot.ts';

/** A claim, and the limit that it is made for. */
export interface Wanted {
  readonly limit: Limit;
  readonly claim: Claim;
  /** What the counter is of, for people: `tenant acme, project ranker`; empty where it is of all. */
  readonly about: string;
}

/** Groups that count apart for one request. A caller with more of them is counted in those that come first by name. */
const MOST_GROUPS = 64;

/**
 * @param now wall clock, milliseconds: which calendar period it is
 * @param amount taken from each limit
 */
export function claimsFor(
  limits: readonly Limit[],
  x: Counted,
  now: number,
  amount: (limit: Limit) => number,
): readonly Wanted[] {
  const wanted: Wanted[] = [];
  for (const limit of limits) {
    if (!limit.concerns(x)) continue;
    const over = overAt(limit.over, now);
    const most = limit.mostFor(x);
    const taken = amount(limit);
    const home = homeOf(limit, x);
    for (const { name, about } of countersOf(limit, x)) {
      const claim = { counter: name, home, over, limit: most, amount: taken, shadow: limit.shadow };
      wanted.push({ limit, claim, about });
    }
  }
  return wanted;
}

function overAt(over: Limit['over'], now: number): Over {
  return over.kind === 'calendar' ? { kind: 'period', ...periodAt(over.period, over.zone, now) } : over;
}

/** Attributes whose values two tenants may both have. A project stands in a team. */
const WITHIN: Partial<Record<CountedBy, readonly CountedBy[]>> = {
  team: ['tenant'],
  project: ['tenant', 'team'],
  application: ['tenant'],
  user: ['tenant'],
  group: ['tenant'],
};
/** What a counter is kept with those of the same tenant for. Others are shared by tenants. */
const OF_THE_CALLER: ReadonlySet<CountedBy> = new Set([
  'key',
  'user',
  'tenant',
  'team',
  'project',
  'application',
  'group',
]);

function homeOf({ per }: Limit, { principal }: Counted): string {
  return per.some((by) => OF_THE_CALLER.has(by)) ? (principal.tenant ?? '') : '';
}

interface Named {
  readonly name: string;
  readonly about: string;
}

/** One counter, or one for each group of the caller. */
function countersOf(limit: Limit, x: Counted): readonly Named[] {
  let named: readonly Named[] = [{ name: `${limit.id}|${limit.counts}`, about: '' }];
  for (const by of scopeOf(limit.per)) {
    const values = valuesOf(by, x);
    named = named.flatMap(({ name, about }) =>
      values.map((value) => ({
        name: `${name}|${label(value)}`,
        about: value === undefined ? about : `${about}${about === '' ? '' : ', '}${by} ${value}`,
      })),
    );
  }
  return named;
}

/** Lengths keep `a|b` + `c` apart from `a` + `b|c`. */
function label(value: string | undefined): string {
  return value === undefined ? '-' : `${value.length}:${value}`;
}

const SCOPES = new WeakMap<readonly CountedBy[], readonly CountedBy[]>();

function scopeOf(per: readonly CountedBy[]): readonly CountedBy[] {
  const known = SCOPES.get(per);
  if (known !== undefined) return known;
  const scope = [...new Set([...per.flatMap((by) => WITHIN[by] ?? []), ...per])];
  SCOPES.set(per, scope);
  return scope;
}

function valuesOf(by: CountedBy, x: Counted): readonly (string | undefined)[] {
  const { principal } = x;
  switch (by) {
    case 'group':
      return principal.groups.length === 0 ? [undefined] : [...principal.groups].sort().slice(0, MOST_GROUPS);
    case 'model':
      return [x.model];
    case 'backend':
      return [x.backend];
    case 'operation':
      return [x.operation];
    case 'network':
      return [sourceNetwork(x.clientAddress)];
    default:
      return [principal[by]];
  }
}

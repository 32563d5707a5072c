/**
 * Which grants match a principal? Found by look-up, so that the cost grows with the grants that concern the principal
 * and not with all there are.
 *
 * Each grant stands in the index under one attribute: of those that it names without globs, the one whose values the
 * fewest grants share (of `tenant: acme, key: ci`, the key). Grants for anybody, and those that name only globs, are
 * few and are tried each time.
 */
import { OPERATIONS, type OperationName } from '../core/operation.ts';
import { ATTRIBUTES, type Principal } from '../core/principal.ts';
import { type Facet, failingTest, isPattern, valuesAt } from './caller-test.ts';
import type { Facts, Grant, Mismatch } from './grant-rules.ts';
import type { GrantConfig } from './schema/grants.ts';
import type { Snapshot } from './snapshot.ts';
import { atOnce, mapSteps, type Steps } from './steps.ts';

export interface IndexedGrant {
  readonly grant: Grant;
  readonly to: GrantConfig['to'];
  readonly operations: ReadonlySet<OperationName>;
}

const FACETS = [...ATTRIBUTES, 'groups'] as const satisfies readonly Facet[];

/** A grant with its place in the policy and its test. */
interface Candidate {
  readonly order: number;
  readonly grant: Grant;
  readonly matches: (principal: Principal) => boolean;
}

interface Index {
  /** Facets under which any grant stands, with their values. */
  readonly buckets: Map<Facet, Map<string, Candidate[]>>;
  readonly rest: Candidate[];
}

export function indexGrants(grants: readonly IndexedGrant[]): Snapshot['grantsFor'] {
  return atOnce(indexSteps(grants));
}

/** The same in steps. */
export function* indexSteps(grants: readonly IndexedGrant[]): Steps<Snapshot['grantsFor']> {
  const sizes = yield* countValues(grants);
  const byOperation = new Map(
    OPERATIONS.map((name): [OperationName, Index] => [name, { buckets: new Map(), rest: [] }]),
  );
  yield* mapSteps(grants, ({ grant, to, operations }, order) => {
    const failing = failingTest(to);
    const candidate = { order, grant, matches: (who: Principal) => failing(who) === undefined };
    const facet = rarest(to, sizes);
    for (const operation of operations) {
      const index = byOperation.get(operation);
      if (index !== undefined) put(candidate, facet, valuesAt(to, facet), index);
    }
  });
  const last = new WeakMap<Principal, Found>();
  return (principal, operation) => {
    const before = last.get(principal);
    if (before?.operation === operation) return before.grants;
    const index = byOperation.get(operation);
    const grants = index === undefined ? [] : find(principal, index);
    last.set(principal, { operation, grants });
    return grants;
  };
}

/**
 * What a principal last asked for. Principals of keys and of remembered tokens are the same objects from request to
 * request, and mostly do the same thing.
 */
interface Found {
  readonly operation: OperationName;
  readonly grants: readonly Grant[];
}

/** The same question put to one grant, with the reason: for whoever explains. */
export function concernsOf(
  to: GrantConfig['to'],
  operations: ReadonlySet<OperationName>,
): (facts: Facts) => Mismatch | undefined {
  return ({ principal, operation }) => {
    if (!operations.has(operation)) return { on: 'operations', why: `it is not about ${operation}` };
    const failing = failingTest(to)(principal);
    return failing === undefined ? undefined : { on: 'to', why: `${failing} is not one of those meant` };
  };
}

function find(principal: Principal, index: Index): readonly Grant[] {
  const found = index.rest.filter((candidate) => candidate.matches(principal));
  for (const [facet, bucket] of index.buckets) {
    for (const value of valuesOf(principal, facet)) {
      for (const candidate of bucket.get(value) ?? []) {
        if (candidate.matches(principal)) found.push(candidate);
      }
    }
  }
  if (found.length > 1) found.sort((a, b) => a.order - b.order);
  return found.filter((candidate, i) => candidate !== found[i - 1]).map((candidate) => candidate.grant);
}

function put(candidate: Candidate, facet: Facet | undefined, values: readonly string[], index: Index): void {
  if (facet === undefined) {
    index.rest.push(candidate);
    return;
  }
  const bucket = index.buckets.get(facet) ?? new Map<string, Candidate[]>();
  index.buckets.set(facet, bucket);
  for (const value of new Set(values)) {
    const under = bucket.get(value);
    if (under === undefined) bucket.set(value, [candidate]);
    else under.push(candidate);
  }
}

/** How many grants name each value of each facet. */
function* countValues(
  grants: readonly IndexedGrant[],
): Steps<ReadonlyMap<Facet, ReadonlyMap<string, number>>> {
  const sizes = new Map(FACETS.map((facet): [Facet, Map<string, number>] => [facet, new Map()]));
  yield* mapSteps(grants, ({ to }) => {
    for (const [facet, counts] of sizes) {
      for (const value of valuesAt(to, facet)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  });
  return sizes;
}

/** @returns undefined where no facet is named without globs */
function rarest(
  to: GrantConfig['to'],
  sizes: ReadonlyMap<Facet, ReadonlyMap<string, number>>,
): Facet | undefined {
  let best: Facet | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const facet of FACETS) {
    const values = valuesAt(to, facet);
    if (values.length === 0 || values.some(isPattern)) continue;
    const shared = Math.max(...values.map((value) => sizes.get(facet)?.get(value) ?? 0));
    if (shared >= least) continue;
    best = facet;
    least = shared;
  }
  return best;
}

function valuesOf(principal: Principal, facet: Facet): readonly string[] {
  if (facet === 'groups') return principal.groups;
  const value = principal[facet];
  return value === undefined ? [] : [value];
}

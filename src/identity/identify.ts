/**
 * Who is asking: the evidence of a request, put to the methods that the policy accepts for it.
 *
 * A credential is judged once, by the method that knows it, and a bad one is never overlooked: not where the
 * connection would do, and not where nobody need prove anything.
 */
import type { Assigned, Principal } from '../core/principal.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { Requirement } from '../policy/identity-rules.ts';
import { conflictingCredentials, invalidCredential, missingCredential } from './challenge.ts';
import type { Evidence, IdentityMethod, Verdict } from './method.ts';

/**
 * @param methods all that the policy sets up, in the order in which they are asked
 * @param now wall clock, milliseconds
 */
export function identify(
  evidence: Evidence,
  methods: readonly IdentityMethod[],
  required: Requirement,
  now: number,
): Soon<Principal | Refusal> {
  const credential = evidence.credential === undefined ? undefined : judgeCredential(evidence, methods, now);
  return after(credential, (judged) => {
    if (isRefusal(judged)) return judged;
    return required.prove === 'all'
      ? proveAll(judged, evidence, methods, required, now)
      : proveAny(judged, evidence, methods, required, now);
  });
}

/** A credential that no method knows is as bad as a wrong one. */
function judgeCredential(
  evidence: Evidence,
  methods: readonly IdentityMethod[],
  now: number,
): Soon<Principal | Refusal> {
  const asked = methods.filter((method) => method.judges === 'credential');
  return after(firstOf(asked, evidence, now), (verdict) => verdict ?? invalidCredential('unknown'));
}

/** The verdict of the first method that has one. */
function firstOf(methods: readonly IdentityMethod[], evidence: Evidence, now: number): Soon<Verdict> {
  const [method, ...rest] = methods;
  if (method === undefined) return undefined;
  return after(method.verify(evidence, now), (verdict) => verdict ?? firstOf(rest, evidence, now));
}

/** Those that judge the connection, of what is accepted here. */
function ofConnection(methods: readonly IdentityMethod[], required: Requirement): readonly IdentityMethod[] {
  return methods.filter(({ judges, name }) => judges === 'connection' && required.methods.includes(name));
}

function proveAny(
  credential: Principal | undefined,
  evidence: Evidence,
  methods: readonly IdentityMethod[],
  required: Requirement,
  now: number,
): Soon<Principal | Refusal> {
  if (credential !== undefined) {
    return credential.methods.every((name) => required.methods.includes(name))
      ? credential
      : invalidCredential('not_accepted_here');
  }
  const asked = ofConnection(methods, required);
  return after(firstOf(asked, evidence, now), (verdict) => {
    if (verdict !== undefined) return verdict;
    return required.anonymous === undefined ? missingCredential() : anonymous(required.anonymous);
  });
}

function anonymous(assigned: Assigned): Principal {
  return { groups: [], ...assigned, methods: ['anonymous'], id: 'anonymous' };
}

/** Every method named must name somebody, and what they say of the caller must not differ. */
function proveAll(
  credential: Principal | undefined,
  evidence: Evidence,
  methods: readonly IdentityMethod[],
  required: Requirement,
  now: number,
): Soon<Principal | Refusal> {
  const proven = credential === undefined ? [] : [credential];
  if (credential?.methods.some((name) => !required.methods.includes(name))) {
    return invalidCredential('not_accepted_here');
  }
  const asked = ofConnection(methods, required);
  for (const method of asked) {
    const verdict = method.verify(evidence, now);
    // Whoever judges a connection has all that it needs at hand.
    if (verdict instanceof Promise) throw new TypeError(`${method.name} keeps a connection waiting`);
    if (verdict === undefined) return missingCredential();
    if (isRefusal(verdict)) return verdict;
    proven.push(verdict);
  }
  const known = new Set(proven.flatMap((principal) => principal.methods));
  if (required.methods.some((name) => !known.has(name))) return missingCredential();
  return proven.reduce<Principal | Refusal>(
    (one, other) => (isRefusal(one) ? one : join(one, other)),
    proven[0] ?? conflictingCredentials(),
  );
}

const SINGLE = ['key', 'user', 'tenant', 'team', 'project', 'application', 'issuer', 'workload'] as const;

/**
 * One principal of two: the first one's name, what both say. The issuer is the first one's, as its name is. Two
 * tenants, users or the like in one request are no principal.
 */
function join(one: Principal, other: Principal): Principal | Refusal {
  if (one === other) return one;
  for (const attribute of SINGLE) {
    if (attribute === 'issuer') continue;
    const [mine, theirs] = [one[attribute], other[attribute]];
    if (mine !== undefined && theirs !== undefined && mine !== theirs)
      return invalidCredential('identities_differ');
  }
  const scopes = one.scopes ?? other.scopes;
  return {
    ...other,
    ...one,
    methods: [...one.methods, ...other.methods],
    groups: [...new Set([...one.groups, ...other.groups])],
    ...(scopes !== undefined && { scopes }),
    labels: { ...other.labels, ...one.labels },
  };
}

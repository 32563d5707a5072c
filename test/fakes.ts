/** A world for the core: a clock that stands still, memory instead of stores, and a list of what was recorded. */
import { createHash } from 'node:crypto';
import type { Objects, Ports, ProofMemory, TokenMemory, VerifiedToken } from '../src/core/ports.ts';
import type { Quotas } from '../src/core/quota.ts';
import type { AuditRecord } from '../src/core/record.ts';
import type { ObjectRef, StoredObject } from '../src/core/stored-object.ts';
import { makeAssessor } from '../src/guards/assess/assessor.ts';
import { lookingOnce } from '../src/guards/assess/closely.ts';
import { loadModel } from '../src/guards/assess/load.ts';

export interface World extends Ports {
  readonly records: AuditRecord[];
  readonly faultsSeen: { where: string; error: unknown }[];
  readonly passagesOpen: Set<string>;
  /** Lets time pass, wall clock and monotonic alike. */
  pass(ms: number): void;
}

/** @param change ports that a test replaces, to make them fail or to watch them */
export function world(change: Partial<Ports> = {}): World {
  let time = Date.UTC(2026, 0, 1);
  let counter = 0;
  const records: AuditRecord[] = [];
  const faultsSeen: World['faultsSeen'] = [];
  const passagesOpen = new Set<string>();
  return {
    nextTurn: () => Promise.resolve(),
    clock: { now: () => time, elapsed: () => time },
    random: {
      bytes: (count) => Uint8Array.from({ length: count }, (_, i) => (counter++ * 31 + i * 17) % 256),
      fraction: () => 0,
    },
    keys: { find: () => ({ found: false, why: 'unknown' }) },
    // No issuer is within reach of a test that does not bring one.
    issuerKeys: { find: () => ({ missing: 'unavailable', retryAfter: 1 }) },
    introspection: { ask: () => ({ unavailable: true, retryAfter: 1 }) },
    tokens: tokenMemory(),
    proofs: proofMemory(),
    objects: objectMemory(),
    quotas: openQuotas(),
    forecast: { output: (_, __, { most }) => Math.min(most, 500), inputFactor: () => 1, learn: () => {} },
    tokenCounter: { count: (texts) => texts.reduce((sum, text) => sum + text.length, 0) },
    usageBook: { note: () => {} },
    signals: { raise: () => {} },
    backendTokens: { get: () => ({ unavailable: true, retryAfter: 1 }) },
    assessor: lookingOnce(makeAssessor(loadModel())),
    analyzers: { ask: () => Promise.resolve('unreachable') },
    health: { usable: () => true, note: () => {} },
    passages: { open: (v) => passagesOpen.add(v.requestId), close: (id) => passagesOpen.delete(id) },
    ledger: { write: (record) => records.push(record) },
    sealer: {
      mac: (text) => createHash('sha256').update(text).digest(),
      seal: (payload) => `seal(${payload})`,
      open: (sealed) => (sealed.startsWith('seal(') ? sealed.slice(5, -1) : undefined),
    },
    pressure: { overloaded: () => false },
    meter: {
      decided: () => {},
      tokens: () => {},
      found: () => {},
      latency: () => {},
      limited: () => {},
      answered: () => {},
      sessionFailed: () => {},
    },
    faults: { report: (where, error) => faultsSeen.push({ where, error }) },
    ...change,
    records,
    faultsSeen,
    passagesOpen,
    pass: (ms) => {
      time += ms;
    },
  };
}

/** Limits that nothing ever reaches. */
export function openQuotas(change: Partial<Quotas> = {}): Quotas {
  return {
    reserve: (id, _, claims, at) => ({
      admitted: true,
      hold: { id, parts: claims.map((claim) => ({ ...claim, at })) },
      standings: claims.map(({ amount, limit }) => ({ used: amount, limit, resetMs: 30_000 })),
      exceeded: [],
      local: false,
    }),
    extend: (hold, more) => ({
      hold: {
        ...hold,
        parts: hold.parts.map((part, i) => ({ ...part, amount: part.amount + (more[i] ?? 0) })),
      },
    }),
    settle: () => [],
    keep: () => {},
    ...change,
  };
}

function tokenMemory(): TokenMemory {
  const kept = new Map<string, VerifiedToken>();
  return {
    find(digest, now) {
      const token = kept.get(digest);
      return token !== undefined && now < token.expires ? token : undefined;
    },
    keep: (digest, token) => kept.set(digest, token),
  };
}

function proofMemory(): ProofMemory {
  const seen = new Set<string>();
  return {
    first(proof) {
      const first = !seen.has(proof);
      seen.add(proof);
      return first;
    },
  };
}

function objectMemory(): Objects {
  const kept = new Map<string, StoredObject>();
  const nameOf = ({ kind, id }: ObjectRef) => `${kind} ${id}`;
  return {
    find: (ref) => kept.get(nameOf(ref)),
    keep(object) {
      const before = kept.get(nameOf(object));
      if (before !== undefined && before.owner !== object.owner) return 'taken';
      kept.set(nameOf(object), object);
      return 'kept';
    },
    forget: (ref) => void kept.delete(nameOf(ref)),
  };
}

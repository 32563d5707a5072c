/** The ports of `explain`: nothing is fetched, counted or kept. */
import { createHash } from 'node:crypto';
import type { Keys, Ports } from '../core/ports.ts';
import type { Claim, Quotas } from '../core/quota.ts';
import type { AuditRecord } from '../core/record.ts';
import { estimateTokens } from '../dialects/tokens.ts';
import { makeAssessor } from '../guards/assess/assessor.ts';
import { lookingOnce } from '../guards/assess/closely.ts';
import { loadModel } from '../guards/assess/load.ts';
import { LearnedForecast } from '../limits/forecast.ts';
import { SYSTEM_RANDOM } from '../system.ts';

/** Nothing is fetched to explain a request: a token cannot be checked here. */
const WITHOUT_PROVIDERS: Pick<
  Ports,
  'backendTokens' | 'issuerKeys' | 'introspection' | 'tokens' | 'proofs' | 'objects'
> = {
  backendTokens: { get: () => ({ token: 'fetched-when-needed' }) },
  issuerKeys: { find: () => ({ missing: 'unavailable', retryAfter: 60 }) },
  introspection: { ask: () => ({ unavailable: true, retryAfter: 60 }) },
  tokens: { find: () => undefined, keep: () => {} },
  proofs: { first: () => true },
  objects: { find: () => undefined, keep: () => 'kept', forget: () => {} },
};

/** Every limit has room, and nothing is taken from any. */
function roomEverywhere(asked: Claim[]): Quotas {
  return {
    reserve(id, _, claims, at) {
      asked.push(...claims);
      return {
        admitted: true,
        hold: { id, parts: claims.map((claim) => ({ ...claim, at })) },
        standings: claims.map(({ amount, limit }) => ({ used: amount, limit, resetMs: 0 })),
        exceeded: [],
        local: false,
      };
    },
    extend: (hold) => ({ hold }),
    settle: () => [],
    keep: () => {},
  };
}

const WITHOUT_LEARNING: Pick<Ports, 'forecast' | 'tokenCounter' | 'usageBook' | 'signals'> = {
  forecast: new LearnedForecast(),
  tokenCounter: { count: (texts) => texts.reduce((sum, text) => sum + estimateTokens(text), 0) },
  usageBook: { note: () => {} },
  signals: { raise: () => {} },
};

/** What a request would have left behind. */
export interface Traces {
  readonly records: AuditRecord[];
  readonly claims: Claim[];
}

/** The world with nothing in it that counts or keeps. @param at the time; now if left out */
export function nothingCounted(keys: Keys, { records, claims }: Traces, at: number | undefined): Ports {
  return {
    nextTurn: () => Promise.resolve(),
    clock: { now: () => at ?? Date.now(), elapsed: () => performance.now() },
    random: SYSTEM_RANDOM,
    keys,
    ...WITHOUT_PROVIDERS,
    ...WITHOUT_LEARNING,
    quotas: roomEverywhere(claims),
    // Loading what looks twice takes a second.
    assessor: lookingOnce(makeAssessor(loadModel())),
    // Nobody else hears of a request that is only explained.
    analyzers: { ask: () => Promise.resolve([]) },
    health: { usable: () => true, note: () => {} },
    passages: { open: () => {}, close: () => {} },
    ledger: { write: (record) => records.push(record) },
    sealer: {
      mac: (text) => createHash('sha256').update(text).digest(),
      seal: (payload) => payload,
      open: (sealed) => sealed,
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
    faults: {
      report: (where, error) => {
        throw new Error(`${where} failed`, { cause: error });
      },
    },
  };
}

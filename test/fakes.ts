/** A world for the core: a clock that stands still, memory instead of stores, and a list of what was recorded. */
import type { Ports } from '../src/core/ports.ts';
import type { AuditRecord } from '../src/core/record.ts';

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
    limits: { take: () => ({ taken: true }) },
    passages: { open: (v) => passagesOpen.add(v.requestId), close: (id) => passagesOpen.delete(id) },
    ledger: { write: (record) => records.push(record) },
    sealer: {
      seal: (payload) => `seal(${payload})`,
      open: (sealed) => (sealed.startsWith('seal(') ? sealed.slice(5, -1) : undefined),
    },
    pressure: { overloaded: () => false },
    meter: {
      decided: () => {},
      tokens: () => {},
      found: () => {},
      latency: () => {},
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

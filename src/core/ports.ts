/** What the core needs of the world. Each port has one small job; the edges implement them. */
import type { KeyObject } from 'node:crypto';
import type { Principal } from './principal.ts';
import type { AuditRecord } from './record.ts';
import type { Soon } from './soon.ts';
import type { Voucher } from './voucher.ts';

export interface Clock {
  /** Wall clock, milliseconds since 1970. */
  now(): number;
  /** Monotonic, milliseconds; only differences mean anything. */
  elapsed(): number;
}

export interface Random {
  /** `count` bytes that nobody can guess. */
  bytes(count: number): Uint8Array;
  /** In [0, 1); for choices that nobody gains by guessing. */
  fraction(): number;
}

/** What a presented API key may turn out to be. Nothing tells a client which of the last three it was. */
export type KeyLookup =
  | { readonly found: true; readonly principal: Principal }
  | { readonly found: false; readonly why: 'unknown' | 'revoked' | 'expired' };

export interface Keys {
  /** One look-up by digest; cost does not depend on how many keys there are. */
  find(digest: string, now: number): KeyLookup;
}

/** One counter that a request must fit into. */
export interface Claim {
  /** Names the counter: limit and the attributes it counts by. */
  readonly counter: string;
  readonly limit: number;
  readonly windowMs: number;
  /** How many to take, a whole number of at least 1. */
  readonly amount: number;
}

export type Taken =
  | {
      readonly taken: true;
      readonly tightest?: { readonly limit: number; readonly remaining: number; readonly resetMs: number };
    }
  | { readonly taken: false; readonly claim: number; readonly retryMs: number };

export interface Limits {
  /** Takes from all counters, or from none and says which was full. Throws only if the state is out of reach. */
  take(claims: readonly Claim[], now: number): Soon<Taken>;
}

/** Requests that passed the first door and have not reached the second. */
export interface Passages {
  open(voucher: Voucher): void;
  /** The second door took over. */
  close(requestId: string): void;
}

export interface Ledger {
  write(record: AuditRecord): void;
}

/** Seals vouchers so that other replicas can open them and nobody else can make them. */
export interface Sealer {
  seal(payload: string): string;
  /** @returns the payload, or undefined if the seal is not ours. */
  open(sealed: string): string | undefined;
}

/** How busy the process is; asked once a request. */
export interface Pressure {
  /** True if new work should be turned away. */
  overloaded(): boolean;
}

/** Counters and timings by fixed names; label values come from the policy or from closed sets, never from a client. */
export interface Meter {
  decided(door: 1 | 2, operation: string, outcome: string, reason: string): void;
  tokens(operation: string, model: string, input: number, output: number): void;
  found(type: string, direction: 'input' | 'output', action: string, count: number): void;
  latency(operation: string, ms: number): void;
  /** A stream of the second door was ended with an error, so that nothing passed unseen. */
  sessionFailed(reason: string): void;
}

/** Where thrown errors go: bugs and ports out of order. The text is for operators, never for clients. */
export interface Faults {
  report(where: string, error: unknown): void;
}

export interface Ports {
  /** Lets other work run before more of a long piece of work is done. */
  readonly nextTurn: () => Promise<void>;
  /** Keys the digests of API keys, where the operator set one. */
  readonly pepper?: KeyObject | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: Keys;
  readonly limits: Limits;
  readonly passages: Passages;
  readonly ledger: Ledger;
  readonly sealer: Sealer;
  readonly pressure: Pressure;
  readonly meter: Meter;
  readonly faults: Faults;
}

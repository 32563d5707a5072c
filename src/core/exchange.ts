/**
 * One request as the first door learns about it. Each stage adds facts to the type, so a stage that needs a
 * principal cannot be put before the one that finds it: the chain does not compile.
 */
import type { Headers } from './headers.ts';
import type { Operation } from './operation.ts';
import type { Principal } from './principal.ts';

/** What Envoy told us, before anything was believed. */
export interface Received {
  readonly method: string;
  /** Path with query, as Envoy would forward it. */
  readonly path: string;
  readonly authority: string;
  readonly headers: Headers;
  /** Address of the peer as Envoy saw it, empty if unknown. */
  readonly sourceAddress: string;
  /** Milliseconds of the wall clock at arrival. */
  readonly receivedAt: number;
}

/** Canonical, within bounds, and given an id of our own making. */
export interface Admitted extends Received {
  readonly requestId: string;
  /** The path without its query. */
  readonly route: string;
}

export interface Matched extends Admitted {
  readonly operation: Operation;
}

export interface Identified extends Matched {
  readonly principal: Principal;
  /** Headers that carried the credential; they never travel on. */
  readonly credentialHeaders: readonly string[];
}

export interface Authorized extends Identified {
  /** Ids of the grants that allow the operation, in the policy's order. */
  readonly grants: readonly string[];
}

export interface Reserved extends Authorized {
  /** What the tightest limit has left, for the client's headers; absent where no limit applies. */
  readonly quota?: QuotaState;
}

/** The tightest limit's state, as told to the client. */
export interface QuotaState {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the window is whole again. */
  readonly resetSeconds: number;
}

/** The contract of a way to prove who is asking. One file a method; each answers for its own evidence only. */
import type { Peer } from '../core/exchange.ts';
import type { Headers } from '../core/headers.ts';
import type { Method, Principal } from '../core/principal.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Soon } from '../core/soon.ts';
import type { Credential } from './credentials.ts';

/** All that a method may look at. Nothing of it was believed yet, but what Envoy itself states. */
export interface Evidence {
  /** The one key or token of the request; undefined where it has none. */
  readonly credential: Credential | undefined;
  readonly headers: Headers;
  readonly method: string;
  /** The path without its query. */
  readonly route: string;
  readonly authority: string;
  /** Who connected to Envoy: address and TLS certificate. */
  readonly peerAddress: string;
  readonly peer: Peer | undefined;
  /** The caller's own address, seen past trusted proxies; empty if unknown. */
  readonly clientAddress: string;
}

/**
 * - a principal: mine, and good
 * - a refusal: mine, and bad; nobody else is asked
 * - undefined: nothing of mine is here; another method may know it
 */
export type Verdict = Principal | Refusal | undefined;

export interface IdentityMethod {
  readonly name: Method;
  /** Whether it judges the request's credential, of which there is one at most, or the connection. */
  readonly judges: 'credential' | 'connection';
  /** @param now wall clock, milliseconds */
  verify(evidence: Evidence, now: number): Soon<Verdict>;
}

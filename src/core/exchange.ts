/**
 * One request as the first door learns about it. Each stage adds facts to the type, so a stage that needs a
 * principal cannot be put before the one that finds it: the chain does not compile.
 */
import type { Headers } from './headers.ts';
import type { Operation } from './operation.ts';
import type { Principal } from './principal.ts';
import type { Part, Quota } from './quota.ts';

/** What Envoy told us, before anything was believed. */
export interface Received {
  readonly method: string;
  /** Path with query, as Envoy would forward it. */
  readonly path: string;
  readonly authority: string;
  readonly headers: Headers;
  /** Address of the peer as Envoy saw it, empty if unknown. */
  readonly sourceAddress: string;
  /** What Envoy states of the peer's TLS certificate; absent without one. */
  readonly peer?: Peer;
  /** Milliseconds of the wall clock at arrival. */
  readonly receivedAt: number;
}

/** `AttributeContext.Peer` of Envoy. The handshake proved that the peer holds the key; Envoy judged the chain. */
export interface Peer {
  /** `principal`: the first URI name of the certificate, else its first DNS name, else its subject. */
  readonly principal?: string;
  /** `certificate`: PEM, URL-encoded; only where the filter is told `include_peer_certificate`. */
  readonly certificate?: string;
}

/** Canonical, within bounds, and given an id of our own making. */
export interface Admitted extends Received {
  readonly requestId: string;
  /** The path without its query. */
  readonly route: string;
  /** The caller's own address, seen past the proxies that the policy trusts; empty if unknown. */
  readonly clientAddress: string;
}

export interface Matched extends Admitted {
  readonly operation: Operation;
}

export interface Identified extends Matched {
  readonly principal: Principal;
  /** Headers that carried credentials or spoke of them; they never travel on. */
  readonly credentialHeaders: readonly string[];
  /** Members of the query that carried them. */
  readonly credentialParameters: readonly string[];
}

export interface Authorized extends Identified {
  /** Ids of the grants that allow the operation, or may once the body is read, in the policy's order. */
  readonly grants: readonly string[];
}

export interface Reserved extends Authorized {
  /** Places that the request holds; it gives them back when it is over. */
  readonly places: readonly Part[];
  /** Limits in shadow that it exceeds, by id. */
  readonly exceeded: readonly string[];
  /** Counted in this replica's share alone, because the shared state is away. */
  readonly local: boolean;
  /** For the client's headers. */
  readonly quotas: readonly Quota[];
}

/**
 * What limits count, and what a request holds of them: taken before it is let in, settled when its real use is known.
 *
 * A request reserves at each door, from all counters or from none. What it reserved makes one hold, which travels with
 * it; settling replaces what each part holds by what was used. A hold that is never settled, because its replica died,
 * stays charged; only its places come free, when their leases run out.
 */
import type { Soon } from './soon.ts';

/** Over what a counter counts. Times are milliseconds. */
export type Over =
  /** The last `windowMs`, sliding. */
  | { readonly kind: 'window'; readonly windowMs: number }
  /** A bucket that holds `burst` and fills by the claim's `limit` in `windowMs`, evenly. */
  | { readonly kind: 'bucket'; readonly windowMs: number; readonly burst: number }
  /** One calendar period of the wall clock, half-open. */
  | { readonly kind: 'period'; readonly start: number; readonly end: number }
  /** Places that requests stand on: each until it is given back, or its lease was not renewed in time. */
  | { readonly kind: 'places' };

/** One counter that a request must fit into. */
export interface Claim {
  /** Names the counter: the limit, and the attributes that it counts by. Any text of any length. */
  readonly counter: string;
  /** Counters of one home are kept together, on one node of a cluster: a tenant, or '' for what all of them share. */
  readonly home: string;
  readonly over: Over;
  /** A whole number, at most 2^50. */
  readonly limit: number;
  /** A whole number from 0 to 2^50; 1 of places. With 0 nothing is taken, and it fits while anything is left at all. */
  readonly amount: number;
  /** Counted and reported, but refuses nothing. */
  readonly shadow: boolean;
}

/** What a request holds of one counter. Plain data: it crosses the doors. */
export interface Part {
  readonly counter: string;
  readonly home: string;
  readonly over: Over;
  readonly limit: number;
  readonly amount: number;
  /** When it was taken, or last extended, by the state's own clock, milliseconds. */
  readonly at: number;
  /** Of `amount`: taken in a window before the one of `at`. It is not given back. */
  readonly fixed?: number;
  /** Of `amount`: taken from a replica's own share while the shared state was away, which does not know of it. */
  readonly local?: number;
  /** As claimed: it refuses no extension. */
  readonly shadow?: boolean;
}

/** All that one request holds. */
export interface Hold {
  /** The request's id: places are known by it. */
  readonly id: string;
  readonly parts: readonly Part[];
}

/** How a counter stands after it was asked. `limit - used` is left; less than nothing, where it was overused. */
export interface Standing {
  /** What counts now, this request included. */
  readonly used: number;
  /** As claimed; of a bucket its burst. */
  readonly limit: number;
  /** Milliseconds until all of it is free again, if nothing more is taken: 0 for places. */
  readonly resetMs: number;
}

export type Reserved =
  | {
      readonly admitted: true;
      readonly hold: Hold;
      /** One a claim. */
      readonly standings: readonly Standing[];
      /** Claims in shadow that did not fit, by their position. */
      readonly exceeded: readonly number[];
      /** Each replica enforces its own share, because the shared state is away. */
      readonly local: boolean;
    }
  | {
      readonly admitted: false;
      /** Position of the first claim that did not fit. */
      readonly claim: number;
      /** Until it may, if nothing else is taken before. */
      readonly retryMs: number;
      readonly standing: Standing;
      readonly local: boolean;
    };

/**
 * The state of all limits. Every method rejects, or throws, only if the state is out of reach and the policy says
 * `deny`: that is never *unlimited*. One round trip each, whatever the number of claims; on a cluster one a home.
 */
export interface Quotas {
  /**
   * Takes from all counters, or from none and says which was full. A hold's places are leased for `LEASE_MS`.
   * @param id of the request; `step` tells its reservations apart: the same id and step again take nothing more
   */
  reserve(id: string, step: number, claims: readonly Claim[], now: number): Soon<Reserved>;
  /**
   * Takes more for parts of a hold, from all or from none.
   * @param more one a part, 0 for none @param force takes it even where it does not fit
   * @returns the hold with what it has now, or the position of the part that did not fit
   */
  extend(
    hold: Hold,
    more: readonly number[],
    now: number,
    force?: boolean,
  ): Soon<{ readonly hold: Hold } | { readonly full: number }>;
  /**
   * Replaces what each part holds by what was used, which may be more, and gives places back. Once an id: later calls
   * change nothing. Never rejects for a state that is away: it is done as soon as it is back, or in this replica's share.
   * @returns how the counters of the parts stand afterwards; empty if that cannot be known yet
   */
  settle(hold: Hold, used: readonly number[], now: number): Soon<readonly Standing[]>;
  /** Renews the places of a hold until it is settled. */
  keep(hold: Hold): void;
}

/** How long a place is held that nobody renews: a replica that died keeps others out no longer than this. */
export const LEASE_MS = 10_000;
/** How often places are renewed. */
export const RENEW_MS = 3_000;

/** A limit as clients are told of it. Plain data: it crosses the doors. */
export interface Quota {
  readonly id: string;
  readonly counts: 'requests' | 'tokens' | 'input_tokens' | 'output_tokens';
  readonly limit: number;
  readonly remaining: number;
  readonly resetMs: number;
  readonly windowMs: number;
}

/** What a service keeps, and where: in its own process, or in a Redis that replicas share. */
import type { Keys, Objects, Passages } from '../core/ports.ts';
import type { Quotas } from '../core/quota.ts';
import type { Soon } from '../core/soon.ts';
import type { UsageAnswer, UsageBook, UsageQuery } from '../core/usage-book.ts';
import { type EmbeddedHealth, type EmbeddedOptions, openEmbeddedState } from './embedded/index.ts';
import type { Address } from './redis/address.ts';
import type { QuotasHealth, WhenAway } from './redis/away.ts';

export interface StateHealth extends EmbeddedHealth {
  /** Of limits that are shared: whether they are, and what holds while they are not. */
  readonly limits?: QuotasHealth;
}

export interface State {
  readonly keys: Keys & { readonly size: number };
  readonly quotas: Quotas;
  readonly usage: UsageBook & { query(query: UsageQuery, mostRows: number): Promise<UsageAnswer> };
  readonly passages: Passages & { readonly size: number };
  readonly objects: Objects;
  /** Counters that limits hold in this process. */
  readonly counters: () => number;
  health(): StateHealth;
  /** Once. */
  close(): Soon<void>;
}

export interface StateOptions extends EmbeddedOptions {
  /** Where the shared state is; undefined for one of this process's own. */
  readonly redis?: Address | undefined;
  /** What the policy says now about a Redis that is away. */
  readonly whenAway: () => WhenAway;
}

/** @throws Error if it cannot be opened, or Redis does not answer */
export async function openState(options: StateOptions): Promise<State> {
  const { redis: address } = options;
  if (address === undefined) {
    const state = openEmbeddedState(options);
    return { ...state, counters: () => state.quotas.size };
  }
  // Only who shares a state pays for loading the client.
  const { openRedisState } = await import('./redis/index.ts');
  return { ...(await openRedisState({ ...options, address })), counters: () => 0 };
}

/**
 * What the first door found out, on its way to the second. It travels in Envoy's dynamic metadata, sealed, so that
 * any replica can believe it and no client or other filter can make one.
 */
import type { Operation } from './operation.ts';
import type { Principal } from './principal.ts';
import type { Part, Quota } from './quota.ts';

export interface Voucher {
  readonly requestId: string;
  /** Version of the policy that the first door judged by. */
  readonly policy: string;
  /** Wall clock, milliseconds: when the first door vouched. */
  readonly issuedAt: number;
  /** Wall clock, milliseconds: when the request came; latency counts from here. */
  readonly arrivedAt: number;
  readonly method: string;
  /** Path with query: the second door must see the same. */
  readonly path: string;
  readonly operation: Operation;
  readonly principal: Principal;
  /** The host that was asked, as Envoy gave it. */
  readonly authority: string;
  /** The caller's own address; empty if unknown. */
  readonly clientAddress: string;
  /** What the first door's reservation came to, where a limit applies. */
  readonly reserved?: {
    readonly places: readonly Part[];
    readonly exceeded: readonly string[];
    readonly local: boolean;
    readonly quotas: readonly Quota[];
  };
}

/** The record: one a request, refused ones included. It holds no text of a prompt or an answer, and no secret. */
import type { BoundedFeature, Feature } from './feature.ts';
import type { FindingCount } from './finding.ts';
import type { Usage } from './money.ts';
import type { OperationName } from './operation.ts';
import type { Principal } from './principal.ts';
import type { RefusalCode } from './refusal.ts';

export interface AuditRecord {
  /** RFC 3339, UTC, when the first door got the request. */
  readonly time: string;
  readonly request: string;
  /**
   * `allowed`: it reached the model. `refused`: one of the doors said no. `cut`: an answer was stopped by us midway.
   * `abandoned`: the client or the proxy went away, or the second door was never reached.
   */
  readonly outcome: 'allowed' | 'refused' | 'cut' | 'abandoned';
  /** Why, for all but `allowed`. */
  readonly reason: RefusalCode | 'client_gone' | 'not_followed' | 'proxy_answered' | null;
  /** More than the client was told: why a credential was no good, which grant denied. */
  readonly why: string | null;
  /** The door that decided. */
  readonly door: 1 | 2;
  readonly method: string;
  /** Without its query, at most 256 characters. */
  readonly path: string;
  readonly operation: OperationName | null;
  readonly principal: Omit<Principal, 'groups' | 'bound'> | null;
  readonly model: { readonly asked: string; readonly served: string | null } | null;
  /** The one that answered, where the proxy tried several. */
  readonly backend: string | null;
  /** How often one was asked; null where none was. */
  readonly attempts: number | null;
  /** What was asked beyond text, and what of it was taken out or held to a most. */
  readonly features: readonly Feature[];
  readonly stripped: readonly Feature[];
  readonly clamped: readonly BoundedFeature[];
  readonly stream: boolean;
  /** The status that the client got, null if it got none. */
  readonly status: number | null;
  readonly tokens: Usage | null;
  /** Nano-units of the policy's currency; null where the price is unknown. */
  readonly cost_nano: number | null;
  /** Limits in shadow that it exceeded, by id; and whether this replica counted alone, without the shared state. */
  readonly limits: { readonly shadow: readonly string[]; readonly local: boolean };
  readonly latency_ms: number;
  /** From arrival to the first byte of the answer's body that left us. */
  readonly first_token_ms: number | null;
  readonly findings: readonly FindingCount[];
  /** False where a part of the request or answer was not looked at, and why. */
  readonly inspected: { readonly request: Inspection; readonly response: Inspection };
  readonly policy: string | null;
}

/** `none` there was nothing to inspect; `skipped` there was, and policy or mode left it unseen. */
export type Inspection = 'whole' | 'partial' | 'none' | 'skipped';

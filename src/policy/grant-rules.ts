/** Permissions, compiled. */
import type { Feature } from '../core/feature.ts';
import type { OperationName } from '../core/operation.ts';
import type { Principal } from '../core/principal.ts';

/** What a grant may ask about a request. The first door knows no body yet. */
export interface Facts {
  readonly principal: Principal;
  readonly operation: OperationName;
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly host: string;
  readonly clientAddress: string;
  /** Milliseconds of the wall clock: the same at both doors. */
  readonly time: number;
  readonly body?: BodyFacts;
}

export interface BodyFacts {
  /** Absent for operations that name none. */
  readonly model?: string;
  readonly stream: boolean;
  readonly features: readonly Feature[];
  /** Bounds that the request sets itself. */
  readonly n?: number;
  readonly maxOutputTokens?: number;
}

/** Why a grant says nothing about a request. */
export interface Mismatch {
  readonly on:
    | 'to'
    | 'operations'
    | 'models'
    | 'scopes'
    | 'networks'
    | 'during'
    | 'when'
    | 'bound'
    | 'features';
  /** For people, of our own words and the policy's: `tenant is not acme`. */
  readonly why: string;
}

export interface Grant {
  /** As refusals, records and `explain` name it: its `id`, or `grants[n]`. */
  readonly id: string;
  readonly effect: 'allow' | 'deny';
  readonly allowsModel: (model: string) => boolean;
  /** Whether a request that the grant allows may go to a backend with these labels; absent: to any. */
  readonly allowsBackend?: (labels: Readonly<Record<string, string>>) => boolean;
  /** True where it allows channels, into which nobody looks. */
  readonly opensChannels: boolean;
  /** True where every model is meant, also one that is not known yet. */
  readonly anyModel: boolean;
  /** How an allowing grant treats each feature; which features a denying one is about: all, or those named. */
  readonly features: FeatureRules;
  /** Scopes that the credential must all have been issued with, by operation; empty for none. */
  scopesFor(operation: OperationName): readonly string[];
  /** True where the condition asks about the body, so that the first door cannot judge it. */
  readonly needsBody: boolean;
  /** True where what it says depends on the principal and the operation alone: not on time, place or condition. */
  readonly fixed: boolean;
  /**
   * Judges `scopes`, `networks`, `during`, `when` and, of a principal that is bound to grants, whether this is one of them.
   * A condition that fails keeps an allowing grant from applying, and makes a denying one apply. One that needs the
   * body is not judged before there is one.
   */
  applies(facts: Facts): Mismatch | undefined;
  /** Judges `to` and `operations` as the index does, for whoever explains. */
  concerns(facts: Facts): Mismatch | undefined;
}

/** What becomes of a feature that a request asks for. */
export type FeatureRule =
  | { readonly kind: 'allow' }
  | { readonly kind: 'deny' }
  /** Taken out of the request. */
  | { readonly kind: 'strip' }
  /** Held to a most; an `amount` as in `FeatureUse`. */
  | { readonly kind: 'clamp'; readonly most: number }
  /** MCP only: servers by URL or connector, and tools; what matches none is denied. */
  | {
      readonly kind: 'servers';
      readonly allows: (use: {
        readonly server: string;
        readonly tools?: readonly string[];
        readonly approval?: boolean;
      }) => boolean;
    };

export interface FeatureRules {
  /** What the grant says of a feature. */
  of(feature: Feature): FeatureRule;
  /** True where the grant speaks of no feature by name: a denying grant is then about the whole request. */
  readonly silent: boolean;
}

/** The policy as requests meet it: frozen, compiled, nothing left to parse or to look for. */
import type { Action } from '../core/finding.ts';
import type { Price } from '../core/money.ts';
import type { DialectName, OperationName } from '../core/operation.ts';
import type { AnalyzerSource, TokenSource } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import type { Role } from '../core/text.ts';
import type { MaskStyle } from '../guards/mask.ts';
import type { Own } from '../guards/rules.ts';
import type { FindingCondition } from './finding-condition.ts';
import type { Grant } from './grant-rules.ts';
import type { IdentityRules } from './identity-rules.ts';
import type { Limit } from './limit-rules.ts';

export type * from './grant-rules.ts';
export type * from './identity-rules.ts';
export type * from './limit-rules.ts';

export interface Snapshot {
  /** The first 16 hexadecimal digits of the SHA-256 of the policy's canonical form, secrets left out. */
  readonly version: string;
  readonly identity: IdentityRules;
  readonly models: ReadonlyMap<string, Model>;
  readonly backends: ReadonlyMap<string, Backend>;
  /**
   * Grants, allowing and denying, whose `to` and `operations` fit, found by look-up, in the policy's order. Whether
   * each applies is `Grant.applies`.
   */
  grantsFor(principal: Principal, operation: OperationName): readonly Grant[];
  /** All of them, for whoever explains. */
  readonly grants: readonly Grant[];
  /** Limits that apply to the principal; the work does not grow with the number of principals. */
  readonly limits: readonly Limit[];
  readonly prices: PriceRules;
  readonly state: StateRules;
  /** What the organization itself looks for, by finding type. */
  readonly content: ReadonlyMap<string, Own>;
  /** Others who look at texts, by name. */
  readonly analyzers: ReadonlyMap<string, AnalyzerSource>;
  readonly guardrails: readonly Guardrail[];
  readonly bounds: Bounds;
  readonly audit: AuditRules;
}

export interface Model {
  /** The name that clients ask for. */
  readonly name: string;
  readonly backends: readonly Served[];
  /** Tenants that may know of it; absent: everybody. */
  readonly tenants?: readonly string[];
  /** A conversation stays at one backend. */
  readonly sticky: boolean;
}

/** A model at a backend. */
export interface Served {
  readonly backend: string;
  /** The name that the backend knows it by. */
  readonly model: string;
  /** Share of the requests, a whole number of at least 1. */
  readonly weight: number;
  /** From 0; a greater one waits until no smaller one can be used. */
  readonly priority: number;
  /** Where the proxy sends the very same request if this backend fails; absent: nowhere. */
  readonly fallback?: Fallback;
  /** What it costs there; absent where nobody knows. */
  readonly price?: Price;
}

export interface Fallback {
  /** Names the clusters as one, the backend's own among them. */
  readonly group: string;
  /** Backends, in the order in which they are asked. */
  readonly backends: readonly string[];
}

export interface Backend {
  readonly name: string;
  readonly dialect: DialectName;
  /** Cluster in Envoy. */
  readonly cluster: string;
  /** Its address, for whoever writes that cluster; requests never look at it. */
  readonly url?: string;
  /** Sent instead of the client's credential; absent where the backend wants none. */
  readonly credential?: Credential;
  /** Of single tenants. Where there is none for the others, the backend serves these alone. */
  readonly tenantCredentials?: ReadonlyMap<string, Credential>;
  /** Tenants whose requests it serves and whose objects it keeps; absent: everybody's. */
  readonly tenants?: readonly string[];
  /** What grants may require of it. */
  readonly labels?: Readonly<Record<string, string>>;
  /** How long it may say nothing before a fallback is asked, in milliseconds; absent: as long as a stream may. */
  readonly silenceMs?: number;
}

/** What proves this service to a backend. Its secrets stand in no record, no log and no explanation. */
export type Credential =
  /** @property header that it stands in; the dialect's own if absent */
  | { readonly kind: 'static'; readonly secret: string; readonly header?: string }
  | { readonly kind: 'token'; readonly source: TokenSource }
  | ({ readonly kind: 'aws' } & AwsKeys);

/** What requests are signed with, and for what. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region: string;
  readonly service: string;
  /** As the proxy sends it to the backend. */
  readonly host: string;
}

export interface Guardrail {
  readonly id: string;
  readonly on: 'input' | 'output';
  /** Finding types, wildcards resolved: `pii.email`. */
  readonly detect: readonly string[];
  readonly action: Action;
  /** Of `mask`; a pseudonym is put back in the answer. */
  readonly as: MaskStyle;
  /** Said to the client when it blocks. */
  readonly message?: string;
  /** Where requests go that `route` is about. */
  readonly model?: string;
  /** Countries whose telephone numbers are believed as they are written there. */
  readonly regions?: readonly string[];
  /** Absent: texts of all roles. */
  readonly roles?: readonly Role[];
  /** Absent: each type's own. */
  readonly threshold?: number;
  /** Texts that are no findings, in lower case. */
  readonly allow?: ReadonlySet<string>;
  readonly shadow: boolean;
  /** Whether it is about requests of this principal for this model; absent: about all. */
  readonly concerns?: (principal: Principal, model: string | undefined) => boolean;
  /** Share of the requests that it is about; absent: all. */
  readonly sample?: number;
  /** Whether it acts on what was found in a prompt; absent: always. */
  readonly when?: FindingCondition;
}

export interface Bounds {
  /** Bytes of a request body, and of its decoded form. */
  readonly requestBytes: number;
  /** Bytes of an answer held for inspection; a stream holds far less. */
  readonly responseBytes: number;
  /** Milliseconds that a realtime session may last. */
  readonly sessionMs: number;
  readonly jsonDepth: number;
  readonly jsonValues: number;
}

export interface AuditRules {
  readonly file?: { readonly path: string; readonly rotateBytes: number; readonly keepDays: number };
}

export interface PriceRules {
  /** ISO 4217. */
  readonly currency: string;
  /** What becomes of a model without a price, where a budget applies. */
  readonly unknown: 'deny' | 'tokens';
}

export interface StateRules {
  /** What counts while the shared state is away: nothing, so that limits refuse; or each replica's own share. */
  readonly whenAway: 'deny' | 'local';
  /** Replicas that share it. */
  readonly replicas: number;
}

/** How callers prove who they are, compiled: what the methods of `identity/` judge by. */
import type { Networks } from '../core/network.ts';
import type { OperationName } from '../core/operation.ts';
import type { IntrospectionSource, KeyLookup, KeySource } from '../core/ports.ts';
import type { Assigned, Method } from '../core/principal.ts';

export interface IdentityRules {
  readonly apiKeys?: ApiKeyRules;
  /** Issuers of signed tokens, by their exact `iss`. */
  readonly issuers: ReadonlyMap<string, IssuerRules>;
  readonly introspection: readonly IntrospectionRules[];
  readonly mtls?: MtlsRules;
  readonly mesh?: MeshRules;
  /** What must be proved, and which ways will do. */
  requires(operation: OperationName, host: string): Requirement;
  /** RFC 9728: what clients may discover; absent where nothing is said. */
  readonly resource?: ResourceRules;
  /** Is the host that a client asks served at all? */
  serves(authority: string): boolean;
  /** Proxies in front of Envoy whose `x-forwarded-for` is believed. */
  readonly trustedHops: number;
}

export interface Requirement {
  /** `any`: one of the methods will do. `all`: every one of them must name somebody. */
  readonly prove: 'any' | 'all';
  readonly methods: readonly Method[];
  /** Who asks where nothing at all was presented; a bad credential is never overlooked. Absent: nobody. */
  readonly anonymous?: Assigned;
}

export interface ApiKeyRules {
  /** Headers that a key may come in, lower case. */
  readonly headers: readonly string[];
  /** May it come as `?key=`? */
  readonly query: boolean;
  /** Keys that the policy itself declares, by digest. Keys made by the command line live in the state. */
  find(digest: string, now: number): KeyLookup | undefined;
}

/** Where in a token's claims an attribute is: names from the outside in. */
export type ClaimPath = readonly string[];

/** Which claims become which attributes. An attribute without a path is not read. */
export interface ClaimRules {
  readonly subject: ClaimPath;
  readonly user?: ClaimPath;
  readonly tenant?: ClaimPath;
  readonly team?: ClaimPath;
  readonly project?: ClaimPath;
  readonly application?: ClaimPath;
  readonly groups: readonly ClaimPath[];
  /** Lists, or texts of words between spaces (RFC 8693, section 4.2). */
  readonly scopes: readonly ClaimPath[];
  readonly labels: ReadonlyMap<string, ClaimPath>;
}

/** What is the same for signed and for introspected tokens. */
export interface TokenRules {
  /** Names the issuer in records, grants and principals. */
  readonly id: string;
  readonly audiences: readonly string[];
  readonly claims: ClaimRules;
  /** Attributes that every principal of this issuer has, whatever its token says. */
  readonly assign: Assigned;
  /** Whether bearer tokens will do, or only tokens bound to a key (RFC 8705, RFC 9449). */
  readonly binding: 'optional' | 'required';
  readonly toleranceMs: number;
}

export interface IssuerRules extends TokenRules, KeySource {
  /** JWS algorithms, all asymmetric. */
  readonly algorithms: readonly string[];
  /** `typ` of the header, lower case, `application/` left out; `''` stands for none. */
  readonly types: readonly string[];
  /** Since `iat`, in milliseconds. */
  readonly maxAgeMs: number;
  /** Bytes of a token. */
  readonly maxBytes: number;
}

export interface IntrospectionRules extends TokenRules, IntrospectionSource {
  /** Must stand in `iss` of the answer where it has one. */
  readonly issuer?: string;
  /** How long an answer is believed, at most, in milliseconds; never beyond the token's own life. */
  readonly cacheMs: number;
}

/** A name as a certificate carries it. */
export interface CertificateNames {
  readonly uris: readonly string[];
  readonly dns: readonly string[];
  /** Of the subject, as RFC 4514 would write each: `CN`, `O`, `OU`. */
  readonly subject: ReadonlyMap<string, readonly string[]>;
  /** SHA-256 of the certificate, lower-case hexadecimal. */
  readonly digest: string;
}

export interface MtlsRules {
  /** Who a certificate names; undefined if nobody that the policy knows. */
  nameOf(names: CertificateNames): NamedWorkload | undefined;
  /** From whom `x-forwarded-client-cert` is believed; absent: from nobody. */
  readonly forwarded?: ForwardedRules;
}

export interface NamedWorkload {
  /** Becomes the principal's id. */
  readonly id: string;
  readonly issuer?: string;
  readonly workload: string;
  readonly assign: Assigned;
}

export interface ForwardedRules {
  /** The peer that connects to Envoy must be one of these … */
  readonly networks?: Networks;
  /** … and prove one of these identities, each a URI name of its certificate. At least one of the two is given. */
  readonly peers?: readonly string[];
  /** Which element speaks of the caller: the one that the trusted hop added, or the first of all. */
  readonly element: 'last' | 'first';
}

export interface MeshRules {
  /** Istio: Envoy's own word on the peer, `source.principal`. Needs no certificate. */
  readonly istio: boolean;
  /** Linkerd: a header that its proxy sets, believed from these networks only. */
  readonly linkerd?: { readonly header: string; readonly networks: Networks };
  /** Who an identity names; undefined if nobody that the policy knows. */
  nameOf(identity: string): NamedWorkload | undefined;
}

export interface ResourceRules {
  /** The URL that clients know this API by. */
  readonly url: string;
  /** Where its metadata are, and what they say: RFC 9728, section 3. */
  readonly metadataUrl: string;
  readonly metadataPath: string;
  readonly metadata: string;
}

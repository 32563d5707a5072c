/** Who is asking. Attributes that a credential does not carry are absent, never empty. */

/** Ways to prove it, named as the sections of the policy that set them up. */
export const METHODS = ['api-key', 'oidc', 'introspection', 'mtls', 'mesh', 'anonymous'] as const;
export type Method = (typeof METHODS)[number];

export interface Principal {
  /** How they proved it: one way, or several where the policy wants all of them. */
  readonly methods: readonly Method[];
  /**
   * Stable and unique: the id of an API key, `<issuer>/<subject>` of a token, the SPIFFE id or the digest of a
   * certificate, `anonymous`. At most 256 printable characters.
   */
  readonly id: string;
  readonly key?: string;
  readonly user?: string;
  readonly tenant?: string;
  readonly team?: string;
  readonly project?: string;
  readonly application?: string;
  /** Who vouches for it: the id of an issuer in the policy, or a trust domain. */
  readonly issuer?: string;
  /** The calling workload: its SPIFFE id, or the name in its certificate. */
  readonly workload?: string;
  readonly groups: readonly string[];
  /** What the credential was issued for; absent where it was issued for nothing in particular. */
  readonly scopes?: readonly string[];
  /** More attributes, by names that the policy gives. Ask with `Object.hasOwn`: names are anybody's. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What narrows this credential beyond the policy's own grants and limits. */
  readonly bound?: Bound;
}

/** Set on a credential when it was issued. It can only take away. */
export interface Bound {
  /** Ids of grants: no other allows anything. Denials hold all the same. */
  readonly grants?: readonly string[];
  /** Limits of this credential alone. */
  readonly limits?: readonly BoundLimit[];
}

export interface BoundLimit {
  readonly requests: number;
  readonly windowMs: number;
}

/** The attributes that grants match and limits count by, each a plain string. */
export const ATTRIBUTES = [
  'key',
  'user',
  'tenant',
  'team',
  'project',
  'application',
  'issuer',
  'workload',
] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

/** What may be said of a principal beside who vouches for it. */
export type Assigned = Pick<
  Principal,
  'user' | 'tenant' | 'team' | 'project' | 'application' | 'scopes' | 'labels'
> &
  Partial<Pick<Principal, 'groups'>>;

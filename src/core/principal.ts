/** Who is asking. Attributes that a credential does not carry are absent, never empty. */
export interface Principal {
  /** How they proved it. */
  readonly method: 'api-key';
  /** Stable and unique: the key's id for an API key. */
  readonly id: string;
  readonly key?: string;
  readonly user?: string;
  readonly tenant?: string;
  readonly team?: string;
  readonly project?: string;
  readonly application?: string;
  readonly groups: readonly string[];
}

/** The attributes that grants match and limits count by, each a plain string. */
export const ATTRIBUTES = ['key', 'user', 'tenant', 'team', 'project', 'application'] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

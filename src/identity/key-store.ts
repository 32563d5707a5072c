/** The contract of where API keys live, for those who manage them. Requests need only the `Keys` port of it. */

import type { KeyOwner } from '../core/key-owner.ts';
import type { Keys } from '../core/ports.ts';
import type { Soon } from '../core/soon.ts';

/** A key as it is stored: all but the key. Times are of the wall clock, in milliseconds. */
export interface KeyRow {
  /** `key_` and random characters; never used again, even after the key is gone. */
  readonly id: string;
  /** As `digestOf` makes it. */
  readonly digest: string;
  readonly hint: string;
  readonly owner: KeyOwner;
  readonly created: number;
  /** First moment at which it is no longer good. */
  readonly expires: number | null;
  readonly revoked: number | null;
  /** The key that it replaces. */
  readonly rotatedFrom: string | null;
  /** To the minute: when it last identified somebody. */
  readonly lastUsed: number | null;
}

/** A key that was just made. The only place where its text is ever seen. */
export interface NewKey {
  readonly row: KeyRow;
  readonly secret: string;
}

/** A key that comes from elsewhere. */
export interface KeyImport {
  readonly owner: KeyOwner;
  readonly expires: number | null;
  /** As `digestOf` makes it; absent for a key that is to be made. */
  readonly digest?: string;
}

export type KeyProblem =
  | { readonly problem: 'known_digest'; readonly at: number }
  | { readonly problem: 'unknown_key' }
  | { readonly problem: 'already_revoked'; readonly at: number }
  | { readonly problem: 'expired'; readonly at: number }
  | { readonly problem: 'already_rotated'; readonly to: string };

/** Changes are told once they last. Each rejects, or throws, if the store cannot be reached. */
export interface KeyStore extends Keys {
  create(owner: KeyOwner, expires: number | null): Soon<NewKey>;
  /** Stores many keys in one step, all or none. One without a digest is made; its text is in the answer. */
  createAll(keys: readonly KeyImport[]): Soon<readonly (NewKey | KeyRow)[] | KeyProblem>;
  /** Oldest first. */
  list(): Soon<readonly KeyRow[]>;
  /**
   * Makes a key for the same owner; the old one stays good for `overlapMs`, or until its own expiry if that comes
   * first. `expires` is the new key's; where it is undefined the new key lives as long as the old one was made to.
   */
  rotate(id: string, overlapMs: number, expires?: number): Soon<NewKey | KeyProblem>;
  /** The key is refused from now on: at once in this process, within a second in others on the same state. */
  revoke(id: string): Soon<KeyRow | KeyProblem>;
  /** How many keys are stored, good or not. */
  readonly size: number;
}

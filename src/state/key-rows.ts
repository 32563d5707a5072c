/** How keys are made and replaced, wherever they are stored. */
import type { KeyOwner } from '../core/key-owner.ts';
import type { Random } from '../core/ports.ts';
import { digestOf, hint, mint, type Pepper, randomText } from '../identity/api-key.ts';
import type { KeyImport, KeyProblem, KeyRow, NewKey } from '../identity/key-store.ts';

const ID_LENGTH = 16;

export class KeyMaker {
  readonly #random: Random;
  readonly #pepper: Pepper | undefined;

  constructor(random: Random, pepper: Pepper | undefined) {
    this.#random = random;
    this.#pepper = pepper;
  }

  /** @param now wall clock, milliseconds */
  make(owner: KeyOwner, expires: number | null, rotatedFrom: string | null, now: number): NewKey {
    const secret = mint(this.#random);
    const digest = digestOf(secret, this.#pepper);
    return { row: this.#row(owner, expires, digest, hint(secret), rotatedFrom, now), secret };
  }

  /** A key that is to be made, or one that was made elsewhere: what that looks like is not known. */
  import({ owner, expires, digest }: KeyImport, now: number): NewKey | { readonly row: KeyRow } {
    if (digest === undefined) return this.make(owner, expires, null, now);
    return { row: this.#row(owner, expires, digest, 'sp_…', null, now) };
  }

  /** The key that replaces another one; it lives as long as that was made to, if nothing else is said. */
  replace(old: KeyRow, expires: number | undefined, now: number): NewKey {
    const lifetime = old.expires === null ? null : now + old.expires - old.created;
    return this.make(old.owner, expires ?? lifetime, old.id, now);
  }

  #row(
    owner: KeyOwner,
    expires: number | null,
    digest: string,
    shown: string,
    rotatedFrom: string | null,
    created: number,
  ): KeyRow {
    const id = `key_${randomText(this.#random, ID_LENGTH)}`;
    return { id, digest, hint: shown, owner, created, expires, revoked: null, rotatedFrom, lastUsed: null };
  }
}

/** A key that was replaced, good for a while still. */
export function outgoing(old: KeyRow, overlapMs: number, now: number): KeyRow {
  return { ...old, expires: Math.min(old.expires ?? Number.POSITIVE_INFINITY, now + overlapMs) };
}

/** @param successors keys that replace it already */
export function whyNotRotate(
  old: KeyRow | undefined,
  successors: readonly KeyRow[],
  now: number,
): KeyProblem | undefined {
  if (old === undefined) return { problem: 'unknown_key' };
  if (old.revoked !== null) return { problem: 'already_revoked', at: old.revoked };
  if (old.expires !== null && old.expires <= now) return { problem: 'expired', at: old.expires };
  const successor = successors.find((row) => row.revoked === null);
  return successor === undefined ? undefined : { problem: 'already_rotated', to: successor.id };
}

/** Position of the first digest that an earlier key of a list has already. */
export function repeatedDigest(keys: readonly KeyImport[]): number | undefined {
  const seen = new Set<string>();
  for (const [at, { digest }] of keys.entries()) {
    if (digest === undefined) continue;
    if (seen.has(digest)) return at;
    seen.add(digest);
  }
  return undefined;
}

/** API keys as requests meet them: all in the memory of this process, found by digest in one look-up. */
import { lookupOf } from '../core/key-owner.ts';
import type { KeyLookup } from '../core/ports.ts';
import type { KeyRow } from '../identity/key-store.ts';

/** `last used` is told to the minute: a busy key is written once a minute, not once a second. */
const LAST_USED_STEP_MS = 60_000;

const UNKNOWN: KeyLookup = { found: false, why: 'unknown' };
const REVOKED: KeyLookup = { found: false, why: 'revoked' };
const EXPIRED: KeyLookup = { found: false, why: 'expired' };

interface Held {
  readonly id: string;
  readonly found: KeyLookup;
  readonly expires: number;
  readonly revoked: boolean;
  lastUsed: number;
}

export class HeldKeys {
  readonly #held = new Map<string, Held>();
  readonly #used = new Map<string, number>();

  get size(): number {
    return this.#held.size;
  }

  /** How many uses wait to be written down. */
  get waiting(): number {
    return this.#used.size;
  }

  find(digest: string, now: number): KeyLookup {
    const held = this.#held.get(digest);
    if (held === undefined) return UNKNOWN;
    if (held.revoked) return REVOKED;
    if (now >= held.expires) return EXPIRED;
    if (now - held.lastUsed >= LAST_USED_STEP_MS) {
      held.lastUsed = now;
      this.#used.set(held.id, now);
    }
    return held.found;
  }

  /** Takes over how a key is stored now. One that was revoked stays so, whatever is stored. */
  hold(row: KeyRow): void {
    const before = this.#held.get(row.digest);
    this.#held.set(row.digest, {
      id: row.id,
      found: lookupOf(row.id, row.owner),
      expires: row.expires ?? Number.POSITIVE_INFINITY,
      revoked: row.revoked !== null || before?.revoked === true,
      lastUsed: Math.max(
        row.lastUsed ?? Number.NEGATIVE_INFINITY,
        before?.lastUsed ?? Number.NEGATIVE_INFINITY,
      ),
    });
  }

  /** The first uses that wait to be written down, by key. */
  firstUses(count: number): [id: string, at: number][] {
    const first: [string, number][] = [];
    for (const use of this.#used) {
      if (first.length === count) break;
      first.push(use);
    }
    return first;
  }

  /** They are written down. */
  written(uses: readonly (readonly [id: string, at: number])[]): void {
    for (const [id, at] of uses) if (this.#used.get(id) === at) this.#used.delete(id);
  }
}

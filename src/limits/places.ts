/**
 * Places that requests stand on, each for as long as its lease is renewed. Leases all have one length, so they run out
 * in the order in which they were made or renewed, which is the order they are kept in: what ran out is found in front.
 */
export class Places {
  readonly #leaseMs: number;
  /** Until when each is held. */
  readonly #held = new Map<string, number>();

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** How many are held now. */
  count(now: number): number {
    for (const [id, until] of this.#held) {
      if (until > now) break;
      this.#held.delete(id);
    }
    return this.#held.size;
  }

  has(id: string, now: number): boolean {
    return (this.#held.get(id) ?? 0) > now;
  }

  /** Takes a place, or renews the lease of the one that it has. Time must not go backwards. */
  take(id: string, now: number): void {
    this.#held.delete(id);
    this.#held.set(id, now + this.#leaseMs);
  }

  leave(id: string): void {
    this.#held.delete(id);
  }

  /** Milliseconds until the first lease runs out, unless it is renewed; 0 if nobody stands here. */
  firstEnd(now: number): number {
    if (this.count(now) === 0) return 0;
    const first = this.#held.values().next().value ?? now;
    return first - now;
  }
}

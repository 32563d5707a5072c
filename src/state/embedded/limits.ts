/**
 * Limits in the memory of one process.
 *
 * Time is the process's monotonic clock: a jump of the wall clock neither gives anybody a fresh window nor freezes a
 * full one. Memory is bounded: counters of which nothing counts any more are swept as new ones come, two looked at for
 * each that is added, so nothing ever walks them all. Where there are more live counters than fit, further names share
 * a fixed number of them: too strict for some rather than unlimited for anybody.
 */
import { hash } from 'node:crypto';
import type { Claim, Clock, Limits, Taken } from '../../core/ports.ts';
import { add, advance, type Counter, fresh, resetAfter, used, waitFor } from '../../limits/window.ts';

/** A counter of its own costs about 250 bytes: 50 MB when full. */
const MAX_COUNTERS = 200_000;
const SHARED_COUNTERS = 1024;
/** Longer names are kept as their digest. */
const MAX_NAME = 160;
const SWEPT_PER_ADDED = 2;

interface Entry {
  counter: Counter;
  readonly windowMs: number;
}

type Tightest = NonNullable<Extract<Taken, { taken: true }>['tightest']>;

export class EmbeddedLimits implements Limits {
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #maxCounters: number;
  readonly #entries = new Map<string, Entry>();
  #hand = this.#entries.entries();

  constructor(clock: Pick<Clock, 'elapsed'>, maxCounters = MAX_COUNTERS) {
    this.#clock = clock;
    this.#maxCounters = maxCounters;
  }

  /** How many counters are held, shared ones included. */
  get size(): number {
    return this.#entries.size;
  }

  /** Takes in the order of the claims, and gives everything back if one of them is full. */
  take(claims: readonly Claim[]): Taken {
    const now = Math.floor(this.#clock.elapsed());
    let tightest: Tightest | undefined;
    for (let i = 0; i < claims.length; i++) {
      const claim = claims[i] as Claim;
      const entry = this.#entryOf(claim, now);
      const remaining = claim.limit - used(entry.counter, now, claim.windowMs) - claim.amount;
      if (remaining < 0) {
        this.#giveBack(claims.slice(0, i), now);
        const retryMs = waitFor(entry.counter, claim.amount, claim.limit, now, claim.windowMs);
        return { taken: false, claim: i, retryMs };
      }
      entry.counter = add(entry.counter, claim.amount);
      if (tightest === undefined || remaining < tightest.remaining) {
        tightest = { limit: claim.limit, remaining, resetMs: resetAfter(entry.counter, now, claim.windowMs) };
      }
    }
    return tightest === undefined ? { taken: true } : { taken: true, tightest };
  }

  #giveBack(claims: readonly Claim[], now: number): void {
    for (const claim of claims) {
      const entry = this.#entryOf(claim, now);
      entry.counter = add(entry.counter, -claim.amount);
    }
  }

  /** The claim's counter as of now. */
  #entryOf(claim: Claim, now: number): Entry {
    const name = nameOf(claim);
    const entry = this.#entries.get(name) ?? this.#added(name, claim, now);
    entry.counter = advance(entry.counter, now, claim.windowMs);
    return entry;
  }

  #added(name: string, claim: Claim, now: number): Entry {
    this.#sweep(now);
    if (this.#entries.size < this.#maxCounters) return this.#insert(name, claim, now);
    const shared = sharedNameOf(name, claim);
    return this.#entries.get(shared) ?? this.#insert(shared, claim, now);
  }

  #insert(name: string, claim: Claim, now: number): Entry {
    const entry = { counter: fresh(now, claim.windowMs), windowMs: claim.windowMs };
    this.#entries.set(name, entry);
    return entry;
  }

  /** A clock hand over the entries; where it reaches the end it begins anew. */
  #sweep(now: number): void {
    for (let i = 0; i < SWEPT_PER_ADDED; i++) {
      const next = this.#hand.next();
      if (next.done) {
        this.#hand = this.#entries.entries();
        return;
      }
      const [name, { counter, windowMs }] = next.value;
      if (now - counter.start >= 2 * windowMs) this.#entries.delete(name);
    }
  }
}

/** A limit whose window was changed by a new policy counts anew. */
function nameOf(claim: Claim): string {
  const name = `${claim.windowMs}|${claim.counter}`;
  return name.length <= MAX_NAME ? name : hash('sha256', name, 'base64url');
}

/** One of a fixed number of counters for each limit, chosen by nobody's will. */
function sharedNameOf(name: string, claim: Claim): string {
  const share = Number.parseInt(hash('sha256', name).slice(0, 8), 16) % SHARED_COUNTERS;
  return `shared|${claim.windowMs}|${claim.limit}|${share}`;
}

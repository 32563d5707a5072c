/**
 * One counter each of the kinds that limits count by: the arithmetic of `src/limits` and what it stands at.
 *
 * Each is asked in turns of one request: `excess` or `used` bring it up to now, whatever follows may rely on that.
 */
import { LEASE_MS, type Over, type Part } from '../../core/quota.ts';
import { empty, fallsAfter, giveBack as giveBackTo, leak, levelOf, pour } from '../../limits/bucket.ts';
import { Places } from '../../limits/places.ts';
import * as window from '../../limits/window.ts';

/** One moment by both clocks, milliseconds. */
export interface Moment {
  /** By the state's own clock, which never goes back. */
  readonly own: number;
  readonly wall: number;
}

/** What is asked of a counter: claims and parts are such. */
export interface Terms<O extends Over = Over> {
  readonly over: O;
  readonly limit: number;
}

/** What lasts of a counter: three whole numbers, and when they mean nothing any more, by the wall clock. */
export interface Saved {
  readonly at: number;
  readonly amount: number;
  readonly rest: number;
  readonly expires: number;
}

export interface Counter {
  /** What counts now. */
  used(terms: Terms, now: Moment): number;
  /** How much too much an amount would be; at most 0 if it fits. */
  excess(terms: Terms, amount: number, id: string, now: Moment): number;
  /** @returns what was really taken: nothing, if the request stands on its place already */
  take(amount: number, id: string, now: Moment): number;
  /** Takes back what was taken at this very moment. */
  undo(amount: number, id: string): void;
  /** Gives back of what was taken for a part. */
  giveBack(part: Part, amount: number, id: string, now: Moment): void;
  /** Until so much less is in it, if nothing more is taken. */
  waitMs(terms: Terms, excess: number, now: Moment): number;
  resetMs(terms: Terms, now: Moment): number;
  /** Nothing that counts would be lost with it. @param tight there is no room for what nobody may ask for again */
  idle(now: Moment, tight: boolean): boolean;
  saved(now: Moment): Saved;
}

type WindowOver = Extract<Over, { kind: 'window' }>;
type BucketOver = Extract<Over, { kind: 'bucket' }>;
type PeriodOver = Extract<Over, { kind: 'period' }>;

const DAY_MS = 86_400_000;
/** A wall clock that steps back finds the periods that it comes back to. */
const KEPT_AFTER_MS = 2 * DAY_MS;
/** What was overused may add up beyond every limit; here it stops, so that all numbers stay exact. */
const FULLEST = 2 ** 51;
const NEVER = 2 ** 52;

/** @param saved what it stood at, from before a restart */
export function counterOf(terms: Terms, now: Moment, saved?: Omit<Saved, 'expires'>): Counter {
  const { over, limit } = terms;
  if (over.kind === 'window') return new WindowCounter(over, now, saved);
  if (over.kind === 'bucket') return new BucketCounter({ over, limit }, now, saved);
  return over.kind === 'period' ? new PeriodCounter(over, saved) : new PlacesCounter();
}

/** The most that may count at once. */
export function mostOf({ over, limit }: Terms): number {
  return over.kind === 'bucket' ? over.burst : limit;
}

/** With an amount of 0 something must be left all the same. */
function excessOf(terms: Terms, used: number, amount: number): number {
  return used + Math.max(1, amount) - mostOf(terms);
}

class WindowCounter implements Counter {
  readonly #windowMs: number;
  #counter: window.Counter;

  constructor({ windowMs }: WindowOver, now: Moment, saved?: Omit<Saved, 'expires'>) {
    this.#windowMs = windowMs;
    const fresh = window.fresh(now.own, windowMs);
    // A clock that was put back meanwhile must not make it count for longer than it would have.
    this.#counter =
      saved === undefined
        ? fresh
        : { start: Math.min(saved.at, fresh.start), current: saved.amount, previous: saved.rest };
  }

  used(_terms: Terms, { own }: Moment): number {
    this.#counter = window.advance(this.#counter, own, this.#windowMs);
    return window.used(this.#counter, own, this.#windowMs);
  }

  excess(terms: Terms, amount: number, _id: string, now: Moment): number {
    return excessOf(terms, this.used(terms, now), amount);
  }

  take(amount: number): number {
    const taken = Math.min(amount, FULLEST - this.#counter.current);
    this.#counter = window.add(this.#counter, taken);
    return taken;
  }

  undo(amount: number): void {
    this.#counter = window.add(this.#counter, -amount);
  }

  giveBack({ at }: Part, amount: number): void {
    this.#counter = window.giveBack(this.#counter, amount, at, this.#windowMs);
  }

  waitMs(terms: Terms, excess: number, now: Moment): number {
    const amount = mostOf(terms) + excess - window.used(this.#counter, now.own, this.#windowMs);
    return window.waitFor(this.#counter, amount, terms.limit, now.own, this.#windowMs);
  }

  resetMs(_terms: Terms, now: Moment): number {
    return window.resetAfter(this.#counter, now.own, this.#windowMs);
  }

  idle(now: Moment): boolean {
    return now.own - this.#counter.start >= 2 * this.#windowMs;
  }

  saved({ own, wall }: Moment): Saved {
    const { start, current, previous } = this.#counter;
    return { at: start, amount: current, rest: previous, expires: wall + start + 2 * this.#windowMs - own };
  }
}

class BucketCounter implements Counter {
  readonly #windowMs: number;
  /** Of the last that asked: how fast it leaks. */
  #limit: number;
  #bucket: ReturnType<typeof empty>;

  constructor({ over, limit }: Terms<BucketOver>, now: Moment, saved?: Omit<Saved, 'expires'>) {
    this.#windowMs = over.windowMs;
    this.#limit = limit;
    this.#bucket =
      saved === undefined
        ? empty(now.own)
        : { at: Math.min(saved.at, now.own), whole: saved.amount, rest: saved.rest };
  }

  used({ limit }: Terms, { own }: Moment): number {
    this.#bucket = leak(this.#bucket, own, { limit, windowMs: this.#windowMs });
    this.#limit = limit;
    return levelOf(this.#bucket);
  }

  excess(terms: Terms, amount: number, _id: string, now: Moment): number {
    return excessOf(terms, this.used(terms, now), amount);
  }

  take(amount: number): number {
    const taken = Math.min(amount, FULLEST - this.#bucket.whole);
    this.#bucket = pour(this.#bucket, taken);
    return taken;
  }

  undo(amount: number): void {
    this.#bucket = pour(this.#bucket, -amount);
  }

  giveBack(part: Part, amount: number, _id: string, now: Moment): void {
    this.used(part, now);
    this.#bucket = giveBackTo(this.#bucket, amount, part.at, this.#rate);
  }

  waitMs(_terms: Terms, excess: number): number {
    return Math.max(1, fallsAfter(this.#bucket, levelOf(this.#bucket) - excess, this.#rate));
  }

  resetMs(): number {
    return fallsAfter(this.#bucket, 0, this.#rate);
  }

  idle({ own }: Moment): boolean {
    return own >= this.#emptyAt();
  }

  saved({ own, wall }: Moment): Saved {
    const { at, whole, rest } = this.#bucket;
    return { at, amount: whole, rest, expires: Math.min(wall - own + this.#emptyAt(), NEVER) };
  }

  #emptyAt(): number {
    if (this.#limit === 0 && levelOf(this.#bucket) > 0) return NEVER;
    return this.#bucket.at + fallsAfter(this.#bucket, 0, this.#rate);
  }

  get #rate() {
    return { limit: this.#limit, windowMs: this.#windowMs };
  }
}

class PeriodCounter implements Counter {
  readonly #end: number;
  #used: number;

  constructor({ end }: PeriodOver, saved?: Omit<Saved, 'expires'>) {
    this.#end = end;
    this.#used = saved?.amount ?? 0;
  }

  used(): number {
    return this.#used;
  }

  excess(terms: Terms, amount: number): number {
    return excessOf(terms, this.#used, amount);
  }

  take(amount: number): number {
    const taken = Math.min(amount, FULLEST - this.#used);
    this.#used += taken;
    return taken;
  }

  undo(amount: number): void {
    this.#used = Math.max(0, this.#used - amount);
  }

  giveBack(_part: Part, amount: number): void {
    this.undo(amount);
  }

  waitMs(_terms: Terms, _excess: number, { wall }: Moment): number {
    return Math.max(1, this.#end - wall);
  }

  resetMs(_terms: Terms, { wall }: Moment): number {
    return this.#used === 0 ? 0 : Math.max(0, this.#end - wall);
  }

  idle({ wall }: Moment, tight: boolean): boolean {
    return wall >= this.#end + (tight ? 0 : KEPT_AFTER_MS);
  }

  saved(): Saved {
    return { at: 0, amount: this.#used, rest: 0, expires: this.#end + KEPT_AFTER_MS };
  }
}

class PlacesCounter implements Counter {
  readonly #places = new Places(LEASE_MS);

  used(_terms: Terms, { own }: Moment): number {
    return this.#places.count(own);
  }

  excess(terms: Terms, amount: number, id: string, { own }: Moment): number {
    return this.#places.has(id, own) ? 0 : excessOf(terms, this.#places.count(own), amount);
  }

  take(amount: number, id: string, { own }: Moment): number {
    const taken = this.#places.has(id, own) ? 0 : amount;
    if (amount > 0) this.#places.take(id, own);
    return taken;
  }

  undo(amount: number, id: string): void {
    if (amount > 0) this.#places.leave(id);
  }

  giveBack(_part: Part, _amount: number, id: string): void {
    this.#places.leave(id);
  }

  waitMs(_terms: Terms, _excess: number, { own }: Moment): number {
    return Math.max(1, this.#places.firstEnd(own));
  }

  resetMs(): number {
    return 0;
  }

  idle({ own }: Moment): boolean {
    return this.#places.count(own) === 0;
  }

  saved(): Saved {
    throw new Error('places are not kept: their requests end with the process');
  }
}

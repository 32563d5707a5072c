/**
 * The leaky bucket as a meter, in whole numbers: what GCRA (ITU-T I.371) decides, told in amounts instead of times.
 *
 * What is taken is poured in and leaks out evenly, `limit` in `windowMs`; nothing fits that would rise above the burst.
 * The level is kept as a whole number and a rest in parts of 1/windowMs, so nothing is ever rounded, however often it is
 * asked. Exact while amounts, limits and bursts are at most 2⁵⁰.
 *
 * What it promises, with time never going backwards: any span of `d` milliseconds, wherever it begins, admits at most
 * `burst + limit × d / windowMs`. What is given back later counts as never taken, and the promise still holds: of an
 * amount taken at `t`, as much is given back as cannot have leaked out since. If the bucket was never empty since, it
 * leaked exactly that; if it was, then giving back changes nothing, because less is in it than would be given back.
 */

import { divided, dividedUp } from './exact.ts';

export interface Bucket {
  /** As of when, milliseconds. */
  readonly at: number;
  readonly whole: number;
  /** Parts of 1/windowMs, below one. */
  readonly rest: number;
}

/** How fast it leaks. */
export interface Rate {
  readonly limit: number;
  readonly windowMs: number;
}

export function empty(at: number): Bucket {
  return { at, whole: 0, rest: 0 };
}

/** The bucket as of now: what leaked out since is gone. */
export function leak(bucket: Bucket, now: number, { limit, windowMs }: Rate): Bucket {
  if (now <= bucket.at) return bucket;
  if (bucket.whole === 0 && bucket.rest === 0) return empty(now);
  const [gone, goneRest] = divided(limit, now - bucket.at, windowMs);
  const borrow = goneRest > bucket.rest;
  const whole = bucket.whole - gone - (borrow ? 1 : 0);
  if (whole < 0) return empty(now);
  return { at: now, whole, rest: bucket.rest - goneRest + (borrow ? windowMs : 0) };
}

/** How much is in it, rounded up. `bucket` must be as of now. */
export function levelOf({ whole, rest }: Bucket): number {
  return rest === 0 ? whole : whole + 1;
}

export function pour(bucket: Bucket, amount: number): Bucket {
  return { at: bucket.at, whole: bucket.whole + amount, rest: bucket.rest };
}

/** The bucket after giving back an amount that was taken at a time. `bucket` must be as of now. */
export function giveBack(bucket: Bucket, amount: number, takenAt: number, { limit, windowMs }: Rate): Bucket {
  const leaked = dividedUp(limit, Math.max(0, bucket.at - takenAt), windowMs);
  const back = Math.max(0, amount - leaked);
  return back > bucket.whole
    ? empty(bucket.at)
    : { at: bucket.at, whole: bucket.whole - back, rest: bucket.rest };
}

/** Milliseconds until the level has fallen by an amount from its present height. A whole window where it never will. */
export function fallsAfter({ whole, rest }: Bucket, to: number, { limit, windowMs }: Rate): number {
  if (whole < to || (whole === to && rest === 0)) return 0;
  if (limit === 0 || to < 0) return windowMs;
  // (whole - to + rest / windowMs) × windowMs / limit, in two parts that are exact each.
  const [ms, left] = divided(whole - to, windowMs, limit);
  return ms + Math.ceil((left + rest) / limit);
}

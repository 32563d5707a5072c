/**
 * The sliding-window counter, in whole numbers.
 *
 * Time is cut into windows of `windowMs`. A counter knows how much was taken in the current window and in the one
 * before; what counts is all of the current one and the part of the previous one that a window ending now still
 * covers, taken as if it had been spread evenly:
 *
 *     used = current + ⌈previous × weight / 1024⌉        weight = ⌈1024 × (windowMs − age) / windowMs⌉
 *
 * with `age` the milliseconds since the current window began. Both roundings go up, so the counter is never looser than
 * the exact formula. All numbers stay exact while amounts are at most 2⁵⁰ and windows below 2⁴² ms (139 years).
 *
 * What it promises, with time never going backwards:
 * - a counter that was idle for two windows admits exactly `limit`;
 * - no aligned window admits more than `limit`;
 * - no span of `d` milliseconds, wherever it begins, admits more than `limit × (1 + d / windowMs)`.
 *
 * Why the last holds for a span that begins in window i and ends y ms into window i+1: let P be what window i
 * admitted. The last amount admitted in window i+1 found `used ≤ limit`, so that window admitted at most
 * `limit − P × (windowMs − y) / windowMs`; both together are at most `limit + P × y / windowMs`, and P ≤ limit, y ≤ d.
 * Longer spans add whole windows of at most `limit` each. So a short burst is held to the limit even across a window's
 * edge, where a fixed window would let through twice as much; over a whole window, twice the limit is approached but
 * never reached.
 */
import { divided } from './exact.ts';

export interface Counter {
  /** When the current window began, milliseconds; a multiple of the window. */
  readonly start: number;
  readonly current: number;
  readonly previous: number;
}

const STEPS = 1024;

/** A counter of which nothing was taken. */
export function fresh(now: number, windowMs: number): Counter {
  return { start: startOf(now, windowMs), current: 0, previous: 0 };
}

/** The counter as of now: windows that are over were left behind. */
export function advance(counter: Counter, now: number, windowMs: number): Counter {
  const age = now - counter.start;
  if (age < windowMs) return counter;
  const previous = age < 2 * windowMs ? counter.current : 0;
  return { start: startOf(now, windowMs), current: 0, previous };
}

/** How much counts now. `counter` must be as of now. */
export function used(counter: Counter, now: number, windowMs: number): number {
  if (counter.previous === 0) return counter.current;
  const weight = Math.ceil((STEPS * (counter.start + windowMs - now)) / windowMs);
  return counter.current + weighed(counter.previous, weight);
}

/** ⌈amount × weight / 1024⌉, in two halves: the product has more bits than a number. */
function weighed(amount: number, weight: number): number {
  const low = amount % STEPS;
  return ((amount - low) / STEPS) * weight + Math.ceil((low * weight) / STEPS);
}

/** The counter after taking an amount. */
export function add(counter: Counter, amount: number): Counter {
  return { start: counter.start, current: counter.current + amount, previous: counter.previous };
}

/** The counter after giving back an amount to the window in which it was taken; nothing, if that window is over. */
export function giveBack(counter: Counter, amount: number, takenAt: number, windowMs: number): Counter {
  const { start, current, previous } = counter;
  if (takenAt >= start) return { start, current: Math.max(0, current - amount), previous };
  if (takenAt >= start - windowMs) return { start, current, previous: Math.max(0, previous - amount) };
  return counter;
}

/** Is a time in the window that was current at another? */
export function sameWindow(at: number, other: number, windowMs: number): boolean {
  return startOf(at, windowMs) === startOf(other, windowMs);
}

/**
 * Milliseconds until an amount fits that does not fit now, if nothing else is taken before. For an amount that is
 * more than the limit, which never fits, a whole window.
 */
export function waitFor(
  counter: Counter,
  amount: number,
  limit: number,
  now: number,
  windowMs: number,
): number {
  const room = limit - amount;
  if (room < 0) return windowMs;
  const age = now - counter.start;
  if (room >= counter.current) return ageAtWhich(counter.previous, room - counter.current, windowMs) - age;
  return windowMs - age + ageAtWhich(counter.current, room, windowMs);
}

/** Milliseconds until nothing that was taken counts any more. */
export function resetAfter(counter: Counter, now: number, windowMs: number): number {
  if (counter.current > 0) return counter.start + 2 * windowMs - now;
  return counter.previous > 0 ? counter.start + windowMs - now : 0;
}

/** The age of the window at which a previous one counts for no more than `room`. */
function ageAtWhich(previous: number, room: number, windowMs: number): number {
  const weight = previous <= room ? STEPS : divided(room, STEPS, previous)[0];
  return windowMs - Math.floor((weight * windowMs) / STEPS);
}

function startOf(now: number, windowMs: number): number {
  return now - (now % windowMs);
}

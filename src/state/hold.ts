/** What a request holds, as implementations of the state make it. */
import type { Claim, Part } from '../core/quota.ts';
import { sameWindow } from '../limits/window.ts';

/** @param at when it was taken, by the state's own clock */
export function partOf({ counter, home, over, limit, amount, shadow }: Claim, at: number): Part {
  if (shadow) return { counter, home, over, limit, amount, at, shadow };
  return { counter, home, over, limit, amount, at };
}

/**
 * A part of which more was taken. What is taken in a later window, or later from a bucket, is given back there; what was
 * taken before stays.
 */
export function extended(part: Part, more: number, at: number): Part {
  const { over, amount, local = 0 } = part;
  if (more === 0 || over.kind === 'places') return part;
  const together =
    over.kind === 'period' || (over.kind === 'window' && sameWindow(part.at, at, over.windowMs));
  if (together || part.at === at) return { ...part, amount: amount + more };
  return { ...part, amount: amount + more, at, fixed: amount - local };
}

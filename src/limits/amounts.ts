/** What may be asked of counters. Whatever else is asked is a bug of ours: hostile numbers are clamped where they come in. */
import type { Claim, Hold } from '../core/quota.ts';

/** A million units of a currency in nano-units, and more tokens than anybody makes. */
export const MOST = 2 ** 50;

/** @throws RangeError for a limit or an amount that is no whole number from 0 to 2^50, or more than one place */
export function requireClaims(claims: readonly Claim[]): void {
  for (const { limit, amount, over } of claims) {
    requireAmount(limit);
    requireAmount(amount);
    if (over.kind === 'bucket') requireAmount(over.burst);
    if (over.kind === 'places' && amount > 1) throw new RangeError('a request stands on one place');
  }
}

/** @throws RangeError unless there is one whole number from 0 to 2^50 for each part */
export function requireAmounts({ parts }: Hold, amounts: readonly number[]): void {
  if (amounts.length !== parts.length)
    throw new RangeError(`${amounts.length} amounts, ${parts.length} parts`);
  for (const amount of amounts) requireAmount(amount);
}

/** @throws RangeError for anything but a whole number from 0 to 2^50 */
export function requireAmount(amount: number): void {
  if (!(Number.isInteger(amount) && amount >= 0 && amount <= MOST))
    throw new RangeError(`expected a whole number from 0 to 2^50, got ${amount}`);
}

/** Products that do not fit into 53 bits, divided exactly. */

/**
 * `a × b` divided by `c`, for whole numbers of at least 0, `c` at least 1.
 * @returns the whole quotient and what remains; the quotient is exact while it is below 2⁵³
 */
export function divided(a: number, b: number, c: number): readonly [quotient: number, rest: number] {
  const product = a * b;
  if (product <= Number.MAX_SAFE_INTEGER) {
    const rest = product % c;
    return [(product - rest) / c, rest];
  }
  const exact = BigInt(a) * BigInt(b);
  const by = BigInt(c);
  return [Number(exact / by), Number(exact % by)];
}

export function dividedUp(a: number, b: number, c: number): number {
  const [quotient, rest] = divided(a, b, c);
  return rest === 0 ? quotient : quotient + 1;
}

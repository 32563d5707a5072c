/** Money as whole nano-units of the policy's currency (10⁻⁹ USD), so that sums never drift. */

export interface Price {
  /** Nano-USD per token. */
  readonly input: number;
  readonly output: number;
}

/**
 * USD per million tokens, as price lists state it, to nano-USD per token. 1 USD/Mtok is 1,000 nano-USD a token;
 * prices finer than 10⁻³ USD per million tokens are rounded up, never to free.
 */
export function perToken(usdPerMillion: number): number {
  return Math.ceil(usdPerMillion * 1000);
}

export interface Usage {
  readonly input: number;
  readonly output: number;
  /** `reported` by the backend, or `estimated` by us because the backend said nothing. */
  readonly source: 'reported' | 'estimated';
}

/** @returns nano-USD, or null where the price is unknown. */
export function costOf(usage: Usage, price: Price | undefined): number | null {
  return price === undefined ? null : usage.input * price.input + usage.output * price.output;
}

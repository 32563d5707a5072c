/** Money as whole nano-units of the policy's currency (10⁻⁹ USD), so that sums never drift. */

/**
 * Tokens of a request and its answer. `input` holds all of the prompt and `output` all of the answer; the others say
 * which part of those was of a kind with a price of its own, and are 0 or absent where there was none.
 */
export interface Usage {
  readonly input: number;
  readonly output: number;
  /** Of `input`: read from the provider's cache, and written to it. */
  readonly cachedInput?: number;
  readonly cacheWrite?: number;
  /** Written to it for an hour or longer, where that is told apart; not among `cacheWrite`. */
  readonly cacheWriteLong?: number;
  readonly audioInput?: number;
  readonly imageInput?: number;
  /** Of `output`. */
  readonly reasoning?: number;
  readonly audioOutput?: number;
  /** Images that were made. */
  readonly images?: number;
  /** `reported` by the backend, or `estimated` by us because the backend said nothing. */
  readonly source: 'reported' | 'estimated';
}

/** What an answer says of its usage: nothing, something that no real request has, or a usage that may be true. */
export type UsageReport = Usage | 'implausible' | undefined;

/** Nano-units per thousand tokens; absent kinds cost what plain ones do. */
export interface Rates {
  readonly input: number;
  readonly output: number;
  readonly cachedInput?: number;
  readonly cacheWrite?: number;
  readonly cacheWriteLong?: number;
  readonly audioInput?: number;
  readonly imageInput?: number;
  readonly audioOutput?: number;
  readonly reasoning?: number;
}

export interface Price extends Rates {
  /** Rates of requests whose whole input is above a number of tokens, ascending. */
  readonly tiers?: readonly { readonly above: number; readonly rates: Rates }[];
  /** Nano-units for each request, beside its tokens. */
  readonly request?: number;
  /** Nano-units for each image made. */
  readonly image?: number;
  /** Thousandths of the price that requests made in a batch cost. */
  readonly batch?: number;
}

/**
 * USD per million tokens, as price lists state it, to nano-USD per thousand tokens. 1 USD/Mtok is 1,000,000. Prices
 * finer than 10⁻⁶ USD per million tokens are rounded up, never to free.
 */
export function perThousand(usdPerMillion: number): number {
  return Math.ceil(Number((usdPerMillion * 1e6).toFixed(3)));
}

/** @returns whole nano-units, rounded up, or null where the price is unknown. @param batched made later, in a batch */
export function costOf(usage: Usage, price: Price | undefined, batched = false): number | null {
  if (price === undefined) return null;
  const rates = ratesFor(usage.input, price);
  const { input, output } = thousandthsOf(usage, rates);
  const whole = (input + output) / 1000 + (usage.images ?? 0) * (price.image ?? 0) + (price.request ?? 0);
  return Math.ceil(batched ? (whole * (price.batch ?? 1000)) / 1000 : whole);
}

function ratesFor(input: number, price: Price): Rates {
  return price.tiers?.findLast(({ above }) => input > above)?.rates ?? price;
}

/** Tokens as their price weighs them against plain ones: cached input counts less where it costs less. Rounded up. */
export function weighedTokens(
  usage: Usage,
  price: Price | undefined,
): { readonly input: number; readonly output: number } {
  const rates = price === undefined ? undefined : ratesFor(usage.input, price);
  if (rates === undefined) return { input: usage.input, output: usage.output };
  const { input, output } = thousandthsOf(usage, rates);
  return {
    input: rates.input === 0 ? usage.input : Math.ceil(input / rates.input),
    output: rates.output === 0 ? usage.output : Math.ceil(output / rates.output),
  };
}

/** Parts of a prompt and of an answer that have prices of their own. */
const INPUT_KINDS = ['cachedInput', 'cacheWrite', 'cacheWriteLong', 'audioInput', 'imageInput'] as const;
const OUTPUT_KINDS = ['reasoning', 'audioOutput'] as const;

/** What each side comes to, in thousandths of a nano-unit. A part that claims more than its whole counts in full. */
function thousandthsOf(usage: Usage, rates: Rates): { readonly input: number; readonly output: number } {
  return {
    input: sideOf(usage.input, rates.input, INPUT_KINDS, usage, rates),
    output: sideOf(usage.output, rates.output, OUTPUT_KINDS, usage, rates),
  };
}

function sideOf(
  whole: number,
  plain: number,
  kinds: typeof INPUT_KINDS | typeof OUTPUT_KINDS,
  usage: Usage,
  rates: Rates,
): number {
  let left = whole;
  let sum = 0;
  for (const kind of kinds) {
    const tokens = usage[kind] ?? 0;
    left -= tokens;
    sum += tokens * (rates[kind] ?? plain);
  }
  return sum + Math.max(0, left) * plain;
}

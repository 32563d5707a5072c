/**
 * How large something usually is: a histogram of logarithmic buckets, √2 apart, in which what is new counts more. A
 * quantile is right to within one bucket. About 250 bytes; adding and asking go over 48 numbers at most.
 */

const BUCKETS = 48;
/** Weight of each observation against the one before it: those of 200 observations ago count a tenth. */
const GROWTH = 1.0116;
/** Weights are brought down before they leave what numbers hold well. */
const LARGEST_WEIGHT = 1e12;

export class Histogram {
  readonly #weights = new Float64Array(BUCKETS);
  #total = 0;
  #weight = 1;
  #count = 0;

  /** How many were added, at most 2^53. */
  get count(): number {
    return this.#count;
  }

  /** @param value at least 0; anything below 1 counts as 1, what is beyond 2^23.5 as that */
  add(value: number): void {
    const bucket = bucketOf(value);
    this.#weights[bucket] = (this.#weights[bucket] ?? 0) + this.#weight;
    this.#total += this.#weight;
    this.#count += 1;
    this.#weight *= GROWTH;
    if (this.#weight > LARGEST_WEIGHT) this.#scale();
  }

  /** @param share in (0, 1] @returns the upper end of the bucket in which it lies; 0 if nothing was added */
  quantile(share: number): number {
    if (this.#total === 0) return 0;
    let above = this.#total * (1 - share);
    for (let bucket = BUCKETS - 1; bucket > 0; bucket--) {
      above -= this.#weights[bucket] ?? 0;
      if (above < 0) return upperEnd(bucket);
    }
    return upperEnd(0);
  }

  #scale(): void {
    for (let i = 0; i < BUCKETS; i++) this.#weights[i] = (this.#weights[i] ?? 0) / this.#weight;
    this.#total /= this.#weight;
    this.#weight = 1;
  }
}

function bucketOf(value: number): number {
  if (!(value > 1)) return 0;
  return Math.min(BUCKETS - 1, Math.ceil(2 * Math.log2(value) - 1e-9));
}

function upperEnd(bucket: number): number {
  return Math.ceil(2 ** (bucket / 2) - 1e-9);
}

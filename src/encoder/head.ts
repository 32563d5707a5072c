/** A small network over the features of a part of a text: how much it speaks for an attack. */

export interface Head {
  /** What is subtracted from each feature, and what the rest is multiplied with. */
  readonly means: Float32Array;
  readonly scales: Float32Array;
  /** For each hidden unit, a weight for each feature. */
  readonly hidden: Float32Array;
  readonly hiddenBiases: Float32Array;
  readonly output: Float32Array;
  readonly bias: number;
}

/** Features are cut here, in deviations from the mean: one that is far off says no more than that. */
const FARTHEST = 6;

export function scaled(
  features: ArrayLike<number>,
  { means, scales }: Pick<Head, 'means' | 'scales'>,
): Float32Array {
  return Float32Array.from(means, (mean, at) => {
    const value = ((features[at] ?? 0) - mean) * (scales[at] ?? 0);
    return Math.max(-FARTHEST, Math.min(FARTHEST, value));
  });
}

/** @param features as `scaled` gives them @returns the logarithm of the odds */
export function logitOf(
  features: Float32Array,
  { hidden, hiddenBiases, output, bias }: Pick<Head, 'hidden' | 'hiddenBiases' | 'output' | 'bias'>,
): number {
  const width = features.length;
  let sum = bias;
  for (let unit = 0; unit < output.length; unit += 1) {
    let value = hiddenBiases[unit] ?? 0;
    const from = unit * width;
    for (let at = 0; at < width; at += 1) value += (features[at] ?? 0) * (hidden[from + at] ?? 0);
    if (value > 0) sum += value * (output[unit] ?? 0);
  }
  return sum;
}

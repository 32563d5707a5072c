/**
 * Learns the network over the encoder's features: of an attack, the part that looks most like one is learnt; of an
 * innocent text, that part and another one are unlearnt. Adam with decoupled decay (Loshchilov and Hutter, 2019). The
 * same examples and seed give the same weights.
 */
import { type Head, logitOf, scaled } from '../../src/encoder/head.ts';
import { FEATURES } from '../../src/encoder/weights.ts';
import { sigmoid } from '../../src/guards/assess/scores.ts';
import { oneOf, seeded, shuffled } from '../data.ts';

/** A text by its parts, each as `scalingOf` scales features. */
export interface Bag {
  readonly parts: readonly Float32Array[];
  readonly positive: boolean;
  readonly weight: number;
}

const UNITS = 64;
const EPOCHS = 30;
/** Epochs after which it is asked anew which part of a text looks most like an attack. */
const CHOSEN_EVERY = 3;
const BATCH = 256;
const RATE = 0.002;
/** How much weights shrink with each step, beside the rate. */
const DECAY = 3;
/** Features that are left out of each example. */
const DROP = 0.1;
const BETA_1 = 0.9;
const BETA_2 = 0.999;
const SEED = 7;

export type Scaling = Pick<Head, 'means' | 'scales'>;
export type Net = Omit<Head, 'means' | 'scales'>;

export function scalingOf(features: Float32Array): Scaling {
  const count = features.length / FEATURES;
  const [means, squares] = [new Float64Array(FEATURES), new Float64Array(FEATURES)];
  features.forEach((value, n) => {
    const at = n % FEATURES;
    means[at] = (means[at] ?? 0) + value / count;
    squares[at] = (squares[at] ?? 0) + (value * value) / count;
  });
  const scales = squares.map(
    (square, at) => 1 / (Math.sqrt(Math.max(0, square - (means[at] ?? 0) ** 2)) + 1e-4),
  );
  return { means: Float32Array.from(means), scales: Float32Array.from(scales) };
}

export function scaledParts(
  features: Float32Array,
  from: number,
  to: number,
  scaling: Scaling,
): Float32Array[] {
  return Array.from({ length: to - from }, (_, n) =>
    scaled(features.subarray((from + n) * FEATURES, (from + n + 1) * FEATURES), scaling),
  );
}

/** What a text says: that of its parts which says most. */
export function strongest(
  parts: readonly Float32Array[],
  net: Net,
): { readonly at: number; readonly logit: number } {
  let best = { at: 0, logit: Number.NEGATIVE_INFINITY };
  parts.forEach((part, at) => {
    const logit = logitOf(part, net);
    if (logit > best.logit) best = { at, logit };
  });
  return best;
}

/** Weights, what is to be changed of them, and what Adam remembers of that. */
interface Moving {
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;
  readonly decays: boolean;
}

function moving(values: Float32Array, decays: boolean): Moving {
  const zeros = () => new Float32Array(values.length);
  return { values, gradient: zeros(), mean: zeros(), square: zeros(), decays };
}

export function learnNet(bags: readonly Bag[]): Net {
  const random = seeded(SEED);
  const hidden = moving(normal(UNITS * FEATURES, Math.sqrt(2 / FEATURES), random), true);
  const hiddenBiases = moving(new Float32Array(UNITS), true);
  const output = moving(normal(UNITS, Math.sqrt(1 / UNITS), random), true);
  const bias = moving(Float32Array.of(-1), false);
  const all = [hidden, hiddenBiases, output, bias];
  const net = (): Net => ({
    hidden: hidden.values,
    hiddenBiases: hiddenBiases.values,
    output: output.values,
    bias: bias.values[0] ?? 0,
  });
  let steps = 0;
  let chosen: readonly number[] = [];
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    const rate = RATE * (1 - epoch / EPOCHS) + 1e-5;
    if (epoch % CHOSEN_EVERY === 0)
      chosen = bags.map(({ parts }) => (parts.length === 1 ? 0 : strongest(parts, net()).at));
    const order = shuffled([...bags.keys()], random);
    for (let from = 0; from < order.length; from += BATCH) {
      const batch = order.slice(from, from + BATCH);
      for (const n of batch) {
        const { parts, positive, weight } = bags[n] as Bag;
        const learn = (part: Float32Array | undefined, share: number) => {
          if (part !== undefined) step(part, positive, (weight * share) / batch.length);
        };
        learn(parts[chosen[n] ?? 0], 1);
        if (!positive && parts.length > 1) learn(oneOf(parts, random), 0.5);
      }
      steps += 1;
      for (const one of all) move(one, rate, steps);
    }
  }
  return net();

  /** Adds what one part teaches. */
  function step(part: Float32Array, positive: boolean, weight: number): void {
    const kept = part.map((value) => (random() < DROP ? 0 : value / (1 - DROP)));
    const units = new Float32Array(UNITS);
    let logit = bias.values[0] ?? 0;
    for (let unit = 0; unit < UNITS; unit += 1) {
      let value = hiddenBiases.values[unit] ?? 0;
      const at = unit * FEATURES;
      for (let n = 0; n < FEATURES; n += 1) value += (kept[n] ?? 0) * (hidden.values[at + n] ?? 0);
      if (value <= 0) continue;
      units[unit] = value;
      logit += value * (output.values[unit] ?? 0);
    }
    const error = (sigmoid(logit) - (positive ? 1 : 0)) * weight;
    bias.gradient[0] = (bias.gradient[0] ?? 0) + error;
    for (let unit = 0; unit < UNITS; unit += 1) {
      const value = units[unit] ?? 0;
      if (value === 0) continue;
      output.gradient[unit] = (output.gradient[unit] ?? 0) + error * value;
      const back = error * (output.values[unit] ?? 0);
      hiddenBiases.gradient[unit] = (hiddenBiases.gradient[unit] ?? 0) + back;
      const at = unit * FEATURES;
      for (let n = 0; n < FEATURES; n += 1)
        hidden.gradient[at + n] = (hidden.gradient[at + n] ?? 0) + back * (kept[n] ?? 0);
    }
  }
}

function move({ values, gradient, mean, square, decays }: Moving, rate: number, steps: number): void {
  const [first, second] = [1 - BETA_1 ** steps, 1 - BETA_2 ** steps];
  for (let at = 0; at < values.length; at += 1) {
    const slope = gradient[at] ?? 0;
    const m = BETA_1 * (mean[at] ?? 0) + (1 - BETA_1) * slope;
    const s = BETA_2 * (square[at] ?? 0) + (1 - BETA_2) * slope * slope;
    mean[at] = m;
    square[at] = s;
    gradient[at] = 0;
    const value = values[at] ?? 0;
    const shrunk = decays ? rate * DECAY * value : 0;
    values[at] = value - (rate * (m / first)) / (Math.sqrt(s / second) + 1e-8) - shrunk;
  }
}

/** Numbers of a normal distribution (Box and Muller, 1958). */
function normal(count: number, deviation: number, random: () => number): Float32Array {
  return Float32Array.from(
    { length: count },
    () => deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}

/**
 * Learns one linear classifier over features of words: of an attack, the part that looks most like one is learnt; of an
 * innocent text, the part that looks most like one is unlearnt. The same examples and seed give the same weights.
 */
import { type Grams, isMeaning } from '../src/guards/assess/grams.ts';
import { BUCKETS } from '../src/guards/assess/model.ts';
import { readClosely } from '../src/guards/assess/reading.ts';
import { ASSESSED } from '../src/guards/assess/slices.ts';
import { SIZES, type Window, windows } from '../src/guards/assess/windows.ts';
import { seeded, shuffled } from './data.ts';

export interface Example {
  readonly grams: Grams;
  readonly positive: boolean;
  readonly weight: number;
  /** Its words are learnt seldom: all attacks of its language come from it, and they would stand for the language. */
  readonly alone?: boolean;
}

export interface Head {
  readonly weights: Float32Array;
  readonly biases: readonly number[];
}

/** The features of a text, as the assessor sees them; what it would not see at once is left out. */
export function gramsIn(text: string): Grams {
  const { hashes, words, count, ...rest } = readClosely(text.slice(0, ASSESSED)).grams;
  return { ...rest, hashes: hashes.slice(0, count), words: words.slice(0, count), count };
}

export interface Settings {
  readonly seed: number;
  readonly epochs: number;
  readonly rate: number;
  /** How much a weight shrinks with each step that touches it. */
  readonly decay: number;
  /** How often all that words say is left out, so that what they mean has to do. */
  readonly drop: number;
  /** How many are learnt, of which the mean is taken. */
  readonly rounds: number;
}

const ALONE_DROP = 1;
export const SETTINGS: Settings = { seed: 7, epochs: 8, rate: 0.25, decay: 2e-4, drop: 0.4, rounds: 3 };

export function bucketOf(hash: number): number {
  return hash & (BUCKETS - 1);
}

export function logitOf(head: Head, grams: Grams): number {
  let best = Number.NEGATIVE_INFINITY;
  windows(
    grams,
    (hash) => head.weights[bucketOf(hash)] ?? 0,
    ({ sum, size }) => {
      const logit = sum + (head.biases[size] ?? 0);
      if (logit > best) best = logit;
    },
  );
  return best;
}

/** The mean of what several orders of the same examples teach. */
export function learn(examples: readonly Example[], settings: Settings = SETTINGS): Head {
  const heads = Array.from({ length: settings.rounds }, (_, round) =>
    learnOnce(examples, { ...settings, seed: settings.seed + round }),
  );
  const mean = (of: (head: Head) => number) => heads.reduce((sum, head) => sum + of(head), 0) / heads.length;
  return {
    weights: Float32Array.from({ length: BUCKETS }, (_, bucket) =>
      mean(({ weights }) => weights[bucket] ?? 0),
    ),
    biases: SIZES.map((_, size) => mean(({ biases }) => biases[size] ?? 0)),
  };
}

function learnOnce(examples: readonly Example[], settings: Settings): Head {
  const random = seeded(settings.seed);
  const weights = new Float32Array(BUCKETS);
  const squares = new Float32Array(BUCKETS).fill(1e-3);
  const biases = SIZES.map(() => -1);
  for (let epoch = 0; epoch < settings.epochs; epoch += 1) {
    const rate = settings.rate / (1 + epoch * 0.3);
    for (const { grams, positive, weight, alone } of shuffled(examples, random)) {
      const meaningOnly = random() < (alone === true ? ALONE_DROP : settings.drop);
      const weightOf = (hash: number) =>
        meaningOnly && !isMeaning(hash) ? 0 : (weights[bucketOf(hash)] ?? 0);
      let best: Window | undefined;
      let bestLogit = Number.NEGATIVE_INFINITY;
      windows(grams, weightOf, (window) => {
        const logit = window.sum + (biases[window.size] ?? 0);
        if (logit <= bestLogit) return;
        bestLogit = logit;
        best = window;
      });
      if (best === undefined) continue;
      const { from, to, size, scale } = best;
      const error = (1 / (1 + Math.exp(-bestLogit)) - (positive ? 1 : 0)) * weight;
      biases[size] = (biases[size] ?? 0) - rate * 0.05 * error;
      if (Math.abs(error) < 1e-3) continue;
      for (let at = 0; at < grams.count; at += 1) {
        const word = grams.words[at] ?? 0;
        if (word < from || word >= to) continue;
        const hash = grams.hashes[at] ?? 0;
        if (meaningOnly && !isMeaning(hash)) continue;
        const bucket = bucketOf(hash);
        const old = weights[bucket] ?? 0;
        const gradient = error * scale + settings.decay * old;
        const square = (squares[bucket] ?? 0) + gradient * gradient;
        squares[bucket] = square;
        weights[bucket] = old - (rate * gradient) / Math.sqrt(square);
      }
    }
  }
  return { weights, biases };
}

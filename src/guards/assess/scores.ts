/** What the classifiers say of a text. */
import type { Grams } from './grams.ts';
import { BUCKETS, HARM_BUCKETS, HARMS, type HarmHeads, type Head } from './model.ts';
import { windows } from './windows.ts';

/** How much the part of a text speaks for an attack that does so most. */
export function logitOf(
  { weights, unit, biases }: Pick<Head, 'weights' | 'unit' | 'biases'>,
  grams: Grams,
): number {
  let best = Number.NEGATIVE_INFINITY;
  windows(
    grams,
    (hash) => weights[hash & (BUCKETS - 1)] ?? 0,
    ({ sum, size }) => {
      const logit = sum * unit + (biases[size] ?? 0);
      if (logit > best) best = logit;
    },
  );
  return best;
}

/** Calibrated: one half where the threshold lies that the report speaks of. */
export function scoreOf(head: Head, grams: Grams): number {
  return sigmoid((logitOf(head, grams) - (grams.english ? head.english : head.other)) * head.slope);
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** Words in a part of a text that is scored for harm. */
const PART = 48;
export const HARM_EASE = 12;

/** For every kind of harm, the sum of the part that speaks for it most, or of the whole. */
export function harmLogits(
  { weights, units, biases }: Pick<HarmHeads, 'weights' | 'units' | 'biases'>,
  { hashes, words, count, length }: Grams,
): readonly number[] {
  const kinds = HARMS.length;
  const parts = Math.ceil(length / PART);
  const sums = new Float64Array((parts + 1) * kinds);
  const counts = new Float64Array(parts + 1);
  for (let at = 0; at < count; at += 1) {
    const part = Math.floor((words[at] ?? 0) / PART);
    const row = ((hashes[at] ?? 0) & (HARM_BUCKETS - 1)) * kinds;
    counts[part] = (counts[part] ?? 0) + 1;
    for (let kind = 0; kind < kinds; kind += 1)
      sums[part * kinds + kind] = (sums[part * kinds + kind] ?? 0) + (weights[row + kind] ?? 0);
  }
  const best = new Float64Array(kinds).fill(Number.NEGATIVE_INFINITY);
  const whole = new Float64Array(kinds);
  const over = (sum: number, kind: number, features: number) =>
    (sum * (units[kind] ?? 0)) / Math.sqrt(features + HARM_EASE) + (biases[kind] ?? 0);
  for (let part = 0; part < parts; part += 1) {
    for (let kind = 0; kind < kinds; kind += 1) {
      const sum = sums[part * kinds + kind] ?? 0;
      whole[kind] = (whole[kind] ?? 0) + sum;
      best[kind] = Math.max(best[kind] ?? 0, over(sum, kind, counts[part] ?? 0));
    }
  }
  return [...best].map((one, kind) => Math.max(one, over(whole[kind] ?? 0, kind, count)));
}

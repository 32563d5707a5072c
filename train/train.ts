/**
 * `make train`: learns the weights that ship with the product from the data beside the repository, and writes them. The
 * same data and the same code give the same bytes.
 */
import { writeFileSync } from 'node:fs';
import { MODEL_FILE } from '../src/guards/assess/load.ts';
import { formatModel, HARM_BUCKETS, HARMS, type HarmHeads, type Head } from '../src/guards/assess/model.ts';
import { DATA, hasData, rowsOf } from './data.ts';
import { harmExamples, learnHarm } from './harm.ts';
import { type Head as Learnt, learn } from './learn.ts';
import { allRows, direct, examplesOf, indirect } from './sets.ts';
import { HARM_THRESHOLDS, THRESHOLDS } from './thresholds.ts';

const SEED = 7;

if (!hasData()) {
  process.stderr.write(`No data at ${DATA}: nothing to learn from.\n`);
  process.exit(2);
}
const rows = allRows();
const model = {
  direct: headOf(learn(examplesOf(direct(rows), rows, 'direct')), 'direct'),
  indirect: headOf(learn(examplesOf(indirect(rows), rows, 'indirect')), 'indirect'),
  harm: harmHeads(),
};
const bytes = formatModel(model);
writeFileSync(MODEL_FILE, bytes);
process.stdout.write(
  `${MODEL_FILE}: ${bytes.length} bytes, from ${rows.length + rowsOf('harm').length} texts\n`,
);

function headOf({ weights, biases }: Learnt, reading: 'direct' | 'indirect'): Head {
  const { bytes: quantised, unit } = quantise(weights);
  return { weights: quantised, unit, biases, ...THRESHOLDS[reading] };
}

function harmHeads(): HarmHeads {
  const examples = harmExamples();
  const learnt = HARMS.map((harm) => learnHarm(examples, harm, SEED));
  const weights = new Int8Array(HARM_BUCKETS * HARMS.length);
  const units = learnt.map(({ weights: one }, kind) => {
    const { bytes: quantised, unit } = quantise(one);
    quantised.forEach((value, bucket) => {
      weights[bucket * HARMS.length + kind] = value;
    });
    return unit;
  });
  const thresholds = HARMS.map((harm) => HARM_THRESHOLDS[harm]);
  return { weights, units, biases: learnt.map(({ bias }) => bias), thresholds, slopes: HARMS.map(() => 1.5) };
}

/** Weights as bytes: the largest few are cut, so that the small ones keep their differences. */
function quantise(weights: Float32Array): { readonly bytes: Int8Array; readonly unit: number } {
  const sizes = weights.map(Math.abs).sort();
  const unit = (sizes[Math.floor(sizes.length * 0.9995)] ?? 1) / 127;
  return {
    unit,
    bytes: Int8Array.from(weights, (value) => Math.max(-127, Math.min(127, Math.round(value / unit)))),
  };
}

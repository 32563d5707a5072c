import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { WEIGHTS_FILE } from '../../src/encoder/encode.ts';
import { formatWeights, parseWeights } from '../../src/encoder/weights.ts';
import { ModelError } from '../../src/guards/assess/model.ts';

const bytes = readFileSync(WEIGHTS_FILE);

test('the weights that ship read, and are written again as they were', () => {
  assert.deepEqual(Buffer.from(formatWeights(parseWeights(bytes))), bytes);
});

test('a file of which a byte is not as it was written is refused', () => {
  for (const at of [0, 30, 200, bytes.length - 1]) {
    const damaged = Uint8Array.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    assert.throws(() => parseWeights(damaged), ModelError);
  }
  assert.throws(() => parseWeights(bytes.subarray(0, bytes.length - 4)), ModelError);
  assert.throws(() => parseWeights(new Uint8Array()), ModelError);
});

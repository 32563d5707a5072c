/** What the encoder makes of the parts of many texts. It takes minutes, so it is kept beside the repository's data. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { openEncoder } from '../../src/encoder/encode.ts';
import { partsOf } from '../../src/encoder/parts.ts';
import { FEATURES, type Vocabulary } from '../../src/encoder/weights.ts';
import { ASSESSED } from '../../src/guards/assess/slices.ts';

const KEPT_IN = new URL('../../var/', import.meta.url).pathname;
/** Parts of one text that are learnt from. */
const MOST_PARTS = 14;

export interface Encoded {
  /** FEATURES numbers for each part of each text. */
  readonly features: Float32Array;
  /** Where the parts of each text begin, in parts; one more for the end. */
  readonly starts: readonly number[];
}

/** @param texts each once */
export async function encodeAll(texts: readonly string[], vocabulary: Vocabulary): Promise<Encoded> {
  const parts = texts.map((text) => partsOf(text.slice(0, ASSESSED), MOST_PARTS));
  const starts = [0];
  for (const one of parts) starts.push((starts.at(-1) ?? 0) + one.length);
  const digest = createHash('sha256').update(
    JSON.stringify([vocabulary.graph, vocabulary.pieces.length, parts]),
  );
  const file = `${KEPT_IN}encoded-${digest.digest('hex').slice(0, 16)}.bin`;
  if (existsSync(file))
    return { features: new Float32Array(Uint8Array.from(readFileSync(file)).buffer), starts };
  const encoder = await openEncoder(vocabulary, 2);
  const features = new Float32Array((starts.at(-1) ?? 0) * FEATURES);
  let at = 0;
  for (const part of parts.flat()) {
    features.set(await encoder.encode(part), at * FEATURES);
    at += 1;
    if (at % 1000 === 0) process.stderr.write(`${at} of ${starts.at(-1)} parts encoded\n`);
  }
  mkdirSync(KEPT_IN, { recursive: true });
  writeFileSync(file, new Uint8Array(features.buffer));
  return { features, starts };
}

/** What the encoder says of a text: of its parts, the one that speaks for an attack most. */
import { readFileSync } from 'node:fs';
import { openEncoder, WEIGHTS_FILE } from './encode.ts';
import { logitOf, scaled } from './head.ts';
import { partsOf } from './parts.ts';
import { parseWeights } from './weights.ts';

/** Parts of one text that are looked at: bounds what a text can cost, at some 15 ms each. */
export const MOST_PARTS = 6;

export interface EncoderJudge {
  /** @returns the logarithm of the odds, of texts like those that it learnt from */
  judge(text: string): Promise<number>;
}

/** @throws where a file is missing or damaged, or ONNX Runtime is not installed */
export async function openJudge(): Promise<EncoderJudge> {
  const { vocabulary, head } = parseWeights(readFileSync(WEIGHTS_FILE));
  const encoder = await openEncoder(vocabulary);
  return {
    async judge(text) {
      let most = Number.NEGATIVE_INFINITY;
      for (const part of partsOf(text, MOST_PARTS)) {
        const features = await encoder.encode(part);
        most = Math.max(most, logitOf(scaled(features, head), head));
      }
      return most;
    },
  };
}

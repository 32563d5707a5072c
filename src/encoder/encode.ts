/** Runs the encoder over parts of texts, on ONNX Runtime, which is there only where it was installed. */
import { readFileSync } from 'node:fs';
import { digestOf, ModelError } from '../guards/assess/sealed.ts';
import { meansOf } from './means.ts';
import { piecesOf } from './pieces.ts';
import { MOST_PIECES, type Vocabulary, WIDTH } from './weights.ts';

export const GRAPH_FILE = new URL('../../models/encoder.onnx', import.meta.url).pathname;
export const WEIGHTS_FILE = new URL('../../models/encoder.bin', import.meta.url).pathname;

export interface Encoder {
  /** FEATURES numbers for a part of a text; what is longer than MOST_PIECES pieces is cut. */
  encode(part: string): Promise<Float32Array>;
}

/** The encoder was taught to compare what is said after this word. */
const SAID = 'query: ';

/**
 * @param threads what is encoded at one time is short, and others have to serve: one, but where nobody waits
 * @throws ModelError if the graph is another one; whatever ONNX Runtime throws, or Node where it is not installed
 */
export async function openEncoder(vocabulary: Vocabulary, threads = 1): Promise<Encoder> {
  const graph = readFileSync(GRAPH_FILE);
  if (digestOf(graph) !== vocabulary.graph) throw new ModelError('The graph of the encoder is damaged.');
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(graph, { intraOpNumThreads: threads, interOpNumThreads: 1 });
  const pieces = piecesOf(vocabulary.pieces, vocabulary.scores, vocabulary.unknown);
  return {
    async encode(part) {
      const cut = pieces.cut(SAID + part).slice(0, MOST_PIECES - 2);
      const numbers = [vocabulary.begin, ...cut, vocabulary.end];
      const input = new Tensor('float32', meansOf(numbers, vocabulary), [1, numbers.length, WIDTH]);
      const { features } = await session.run({ pieces: input });
      return features?.data as Float32Array;
    },
  };
}

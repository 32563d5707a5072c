/**
 * What the encoder needs besides its graph, as a sealed file: what each piece of its vocabulary means, how likely each
 * is, what places mean, and the classifier over its features.
 */
import { ModelError, seal, unseal } from '../guards/assess/sealed.ts';
import { BLOCK, BLOCK_BYTES } from './blocks.ts';
import type { Head } from './head.ts';

/** Numbers that say what a piece means, and the bytes that hold them. */
export const WIDTH = 384;
export const ROW_BYTES = (WIDTH / BLOCK) * BLOCK_BYTES;
/** What a part of a text comes to. */
export const FEATURES = 2 * WIDTH;
/** Pieces that are encoded at once, beginning and end included. */
export const MOST_PIECES = 130;

export interface Vocabulary {
  /** SHA-256 of the graph that it goes with, in hexadecimal. */
  readonly graph: string;
  /** Numbers of the pieces that begin and end a text, and of the one for what is in no piece. */
  readonly begin: number;
  readonly end: number;
  readonly unknown: number;
  readonly pieces: readonly string[];
  /** The logarithm of how likely each is. */
  readonly scores: Float32Array;
  /** ROW_BYTES for each piece. */
  readonly rows: Uint8Array;
  /** WIDTH numbers for each of MOST_PIECES places. */
  readonly places: Float32Array;
}

export interface EncoderWeights {
  readonly vocabulary: Vocabulary;
  readonly head: Head;
}

const NAME = 'sallyport-encoder 1';

interface Described extends Pick<Vocabulary, 'graph' | 'begin' | 'end' | 'unknown' | 'pieces'> {
  readonly units: number;
  readonly bias: number;
}

export function formatWeights({ vocabulary, head }: EncoderWeights): Uint8Array {
  const { scores, rows, places, ...names } = vocabulary;
  const { means, scales, hidden, hiddenBiases, output, bias } = head;
  const described: Described = { ...names, units: output.length, bias };
  const numbers = [scores, places, means, scales, hidden, hiddenBiases, output];
  return seal(NAME, described, [rows, ...numbers.map(bytesOf)]);
}

/** @throws ModelError if a byte of it is not as it was written */
export function parseWeights(bytes: Uint8Array): EncoderWeights {
  const { described, weights } = unseal(NAME, bytes);
  const { units, bias, ...names } = described as Described;
  const count = names.pieces.length;
  const rows = weights.subarray(0, count * ROW_BYTES);
  let at = rows.length;
  const numbers = (length: number) => {
    // A copy, which begins where 32-bit numbers may.
    const part = Uint8Array.from(weights.subarray(at, at + 4 * length));
    at += part.length;
    if (part.length !== 4 * length) throw new ModelError('The file of the encoder is too short.');
    return new Float32Array(part.buffer);
  };
  const scores = numbers(count);
  const places = numbers(MOST_PIECES * WIDTH);
  const [means, scales] = [numbers(FEATURES), numbers(FEATURES)];
  const [hidden, hiddenBiases, output] = [numbers(units * FEATURES), numbers(units), numbers(units)];
  return {
    vocabulary: { ...names, scores, rows, places },
    head: { means, scales, hidden, hiddenBiases, output, bias },
  };
}

function bytesOf(numbers: Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

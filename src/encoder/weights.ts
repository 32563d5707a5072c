/**
 * What the encoder needs besides its graph, as bytes: a line with a checksum over all that follows, a line of JSON that
 * says what there is, then what each piece of its vocabulary means, how likely each is, what places mean, and the
 * classifier over its features.
 */
import { createHash } from 'node:crypto';
import { ModelError } from '../guards/assess/model.ts';
import type { Head } from './head.ts';

/** Numbers that say what a piece means, and numbers that a block of them has one scale for. */
export const WIDTH = 384;
export const BLOCK = 32;
/** For each piece and block: 4 bits a number, and a scale of 16 bits. */
export const ROW_BYTES = (WIDTH / BLOCK) * (BLOCK / 2 + 2);
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

const MAGIC = 'sallyport-encoder 1';
const NEWLINE = 10;

interface Described extends Pick<Vocabulary, 'graph' | 'begin' | 'end' | 'unknown' | 'pieces'> {
  readonly units: number;
  readonly bias: number;
}

export function formatWeights({ vocabulary, head }: EncoderWeights): Uint8Array {
  const { scores, rows, places, ...names } = vocabulary;
  const { means, scales, hidden, hiddenBiases, output, bias } = head;
  const described: Described = { ...names, units: output.length, bias };
  const numbers = [scores, places, means, scales, hidden, hiddenBiases, output];
  const rest = Buffer.concat([Buffer.from(`${JSON.stringify(described)}\n`), rows, ...numbers.map(bytesOf)]);
  return Buffer.concat([Buffer.from(`${MAGIC} ${digestOf(rest)}\n`), rest]);
}

/** @throws ModelError if a byte of it is not as it was written */
export function parseWeights(bytes: Uint8Array): EncoderWeights {
  const line = lineAt(bytes, 0);
  const rest = bytes.subarray(Buffer.byteLength(line) + 1);
  if (line !== `${MAGIC} ${digestOf(rest)}`)
    throw new ModelError('The file of the encoder is damaged, or not one of this version.');
  const json = lineAt(rest, 0);
  const { units, bias, ...names } = JSON.parse(json) as Described;
  const count = names.pieces.length;
  let at = Buffer.byteLength(json) + 1;
  const rows = rest.subarray(at, at + count * ROW_BYTES);
  at += rows.length;
  const numbers = (length: number) => {
    // A copy, which begins where 32-bit numbers may.
    const part = Uint8Array.from(rest.subarray(at, at + 4 * length));
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

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function bytesOf(numbers: Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** The line that begins here; empty if there is none. */
function lineAt(bytes: Uint8Array, from: number): string {
  const end = bytes.indexOf(NEWLINE, from);
  return end === -1 ? '' : Buffer.from(bytes.subarray(from, end)).toString('utf8');
}

/**
 * The weights that ship with the product, as bytes: a line with a checksum over all that follows, a line of JSON that
 * says what there is, and the weights, a byte each.
 */
import { createHash } from 'node:crypto';

/** A linear classifier over hashed features. */
export interface Head {
  readonly weights: Int8Array;
  /** What a weight of one is worth. */
  readonly unit: number;
  /** For each size of a part of a text. */
  readonly biases: readonly number[];
  /** The sum that scores one half, in English and in other languages. */
  readonly english: number;
  readonly other: number;
  /** How fast the score rises. */
  readonly slope: number;
}

/** Classifiers that share their features; the weights of a feature stand side by side. */
export interface HarmHeads {
  readonly weights: Int8Array;
  readonly units: readonly number[];
  readonly biases: readonly number[];
  readonly thresholds: readonly number[];
  readonly slopes: readonly number[];
}

export interface Model {
  /** For what users say, and for what tools and documents say. */
  readonly direct: Head;
  readonly indirect: Head;
  readonly harm: HarmHeads;
}

export const BUCKETS = 1 << 18;
export const HARM_BUCKETS = 1 << 15;
export const HARMS = [
  'harm.hate',
  'harm.harassment',
  'harm.sexual',
  'harm.minors',
  'harm.self_harm',
  'harm.violence',
  'harm.weapons',
  'harm.illicit',
  'harm.malware',
] as const;

/** A model file that cannot be used. The message names what is wrong with it, for people. */
export class ModelError extends Error {}

const MAGIC = 'sallyport-guards 1';
const NEWLINE = 10;
const SIZE = 2 * BUCKETS + HARM_BUCKETS * HARMS.length;

type Described<T> = Omit<T, 'weights'>;
type Description = {
  direct: Described<Head>;
  indirect: Described<Head>;
  harm: Described<HarmHeads>;
};

/** @throws ModelError if a byte of it is not as it was written */
export function parseModel(bytes: Uint8Array): Model {
  const line = lineAt(bytes, 0);
  if (!line.startsWith(`${MAGIC} `)) throw new ModelError('The model file is not one of this version.');
  const rest = bytes.subarray(line.length + 1);
  if (line !== `${MAGIC} ${digestOf(rest)}`)
    throw new ModelError('The model file is damaged: its checksum does not fit.');
  const json = lineAt(rest, 0);
  const weights = new Int8Array(rest.subarray(json.length + 1));
  if (weights.length !== SIZE) throw new ModelError('The model file has too few or too many weights.');
  const { direct, indirect, harm } = JSON.parse(json) as Description;
  return {
    direct: { ...direct, weights: weights.subarray(0, BUCKETS) },
    indirect: { ...indirect, weights: weights.subarray(BUCKETS, 2 * BUCKETS) },
    harm: { ...harm, weights: weights.subarray(2 * BUCKETS) },
  };
}

/** The bytes that `parseModel` reads. */
export function formatModel({ direct, indirect, harm }: Model): Uint8Array {
  const without = <T extends { weights: Int8Array }>({ weights: _, ...rest }: T) => rest;
  const json = JSON.stringify({ direct: without(direct), indirect: without(indirect), harm: without(harm) });
  const parts = [direct.weights, indirect.weights, harm.weights].map((one) =>
    Buffer.from(Uint8Array.from(one)),
  );
  const rest = Buffer.concat([Buffer.from(`${json}\n`), ...parts]);
  return Buffer.concat([Buffer.from(`${MAGIC} ${digestOf(rest)}\n`), rest]);
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The ASCII line that begins here; empty if there is none. */
function lineAt(bytes: Uint8Array, from: number): string {
  const end = bytes.indexOf(NEWLINE, from);
  return end === -1 ? '' : Buffer.from(bytes.subarray(from, end)).toString('latin1');
}

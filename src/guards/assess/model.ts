/** The weights that ship with the product, as a sealed file: a byte each. */
import { ModelError, seal, unseal } from './sealed.ts';

export { ModelError } from './sealed.ts';

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

const NAME = 'sallyport-guards 1';
const SIZE = 2 * BUCKETS + HARM_BUCKETS * HARMS.length;

type Described<T> = Omit<T, 'weights'>;
type Description = {
  direct: Described<Head>;
  indirect: Described<Head>;
  harm: Described<HarmHeads>;
};

/** @throws ModelError if a byte of it is not as it was written */
export function parseModel(bytes: Uint8Array): Model {
  const sealed = unseal(NAME, bytes);
  const weights = new Int8Array(sealed.weights);
  if (weights.length !== SIZE) throw new ModelError('The model file has too few or too many weights.');
  const { direct, indirect, harm } = sealed.described as Description;
  return {
    direct: { ...direct, weights: weights.subarray(0, BUCKETS) },
    indirect: { ...indirect, weights: weights.subarray(BUCKETS, 2 * BUCKETS) },
    harm: { ...harm, weights: weights.subarray(2 * BUCKETS) },
  };
}

/** The bytes that `parseModel` reads. */
export function formatModel({ direct, indirect, harm }: Model): Uint8Array {
  const without = <T extends { weights: Int8Array }>({ weights: _, ...rest }: T) => rest;
  const described = { direct: without(direct), indirect: without(indirect), harm: without(harm) };
  const parts = [direct.weights, indirect.weights, harm.weights].map((one) =>
    Buffer.from(Uint8Array.from(one)),
  );
  return seal(NAME, described, parts);
}

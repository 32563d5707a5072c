/** What the second look learns: what users say, with more weight on texts of our own writing. */
import type { Vocabulary } from '../../src/encoder/weights.ts';
import type { Row } from '../data.ts';
import { direct, type Lesson, SYNTHETIC_SEED, written } from '../sets.ts';
import { roles } from '../synthetic.ts';
import { type Encoded, encodeAll } from './features.ts';
import { type Bag, type Scaling, scaledParts, scalingOf } from './learn.ts';

/** How much more texts of our own writing count than for the quick classifier, of which there are few here. */
const MORE = 3;
const ROLES_WEIGHT = 2;

function own(): readonly Lesson[] {
  return [
    ...written('direct').map((one) => ({ ...one, weight: MORE * one.weight })),
    ...roles(SYNTHETIC_SEED).map((one) => ({ ...one, weight: ROLES_WEIGHT })),
  ];
}

/** All texts as the encoder sees them, looked up by text. */
export interface Library {
  readonly scaling: Scaling;
  partsOf(text: string): readonly Float32Array[];
}

export async function libraryOf(rows: readonly Row[], vocabulary: Vocabulary): Promise<Library> {
  const texts = [...new Set([...rows, ...own()].map(({ text }) => text))];
  const encoded = await encodeAll(texts, vocabulary);
  const scaling = scalingOf(encoded.features);
  const numbers = new Map(texts.map((text, number) => [text, number]));
  return { scaling, partsOf: (text) => partsAt(encoded, numbers.get(text), scaling) };
}

function partsAt(
  { features, starts }: Encoded,
  number: number | undefined,
  scaling: Scaling,
): readonly Float32Array[] {
  if (number === undefined) throw new Error('A text was not encoded.');
  return scaledParts(features, starts[number] ?? 0, starts[number + 1] ?? 0, scaling);
}

/** @param rows that may be learnt from */
export function bagsOf(rows: readonly Row[], library: Library): readonly Bag[] {
  const lessons = [
    ...direct(rows).map(({ row, positive, weight }): Lesson => ({ text: row.text, positive, weight })),
    ...own(),
  ];
  return lessons
    .map(({ text, positive, weight }) => ({ parts: library.partsOf(text), positive, weight }))
    .filter(({ parts }) => parts.length > 0);
}

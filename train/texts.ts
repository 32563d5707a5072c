/**
 * Texts of our own making, in `texts/`: a line is a text with places at which one of several words stands, and gives as
 * many texts of it as are wanted, each once. The same seed gives the same texts.
 */
import { readFileSync } from 'node:fs';
import { oneOf, seeded } from './data.ts';
import type { Synthetic } from './synthetic.ts';

const EACH = 12;
const SEED = 5;
const PLACE = /\{([^{}]*)\}/g;

function linesOf(name: string): readonly string[] {
  const lines = readFileSync(new URL(`./texts/${name}.txt`, import.meta.url), 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('# '));
}

/** Braces that stand for themselves, and ends of lines. */
function written(text: string): string {
  return text.replaceAll('LB', '{').replaceAll('RB', '}').replaceAll('\\n', '\n');
}

function textsOf(name: string, random: () => number): readonly string[] {
  return linesOf(name).flatMap((raw) => {
    const line = raw.replaceAll('{LB}', 'LB').replaceAll('{RB}', 'RB');
    const choices = [...line.matchAll(PLACE)].reduce(
      (count, [, words]) => count * (words ?? '').split('|').length,
      1,
    );
    const wanted = Math.min(EACH, Math.max(1, choices >> 1));
    const texts = new Set<string>();
    for (let tries = 0; texts.size < wanted && tries < 4 * EACH; tries += 1)
      texts.add(written(line.replaceAll(PLACE, (_, words: string) => oneOf(words.split('|'), random) ?? '')));
    return [...texts];
  });
}

/** What users write. */
export function ofUsers(): readonly Synthetic[] {
  const random = seeded(SEED);
  return [
    ...textsOf('attacks-of-users', random).map((text) => ({ text, positive: true })),
    ...textsOf('innocent-of-users', random).map((text) => ({ text, positive: false })),
  ];
}

/** What stands in documents and in answers of tools. */
export function inDocuments(): readonly Synthetic[] {
  const random = seeded(SEED + 1);
  return [
    ...textsOf('attacks-in-documents', random).map((text) => ({ text, positive: true })),
    ...textsOf('innocent-in-documents', random).map((text) => ({ text, positive: false })),
  ];
}

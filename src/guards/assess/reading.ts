/** One text read one way: its letters folded, what the lexicon and the patterns see, and the features of its words. */
import type { Finding } from '../../core/finding.ts';
import { type Folded, fold } from './fold.ts';
import { type Grams, gramsOf } from './grams.ts';
import { type Mention, mentionsIn, SIGN } from './mentions.ts';
import { pairsIn, signsIn } from './techniques.ts';

export interface Closely {
  readonly folded: Folded;
  /** In places of the folded text. */
  readonly found: readonly Finding[];
  readonly grams: Grams;
}

export function readClosely(text: string): Closely {
  const folded = fold(text);
  const mentions = mentionsIn(folded);
  const signs = mayHaveSigns(text, mentions) ? signsIn(lowered(folded, text)) : [];
  const found = [...pairsIn(mentions), ...signs];
  return { folded, found, grams: gramsOf(folded, mentions, found) };
}

/** Signs stand near words that the lexicon knows, or begin with a bracket. */
function mayHaveSigns(text: string, mentions: readonly Mention[]): boolean {
  return text.includes('<') || text.includes('[') || mentions.some(({ concepts }) => (concepts & SIGN) !== 0);
}

/** The folded text as a string. */
function lowered({ codes, length, places }: Folded, text: string): string {
  if (places === undefined && text.toLowerCase().length === text.length) return text.toLowerCase();
  let lower = '';
  for (let at = 0; at < length; at += 1024)
    lower += String.fromCharCode(...codes.subarray(at, Math.min(length, at + 1024)));
  return lower;
}

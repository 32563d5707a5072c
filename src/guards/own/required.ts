/** Texts that must say something: a notice that an organization owes to whom it answers. */
import type { Judge } from './judge.ts';

/** A text that does not have these words is found. Case and the amount of white space do not matter. */
export function requiredJudge(type: string, words: string): Judge {
  const wanted = plain(words);
  return { type, of: 'whole', score: (text) => Number(!plain(text).includes(wanted)) };
}

function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\s{1,1000}/g, ' ')
    .trim();
}

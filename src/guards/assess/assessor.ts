/** What a whole text is: does it try to take the model over, does it do harm. */
import type { Finding } from '../../core/finding.ts';
import { fold } from './fold.ts';
import { mentionsIn } from './mentions.ts';
import type { Model } from './model.ts';
import { pairsIn, signsIn, TECHNIQUES, unfolded } from './techniques.ts';

export { canariesIn } from './canary.ts';
export { type Model, ModelError, parseModel } from './model.ts';
export { ASSESSED, joinings, type Read, type Slice, slicesOf } from './slices.ts';

/** How a text is meant to be read: what a user says; what tools, files and web pages say; what the model says. */
export type Reading = 'direct' | 'indirect' | 'system' | 'output';

/** The type of the score that a text as a whole gets. */
export const INJECTION = 'injection';

export interface Assessor {
  /** All finding types that it can give: `injection` (the calibrated score of the whole text), `injection.override`, … */
  readonly types: readonly string[];
  /**
   * What the text is: findings in places of the raw text (UTF-16); one that is about the text as a whole spans it whole.
   * Every type at most once per place; scores 0 to 1, also low ones (a policy's threshold decides). Pure, synchronous
   * and linear. A text has at most ASSESSED code units: longer ones are given in slices, so that a call stays short.
   */
  assess(text: string, reading: Reading): readonly Finding[];
}

/** Every type that an assessor gives, whatever its model. */
export const ASSESSMENTS: readonly string[] = [INJECTION, ...TECHNIQUES];

/** @param model the weights that ship with the product */
export function makeAssessor(model: Model): Assessor {
  return { types: ASSESSMENTS, assess: (text, reading) => assess(model, text, reading) };
}

function assess(model: Model, text: string, reading: Reading): readonly Finding[] {
  const folded = fold(text);
  const found = [
    ...pairsIn(mentionsIn(folded)).map((finding) => unfolded(finding, folded)),
    ...signsIn(text.toLowerCase().length === text.length ? text.toLowerCase() : text),
  ];
  const score = found.reduce((most, one) => Math.max(most, one.score * (model.trust[reading] ?? 1)), 0);
  return [{ type: INJECTION, score, start: 0, end: text.length }, ...strongest(found)];
}

/** Of each type in one place the highest score. */
function strongest(found: readonly Finding[]): readonly Finding[] {
  const best = new Map<string, Finding>();
  for (const one of found) {
    const key = `${one.type}:${one.start}:${one.end}`;
    const known = best.get(key);
    if (known === undefined || known.score < one.score) best.set(key, one);
  }
  return [...best.values()];
}

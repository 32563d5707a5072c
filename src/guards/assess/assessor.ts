/** What a whole text is: does it try to take the model over, does it do harm. */
import type { Finding } from '../../core/finding.ts';
import { type View, viewsOf } from '../views/index.ts';
import type { Grams } from './grams.ts';
import { HARMS, type Model } from './model.ts';
import { readClosely } from './reading.ts';
import { harmLogits, scoreOf, sigmoid } from './scores.ts';
import { TECHNIQUES, unfolded } from './techniques.ts';

export { canariesIn } from './canary.ts';
export { type Model, ModelError, parseModel } from './model.ts';
export { ASSESSED, joinings, type Read, type Slice, slicesOf } from './slices.ts';

/** How a text is meant to be read: what a user says; what tools, files and web pages say; what the model says. */
export type Reading = 'direct' | 'indirect' | 'system' | 'output';

/** The type of the score that a text as a whole gets. */
export const INJECTION = 'injection';

export interface Assessor {
  /** All finding types that it can give: `injection` (the calibrated score of the whole text), `injection.override`, …, `harm.violence`, … */
  readonly types: readonly string[];
  /**
   * What the text is: findings in places of the raw text (UTF-16); one that is about the text as a whole spans it whole.
   * Every type at most once per place; scores 0 to 1, also low ones (a policy's threshold decides). Pure, synchronous
   * and linear. A text has at most ASSESSED code units: longer ones are given in slices, so that a call stays short.
   */
  assess(text: string, reading: Reading): readonly Finding[];
}

/** Every type that an assessor gives, whatever its model. */
export const ASSESSMENTS: readonly string[] = [INJECTION, ...TECHNIQUES, ...HARMS];

/**
 * @param model the weights that ship with the product
 * @param wanted the types that are asked for; what nobody asks for is not worked out
 */
export function makeAssessor(model: Model, wanted: readonly string[] = ASSESSMENTS): Assessor {
  const types = ASSESSMENTS.filter((type) => wanted.includes(type));
  const harm = types.some((type) => type.startsWith('harm.'));
  const given = new Set(types);
  return {
    types,
    assess: (text, reading) => assess(model, text, reading, harm).filter(({ type }) => given.has(type)),
  };
}

/** A text read one way, and what was seen in it. */
interface Seen {
  readonly grams: Grams;
  /** How it was read. */
  readonly view: string;
  /** In places of the raw text. */
  readonly found: readonly Finding[];
}

function assess(model: Model, text: string, reading: Reading, harm: boolean): readonly Finding[] {
  const seen = [
    look(text),
    ...viewsOf(text)
      .filter(isReadAnew)
      .map((view) => look(view.text, view)),
  ];
  const found = seen.flatMap((one) => one.found);
  const whole = { start: 0, end: text.length };
  const heads = reading === 'indirect' ? [model.direct, model.indirect] : [model.direct];
  const scores = seen.map((one) => ({
    type: INJECTION,
    score: Math.max(surest(one.found), ...heads.map((head) => scoreOf(head, one.grams))),
    view: one.view,
    ...whole,
  }));
  const harms = harm ? strongest(seen.flatMap((one) => harmsIn(model, one, whole))) : [];
  return [...strongest(scores), ...strongest(found), ...harms];
}

/** Views that the folding of letters has seen through already are not worth another look. */
function isReadAnew({ name }: View): boolean {
  return name !== 'normal';
}

function look(text: string, view?: View): Seen {
  const { folded, found, grams } = readClosely(text);
  const name = view?.name ?? 'raw';
  const toRaw = (finding: Finding): Finding => {
    const place = unfolded(finding, folded);
    const { start, end } = view === undefined ? place : view.toRaw(place.start, place.end);
    return { type: finding.type, score: finding.score, start, end, view: name };
  };
  return { grams, view: name, found: found.map(toRaw) };
}

/** Techniques that are as good as sure need no classifier. */
const SURE = 0.9;

function surest(found: readonly Finding[]): number {
  return found.reduce((most, { score }) => (score >= SURE ? Math.max(most, score) : most), 0);
}

function harmsIn(
  model: Model,
  { grams, view }: Seen,
  whole: { start: number; end: number },
): readonly Finding[] {
  const { harm } = model;
  return harmLogits(harm, grams).map((logit, kind) => ({
    type: HARMS[kind] ?? '',
    score: sigmoid((logit - (harm.thresholds[kind] ?? 0)) * (harm.slopes[kind] ?? 1)),
    view,
    ...whole,
  }));
}

/** Of each type in one place the highest score. */
function strongest(found: readonly Finding[]): readonly Finding[] {
  if (found.length < 2) return found;
  const best = new Map<string, Finding>();
  for (const one of found) {
    const key = `${one.type}:${one.start}:${one.end}`;
    const known = best.get(key);
    if (known === undefined || known.score < one.score) best.set(key, one);
  }
  return [...best.values()];
}

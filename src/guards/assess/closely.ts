/** When a text is worth a second look, and what the two looks come to together. */
import type { Finding } from '../../core/finding.ts';
import type { SecondLook, TextAssessor } from '../../core/ports.ts';
import { after, type Soon } from '../../core/soon.ts';
import { type Assessor, INJECTION, type Reading } from './assessor.ts';
import { sigmoid } from './scores.ts';

/** Scores between which the quick classifier is unsure: a third of innocent requests, and most attacks that it misses. */
const UNSURE = { from: 0.083, to: 0.917 };
/** How much the second look counts beside the first, and the sum that scores one half (`train/encoder/report.ts`). */
const SHARE = 0.8;
const HALF = -0.6;
/** How fast a score rises with that sum, as the quick classifier's does. */
const SLOPE = 1.2;

/**
 * What was found with the score of the whole text looked at again, where the quick classifier is unsure of what a user
 * says as it stands; what was seen in a decoded view the second look does not see. As it was, where there is no answer.
 */
export function lookedAtAgain(
  text: string,
  reading: Reading,
  found: readonly Finding[],
  second: SecondLook,
): Soon<readonly Finding[]> {
  const first = found.find(({ type }) => type === INJECTION);
  if (reading !== 'direct' || first === undefined || !isUnsure(first)) return found;
  return after(second.look(text), (logit) =>
    logit === undefined
      ? found
      : found.map((one) => (one === first ? { ...one, score: together(one.score, logit) } : one)),
  );
}

/** @param view in which it was seen: what is said in another one, the second look does not see */
export function isUnsure({ score, view }: Pick<Finding, 'score' | 'view'>): boolean {
  return view === 'raw' && score >= UNSURE.from && score <= UNSURE.to;
}

/** @param first a score @param second the logarithm of the odds @returns a score */
export function together(first: number, second: number): number {
  const sum = Math.log(first / (1 - first)) / SLOPE + SHARE * second;
  return sigmoid((sum - HALF) * SLOPE);
}

/** For where nobody looks twice. */
export function lookingOnce({ assess }: Assessor): TextAssessor {
  return { assess, assessClosely: assess };
}

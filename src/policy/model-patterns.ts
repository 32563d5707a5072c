/**
 * The models that a grant names, as one question: is this name among them?
 * Answers are kept, but only for models of the policy: what clients make up is judged each time and never remembered.
 */
import { isGlob, type Matcher, matcher } from './glob.ts';

/** Longer names are no model's; the policy language allows none. */
const MAX_NAME = 256;

/**
 * @returns a maker of tests. Grants with the same patterns share one test, and so its memory: at most one answer for
 * each model of the policy.
 */
export function modelTests(models: { has(name: string): boolean }): (patterns: readonly string[]) => Matcher {
  const made = new Map<string, Matcher>();
  return (patterns) => {
    const key = JSON.stringify(patterns);
    const before = made.get(key);
    if (before !== undefined) return before;
    const test = remembering(allows(patterns), models);
    made.set(key, test);
    return test;
  };
}

/** Allowed is what a pattern names and none leaves out; the order of the list means nothing. */
function allows(patterns: readonly string[]): Matcher {
  const named = anyOf(patterns.filter((pattern) => !pattern.startsWith('!')));
  const leftOut = anyOf(
    patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1)),
  );
  return (model) => model.length <= MAX_NAME && named(model) && !leftOut(model);
}

/** Is one of the names among those meant, and none among those left out? */
export type NameTest = (names: readonly string[]) => boolean;

/** Patterns for names of which there may be several, or none. Where all of them leave out, everything else is meant. */
export function namesTest(patterns: readonly string[]): NameTest {
  const kept = patterns.filter((pattern) => !pattern.startsWith('!'));
  const dropped = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const meant = anyOf(kept);
  const leftOut = anyOf(dropped);
  const all = kept.length === 0;
  return (names) => (all || names.some(meant)) && !names.some(leftOut);
}

/** One look-up for all literal names, then the globs one by one. */
export function anyOf(patterns: readonly string[]): Matcher {
  const literals = new Set(patterns.filter((pattern) => !isGlob(pattern)));
  const globs = patterns.filter(isGlob).map(matcher);
  if (globs.length === 0) return (text) => literals.has(text);
  return (text) => literals.has(text) || globs.some((matches) => matches(text));
}

function remembering(test: Matcher, models: { has(name: string): boolean }): Matcher {
  const answers = new Map<string, boolean>();
  return (model) => {
    const before = answers.get(model);
    if (before !== undefined) return before;
    const answer = test(model);
    if (models.has(model)) answers.set(model, answer);
    return answer;
  };
}

/**
 * ask: what do the analyzers that a policy names say of the texts of a body? All are asked at once, about every text
 * of the roles that they are meant for; what they find is then looked at as if a detector of our own had found it.
 */
import { byPlace, type Finding } from '../core/finding.ts';
import type { AnalyzerFailure, AnalyzerSource, Analyzers } from '../core/ports.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Soon } from '../core/soon.ts';
import type { Role } from '../core/text.ts';
import { type RuleSet, withAnswers } from '../guards/rule-set.ts';

export interface Asking {
  readonly rules: RuleSet;
  readonly analyzers: Analyzers;
  /** As the policy has them, by name. */
  readonly sources: ReadonlyMap<string, AnalyzerSource>;
}

export interface AskedAbout {
  /** Rules for these texts, with what was found. */
  answered(rules: RuleSet): RuleSet;
  /** Some text passes of which nothing was learnt. */
  readonly missed: boolean;
  /** Nothing was learnt of a text that must not pass so. */
  readonly refusal?: Refusal;
}

/** More questions about one body are not asked: it is refused, or passes, as the policy says of failures. */
const MOST_QUESTIONS = 500;

const unchanged = (rules: RuleSet): RuleSet => rules;

interface Question {
  readonly role: Role;
  readonly text: string;
  readonly source: AnalyzerSource;
}

interface Answer extends Question {
  readonly outcome: readonly Finding[] | AnalyzerFailure;
}

export function askAnalyzers(
  segments: readonly { readonly role: Role; readonly text: string }[],
  { rules, analyzers, sources }: Asking,
): Soon<AskedAbout> {
  if (!rules.asks) return { answered: unchanged, missed: false };
  const questions = questionsIn(segments, rules, sources);
  const asked = questions.map(
    async (one, at): Promise<Answer> => ({
      ...one,
      outcome: at < MOST_QUESTIONS ? await analyzers.ask(one.source, one.text, one.role) : 'busy',
    }),
  );
  return Promise.all(asked).then(together);
}

/** Each text of a role once. */
function questionsIn(
  segments: readonly { readonly role: Role; readonly text: string }[],
  rules: RuleSet,
  sources: ReadonlyMap<string, AnalyzerSource>,
): readonly Question[] {
  const known = new Set<string>();
  return segments.flatMap(({ role, text }) => {
    if (text.trim() === '' || known.has(`${role} ${text}`)) return [];
    known.add(`${role} ${text}`);
    return [...rules.of(role).asks].flatMap((name) => {
      const source = sources.get(name);
      return source === undefined ? [] : [{ role, text, source }];
    });
  });
}

function together(answers: readonly Answer[]): AskedAbout {
  const found = new Map<Role, Map<string, readonly Finding[]>>();
  let missed = false;
  for (const { role, text, source, outcome } of answers) {
    if (typeof outcome === 'string') {
      if (source.onFailure === 'block')
        return {
          answered: unchanged,
          missed: true,
          refusal: refuse('analyzer_unavailable', { why: `analyzer_${outcome}` }),
        };
      missed = true;
      continue;
    }
    const texts = found.get(role) ?? new Map<string, readonly Finding[]>();
    texts.set(text, [...(texts.get(text) ?? []), ...outcome].sort(byPlace));
    found.set(role, texts);
  }
  return { answered: (rules) => withAnswers(rules, found), missed };
}

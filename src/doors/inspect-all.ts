/** All that is looked for in the texts of a body: what others say of them, what stands in them, and what they are. */
import type { FindingCount } from '../core/finding.ts';
import type { Ports } from '../core/ports.ts';
import type { Refusal } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { Role } from '../core/text.ts';
import type { Segment } from '../dialects/dialect.ts';
import type { Vault } from '../guards/placeholders.ts';
import type { RuleSet } from '../guards/rule-set.ts';
import type { Snapshot } from '../policy/snapshot.ts';
import { type Asking, askAnalyzers } from './ask-analyzers.ts';
import { type Assessing, assess } from './assess.ts';
import { type Inspected, type Inspecting, inspect, inspectText } from './inspect.ts';

export type { Inspected } from './inspect.ts';
export type InspectingAll = Inspecting & Assessing & Asking;

/** By which rules, where originals are kept, and who is asked. */
export function inspectingBy(
  rules: RuleSet,
  vault: Vault,
  { ports, policy }: { readonly ports: Asked; readonly policy: Pick<Snapshot, 'analyzers'> },
): InspectingAll {
  const { assessor, analyzers, nextTurn } = ports;
  return { rules, vault, assessor, analyzers, sources: policy.analyzers, nextTurn };
}

type Asked = Pick<Ports, 'assessor' | 'analyzers' | 'nextTurn'>;

export function inspectAll(text: string, segments: readonly Segment[], x: InspectingAll): Soon<Inspected> {
  return withAnswers(segments, x, (asked) => {
    const inspected = inspect(text, segments, asked);
    if (!asked.rules.assesses) return inspected;
    return after(inspected, (found) =>
      found.blocked === undefined
        ? after(assess(segments, asked), (assessed) => together(found, assessed))
        : found,
    );
  });
}

/** The same of a body that is one text without a form of its own, as far as something may stand in it. */
export function inspectPlain(text: string, role: Role, x: Inspecting & Asking): Soon<Inspected> {
  return withAnswers([{ role, text }], x, (asked) => inspectText(text, role, asked));
}

function withAnswers<X extends Asking>(
  texts: readonly { readonly role: Role; readonly text: string }[],
  x: X,
  look: (asked: X) => Soon<Inspected>,
): Soon<Inspected> {
  return after(askAnalyzers(texts, x), ({ answered, missed, refusal }) => {
    if (refusal !== undefined) return { edits: [], counts: [], blocked: refusal };
    const by = (rules: RuleSet) => look({ ...x, rules: answered(rules) });
    return after(decided(x.rules, by), (found) => (missed ? { ...found, missed } : found));
  });
}

/** Where some rules act only on what is found, everything is looked at once before. */
function decided(rules: RuleSet, look: (rules: RuleSet) => Soon<Inspected>): Soon<Inspected> {
  const { decides } = rules;
  if (decides === undefined) return look(rules);
  return after(look(decides.survey), ({ counts }) => look(decides.by(counts)));
}

/** What was found, and what else there is to say. The first refusal counts. */
export function together(
  inspected: Inspected,
  more: {
    readonly counts: readonly FindingCount[];
    readonly warnings: readonly string[];
    readonly blocked?: Refusal;
  },
): Inspected {
  if (more.counts.length === 0) return inspected;
  const blocked = inspected.blocked ?? more.blocked;
  return {
    ...inspected,
    counts: [...inspected.counts, ...more.counts],
    warnings: [...(inspected.warnings ?? []), ...more.warnings],
    ...(blocked && { blocked }),
  };
}

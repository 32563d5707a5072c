/**
 * Parts that no detector can look into: said in the record by kind, so that nobody takes silence for a clean bill, and
 * a policy may have something against them.
 */
import type { Action, FindingCount } from '../core/finding.ts';
import type { Refusal } from '../core/refusal.ts';
import type { OpaqueKind } from '../dialects/dialect.ts';
import type { RuleSet } from '../guards/rule-set.ts';
import { OPAQUE } from '../guards/rules.ts';

export interface JudgedOpaque {
  readonly counts: readonly FindingCount[];
  /** Ids of rules that warn. */
  readonly warnings: readonly string[];
  readonly blocked?: Refusal;
}

/** One count a kind: `opaque.image` and the like, which are logged unless a rule says otherwise. */
export function judgeOpaque(opaque: readonly OpaqueKind[], rules: RuleSet): JudgedOpaque {
  const kinds = new Map<OpaqueKind, number>();
  for (const kind of opaque) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const counts: FindingCount[] = [];
  const warnings: string[] = [];
  let blocked: Refusal | undefined;
  for (const [kind, count] of kinds) {
    const type = OPAQUE + kind;
    const { deed, shadow } = rules.opaque(type);
    const of = (action: Action): FindingCount => ({ type, direction: rules.direction, action, count });
    counts.push(of(deed?.action ?? 'log'));
    if (shadow !== undefined) counts.push({ ...of(shadow.action), shadow: true });
    if (deed !== undefined && 'rule' in deed) warnings.push(deed.rule);
    if (deed?.action === 'block') blocked ??= deed.refusal;
  }
  return { counts, warnings, ...(blocked && { blocked }) };
}

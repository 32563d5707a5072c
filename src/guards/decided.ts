/** Rules that act only where enough of something is found: known when all of a prompt has been looked at. */
import type { FindingCount } from '../core/finding.ts';
import type { Rule } from './rules.ts';

/** How often each type of the rules was found, and each category: `pii` is the sum of all `pii.*`. */
export function totalsOf(
  rules: readonly Rule[],
  counts: readonly FindingCount[],
): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  const add = (name: string, count: number) => totals.set(name, (totals.get(name) ?? 0) + count);
  const addType = (type: string, count: number) => {
    const dots = [...type.matchAll(/\./g)].map(({ index }) => type.slice(0, index));
    for (const name of new Set([...dots, type])) add(name, count);
  };
  for (const type of new Set(rules.flatMap(({ detect }) => detect))) addType(type, 0);
  for (const { type, count } of counts) addType(type, count);
  return totals;
}

/** The rules as those who only look: each finding is counted, and nothing is done. */
export function surveying(rules: readonly Rule[]): readonly Rule[] {
  return rules.map(({ when: _, ...rule }) => ({ ...rule, action: 'log', shadow: false }));
}

/** The rules that act on what was found; those without a condition always do. */
export function actingOn(rules: readonly Rule[], counts: readonly FindingCount[]): readonly Rule[] {
  const totals = totalsOf(rules, counts);
  return rules.flatMap(({ when, ...rule }) => (when === undefined || when(totals) ? [rule] : []));
}

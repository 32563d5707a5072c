/**
 * The guardrails of a policy that are about one request, as the guards want them. Those that are about the same callers,
 * models and share of requests come to the same sets again and again: each is compiled once.
 */
import { hash } from 'node:crypto';
import type { Voucher } from '../core/voucher.ts';
import { compileRuleSet, type RuleSet } from '../guards/rule-set.ts';
import type { Guardrail, Snapshot } from '../policy/snapshot.ts';

export interface PolicyRules {
  readonly input: RuleSet;
  readonly output: RuleSet;
}

/** Sets that are kept for a policy; a policy with more guardrails of different sorts compiles some of them again. */
const MOST_SETS = 256;

const COMPILED = new WeakMap<Snapshot, Map<string, PolicyRules>>();

/** @param model the clients' name of it; absent where the request names none */
export function rulesOf(
  policy: Snapshot,
  voucher: Pick<Voucher, 'principal' | 'requestId'>,
  model: string | undefined,
): PolicyRules {
  const known = COMPILED.get(policy) ?? new Map<string, PolicyRules>();
  COMPILED.set(policy, known);
  const { guardrails } = policy;
  const name = guardrails.every(isPlain) ? '' : nameOf(guardrails, voucher, model);
  const before = known.get(name);
  if (before !== undefined) return before;
  const applying = name === '' ? guardrails : guardrails.filter((_, i) => name[i] === '1');
  const rules = {
    input: compileRuleSet(applying, 'input', policy.content),
    output: compileRuleSet(applying, 'output', policy.content),
  };
  const oldest = known.keys().next();
  if (known.size >= MOST_SETS && oldest.done !== true) known.delete(oldest.value);
  known.set(name, rules);
  return rules;
}

function isPlain({ concerns, sample }: Guardrail): boolean {
  return concerns === undefined && sample === undefined;
}

/** A `1` for each that is about the request. */
function nameOf(
  guardrails: readonly Guardrail[],
  { principal, requestId }: Pick<Voucher, 'principal' | 'requestId'>,
  model: string | undefined,
): string {
  return guardrails
    .map(({ id, concerns, sample }) => {
      const meant = concerns?.(principal, model) ?? true;
      return meant && (sample === undefined || fractionOf(`${requestId} ${id}`) < sample) ? '1' : '0';
    })
    .join('');
}

/** Uniform in [0, 1), the same each time. */
function fractionOf(text: string): number {
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, 12), 16) / 2 ** 48;
}

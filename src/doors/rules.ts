/** The guardrails of a policy as the guards want them, compiled once a snapshot. */
import { compileRules, type Rules } from '../guards/rules.ts';
import type { Snapshot } from '../policy/snapshot.ts';

export interface PolicyRules {
  readonly input: Rules;
  readonly output: Rules;
}

const COMPILED = new WeakMap<Snapshot, PolicyRules>();

export function rulesOf(policy: Snapshot): PolicyRules {
  const known = COMPILED.get(policy);
  if (known !== undefined) return known;
  const rules = {
    input: compileRules(policy.guardrails, 'input'),
    output: compileRules(policy.guardrails, 'output'),
  };
  COMPILED.set(policy, rules);
  return rules;
}

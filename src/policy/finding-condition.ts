/**
 * Conditions of guardrails over what was found in a prompt, in CEL: `findings["pii.card"] >= 3`. Compiled and
 * type-checked when a policy is loaded, with the bounds of the conditions of grants.
 */
import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { BOUNDED, calledBy, childrenOf, compileCondition, type Problem } from './cel.ts';
import { costOf, MOST_COST } from './expression-cost.ts';

/** @param found how often each type was found, 0 for those that were not */
export type FindingCondition = (found: ReadonlyMap<string, number>) => boolean;

const ENVIRONMENT = new Environment(BOUNDED).registerVariable('findings', 'map<string, int>');

/**
 * A condition that has no value, since it asks for a type that nobody looks for, holds: its rule acts.
 * @returns what is wrong, in a line, where it is no condition
 */
export function compileFindingCondition(text: string): { readonly condition: FindingCondition } | Problem {
  return compileCondition(text, ENVIRONMENT, (evaluate) => {
    // Types need no patterns, and the engine's are not linear.
    if (calls(evaluate.ast, 'matches')) return { problem: 'no such function here: matches' };
    if (costOf(evaluate.ast, () => 1) > MOST_COST) return { problem: 'it costs too much' };
    return {
      condition(found) {
        const findings = new Map([...found].map(([type, count]) => [type, BigInt(count)]));
        try {
          return evaluate({ findings }) !== false;
        } catch {
          return true;
        }
      },
    };
  });
}

function calls(node: ASTNode, name: string): boolean {
  return calledBy(node) === name || childrenOf(node.args).some((child) => calls(child, name));
}

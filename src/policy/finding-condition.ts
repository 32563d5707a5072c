/**
 * Conditions of guardrails over what was found in a prompt, in CEL: `findings["pii.card"] >= 3`. Compiled and
 * type-checked when a policy is loaded, with the bounds of the conditions of grants.
 */
import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { LONGEST_EXPRESSION } from './expression.ts';
import { costOf, MOST_COST } from './expression-cost.ts';

/** @param found how often each type was found, 0 for those that were not */
export type FindingCondition = (found: ReadonlyMap<string, number>) => boolean;

const ENVIRONMENT = new Environment({
  unlistedVariablesAreDyn: false,
  limits: { maxAstNodes: 300, maxDepth: 24, maxListElements: 100, maxMapEntries: 20, maxCallArguments: 8 },
}).registerVariable('findings', 'map<string, int>');

/**
 * A condition that has no value, since it asks for a type that nobody looks for, holds: its rule acts.
 * @returns what is wrong, in a line, where it is no condition
 */
export function compileFindingCondition(
  text: string,
): { readonly condition: FindingCondition } | { readonly problem: string } {
  if (text.length > LONGEST_EXPRESSION) return { problem: `longer than ${LONGEST_EXPRESSION} characters` };
  try {
    return compile(text);
  } catch (error) {
    return { problem: firstLine(error) };
  }
}

function compile(text: string): ReturnType<typeof compileFindingCondition> {
  const checked = ENVIRONMENT.check(text);
  if (!checked.valid) return { problem: firstLine(checked.error) };
  if (checked.type !== 'bool') return { problem: `a condition is true or false, this is ${checked.type}` };
  const { ast } = ENVIRONMENT.parse(text);
  // Types need no patterns, and the engine's are not linear.
  if (calls(ast, 'matches')) return { problem: 'no such function here: matches' };
  if (costOf(ast, () => 1) > MOST_COST) return { problem: 'it costs too much' };
  const evaluate = ENVIRONMENT.parse(text);
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
}

function calls(value: unknown, name: string): boolean {
  if (Array.isArray(value)) return value.some((one) => calls(one, name));
  if (typeof value !== 'object' || value === null || !('op' in value)) return false;
  const { op, args } = value as ASTNode;
  const isCall = op === 'rcall' || op === 'call';
  return (isCall && (args as readonly unknown[])[0] === name) || calls(args, name);
}

const firstLine = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);

/** CEL (the Common Expression Language, cel-spec) as conditions of a policy use it: bounds, checks, and walking its trees. */
import type { ASTNode, Environment } from '@marcbachmann/cel-js';

/** UTF-16 code units. */
export const LONGEST_EXPRESSION = 2000;

/** Of every environment: what is not listed is a mistake, and trees stay small. */
export const BOUNDED = {
  unlistedVariablesAreDyn: false,
  limits: { maxAstNodes: 300, maxDepth: 24, maxListElements: 100, maxMapEntries: 20, maxCallArguments: 8 },
} as const;

export interface Problem {
  /** What is wrong, in a line. */
  readonly problem: string;
}

type Parsed = ReturnType<Environment['parse']>;

/** Parses a condition and checks its types. @param make what becomes of it */
export function compileCondition<T extends object>(
  text: string,
  environment: Environment,
  make: (parsed: Parsed) => T | Problem,
): T | Problem {
  if (text.length > LONGEST_EXPRESSION) return { problem: `longer than ${LONGEST_EXPRESSION} characters` };
  try {
    const checked = environment.check(text);
    if (!checked.valid) return { problem: firstLine(checked.error) };
    if (checked.type !== 'bool') return { problem: `a condition is true or false, this is ${checked.type}` };
    return make(environment.parse(text));
  } catch (error) {
    return { problem: firstLine(error) };
  }
}

const firstLine = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);

const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value;

/** The nodes that stand directly in the arguments of one. */
export function childrenOf(value: unknown): ASTNode[] {
  if (Array.isArray(value)) return value.flatMap((item) => (isNode(item) ? [item] : childrenOf(item)));
  return isNode(value) ? [value] : [];
}

/** The function that a node calls; undefined if it calls none. */
export function calledBy(node: ASTNode): string | undefined {
  return node.op === 'rcall' || node.op === 'call' ? node.args[0] : undefined;
}

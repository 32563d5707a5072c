/**
 * Conditions of grants, in CEL. Compiled and type-checked when a policy is
 * loaded; evaluated within bounds whatever the request says: what it can cost at most is known before
 * (`expression-cost.ts`), and regular expressions run on an engine that is linear (RE2 syntax).
 */
import { type ASTNode, Environment, serialize } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { BOUNDED, calledBy, childrenOf, compileCondition, type Problem } from './cel.ts';
import { costOf, MOST_COST } from './expression-cost.ts';
import type { Facts } from './grant-rules.ts';

export interface Expression {
  /** It asks about `body`, which the first door does not know. */
  readonly needsBody: boolean;
  /** @returns `error` where it has no value, such as for a label that the principal does not have. Never throws. */
  evaluate(facts: Facts): boolean | 'error';
}

export type CompiledExpression = { readonly expression: Expression } | Problem;

/** The engine's own `matches` is not linear: calls of it are renamed to this. */
const LINEAR = 'linearMatches';

const STRINGS = 'list<string>';
const ENVIRONMENT = new Environment(BOUNDED)
  .registerVariable({
    name: 'principal',
    schema: {
      id: 'string',
      key: 'string',
      user: 'string',
      tenant: 'string',
      team: 'string',
      project: 'string',
      application: 'string',
      issuer: 'string',
      workload: 'string',
      methods: STRINGS,
      groups: STRINGS,
      scopes: STRINGS,
      labels: 'map<string, string>',
    },
  })
  .registerVariable({
    name: 'request',
    schema: {
      operation: 'string',
      method: 'string',
      path: 'string',
      host: 'string',
      address: 'string',
      time: 'google.protobuf.Timestamp',
    },
  })
  .registerVariable({
    name: 'body',
    schema: { model: 'string', stream: 'bool', features: STRINGS, n: 'int', max_output_tokens: 'int' },
  })
  .registerFunction(`string.${LINEAR}(string): bool`, (text: string, pattern: string) =>
    patternOf(pattern).test(text),
  );

/** Patterns of policies, compiled once. They are literals, so there are only so many. */
const PATTERNS = new Map<string, RE2JS>();
const MOST_PATTERNS = 10_000;

/** @throws if it is no pattern */
function patternOf(pattern: string): RE2JS {
  const known = PATTERNS.get(pattern);
  if (known !== undefined) return known;
  const made = RE2JS.compile(pattern);
  if (PATTERNS.size >= MOST_PATTERNS) PATTERNS.clear();
  PATTERNS.set(pattern, made);
  return made;
}

/** @returns what is wrong, in a line, where it is no condition */
export function compileExpression(text: string): CompiledExpression {
  return compileCondition(text, ENVIRONMENT, ({ ast }) => {
    const problem = judgeCalls(ast);
    if (problem !== undefined) return { problem };
    if (costOf(ast, (pattern) => patternOf(pattern).programSize()) > MOST_COST)
      return { problem: 'it costs too much where lists are as long as they can be' };
    const needsBody = names(ast, 'body');
    makeLinear(ast);
    const evaluate = ENVIRONMENT.parse(serialize(ast));
    return {
      expression: {
        needsBody,
        evaluate(facts) {
          try {
            const value: unknown = evaluate(contextOf(facts));
            return typeof value === 'boolean' ? value : 'error';
          } catch {
            return 'error';
          }
        },
      },
    };
  });
}

function judgeCalls(node: ASTNode): string | undefined {
  const called = calledBy(node);
  if (called === LINEAR) return `no such function: ${LINEAR}`;
  if (called === 'matches') {
    const problem = judgePattern(node.op === 'rcall' ? node.args[2][0] : undefined);
    if (problem !== undefined) return problem;
  }
  for (const child of childrenOf(node.args)) {
    const problem = judgeCalls(child);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function judgePattern(node: ASTNode | undefined): string | undefined {
  if (node?.op !== 'value' || typeof node.args !== 'string') return 'matches() takes a pattern in quotes';
  try {
    patternOf(node.args);
    return undefined;
  } catch {
    return `no regular expression (RE2 syntax): ${node.args.slice(0, 60)}`;
  }
}

function names(node: ASTNode, variable: string): boolean {
  if (node.op === 'id' && node.args === variable) return true;
  return childrenOf(node.args).some((child) => names(child, variable));
}

function makeLinear(node: ASTNode): void {
  if (node.op === 'rcall' && node.args[0] === 'matches')
    (node as { args: unknown[] }).args = [LINEAR, ...node.args.slice(1)];
  for (const child of childrenOf(node.args)) makeLinear(child);
}

interface Context {
  readonly principal: object;
  readonly request: object;
  readonly body: object;
}

const CONTEXTS = new WeakMap<Facts, Context>();

/** Made once for a request that is asked about more than once. */
function contextOf(facts: Facts): Context {
  const known = CONTEXTS.get(facts);
  if (known !== undefined) return known;
  const made = makeContext(facts);
  CONTEXTS.set(facts, made);
  return made;
}

/** What is absent is the empty text, so that a condition can ask for it. */
function makeContext({ principal: p, body, ...facts }: Facts): Context {
  const text = (value: string | undefined) => value ?? '';
  return {
    principal: {
      id: p.id,
      key: text(p.key),
      user: text(p.user),
      tenant: text(p.tenant),
      team: text(p.team),
      project: text(p.project),
      application: text(p.application),
      issuer: text(p.issuer),
      workload: text(p.workload),
      methods: p.methods,
      groups: p.groups,
      scopes: p.scopes ?? [],
      labels: new Map(Object.entries(p.labels ?? {})),
    },
    request: {
      operation: facts.operation,
      method: facts.method,
      path: facts.path,
      host: facts.host,
      address: facts.clientAddress,
      time: new Date(facts.time),
    },
    body: {
      model: text(body?.model),
      stream: body?.stream ?? false,
      features: body?.features ?? [],
      n: BigInt(body?.n ?? 1),
      max_output_tokens: BigInt(body?.maxOutputTokens ?? 0),
    },
  };
}

/**
 * What a condition costs at most, whatever a request says: estimated when a policy is loaded, from the largest that each
 * variable can be (the "cost estimation" of cel-spec's implementations). A unit is about what one comparison takes.
 */
import type { ASTNode } from '@marcbachmann/cel-js';

/** A few milliseconds. */
export const MOST_COST = 100_000;

/** How large a value can be. */
interface Size {
  /** Characters of a text, items of a list or map; 1 for anything else. */
  readonly count: number;
  /** Characters of each item. */
  readonly item: number;
}

interface Estimate extends Size {
  readonly cost: number;
}

interface Scope {
  /** Names that loops and bindings give. */
  readonly names: ReadonlyMap<string, Size>;
  /** Instructions of a pattern, compiled. */
  readonly sizeOf: (pattern: string) => number;
}

const TEXT: Size = { count: 256, item: 1 };
const SIZES: ReadonlyMap<string, Size> = new Map([
  ['groups', { count: 256, item: 256 }],
  ['scopes', { count: 256, item: 128 }],
  ['methods', { count: 8, item: 16 }],
  ['labels', { count: 64, item: 256 }],
  ['features', { count: 32, item: 32 }],
  ['path', { count: 512, item: 1 }],
]);

const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);
const COMPARED_AT_ONCE = 64;
const SCANNED_AT_ONCE = 16;
/** Instructions of a pattern that can be followed at once for the cost of one comparison. */
const FOLLOWED_AT_ONCE = 128;

/** @param sizeOf instructions of a pattern, compiled */
export function costOf(node: ASTNode, sizeOf: Scope['sizeOf']): number {
  return estimate(node, { names: new Map(), sizeOf }).cost;
}

function binding({ names, sizeOf }: Scope, name: string, size: Size): Scope {
  return { names: new Map([...names, [name, size]]), sizeOf };
}

function estimate(node: ASTNode, scope: Scope): Estimate {
  switch (node.op) {
    case 'value':
      return { count: typeof node.args === 'string' ? node.args.length : 1, item: 1, cost: 1 };
    case 'id':
      return { ...(scope.names.get(node.args) ?? TEXT), cost: 1 };
    case '.':
    case '.?':
      return { ...(SIZES.get(node.args[1]) ?? TEXT), cost: 1 + estimate(node.args[0], scope).cost };
    case 'rcall':
      return methodCall(node.args, scope);
    case 'call':
      return plainCall(node.args[1].map((argument) => estimate(argument, scope)));
    case 'list':
      return literal(node.args.map((item) => estimate(item, scope)));
    case 'map':
      return literal(node.args.flat().map((part) => estimate(part, scope)));
    case '!_':
    case '-_':
      return estimate(node.args, scope);
    default:
      return operator(
        node.op,
        node.args.map((operand) => estimate(operand, scope)),
      );
  }
}

const costs = (parts: readonly Estimate[]): number => parts.reduce((sum, { cost }) => sum + cost, 1);
const largest = (parts: readonly Size[], of: 'count' | 'item'): number =>
  Math.max(1, ...parts.map((part) => part[of]));

function literal(items: readonly Estimate[]): Estimate {
  return { count: items.length, item: largest(items, 'count'), cost: costs(items) };
}

function operator(op: string, operands: readonly Estimate[]): Estimate {
  const [left, right] = operands;
  const cost = costs(operands);
  if (left === undefined || right === undefined) return { ...TEXT, cost };
  const count = left.count + right.count;
  const item = largest(operands, 'item');
  switch (op) {
    case '+':
      return { count, item, cost: cost + count };
    case 'in':
      return { count: 1, item: 1, cost: cost + right.count * (1 + right.item / COMPARED_AT_ONCE) };
    case '[]':
    case '[?]':
      return { count: left.item, item: 1, cost };
    case '?:':
      return { count: largest(operands, 'count'), item, cost };
    default:
      return {
        count: 1,
        item: 1,
        cost: cost + (Math.min(left.count, right.count) / COMPARED_AT_ONCE) * item,
      };
  }
}

type Call = readonly [name: string, on: ASTNode, given: readonly ASTNode[]];

function methodCall([name, on, given]: Call, scope: Scope): Estimate {
  const [first, second] = given;
  if (LOOPS.has(name) && first?.op === 'id')
    return loop(name, estimate(on, scope), first.args, given.slice(1), scope);
  if (name === 'bind' && first?.op === 'id' && second !== undefined) {
    const value = estimate(second, scope);
    const bodies = given.slice(2).map((body) => estimate(body, binding(scope, first.args, value)));
    return {
      count: largest(bodies, 'count'),
      item: largest(bodies, 'item'),
      cost: value.cost + costs(bodies),
    };
  }
  const receiver = estimate(on, scope);
  const all = [receiver, ...given.map((argument) => estimate(argument, scope))];
  switch (name) {
    case 'matches':
      return { count: 1, item: 1, cost: costs(all) + receiver.count * perCharacter(first, scope) };
    case 'join':
      return joined(receiver, largest(all.slice(1), 'count'), costs(all));
    case 'split':
      return { count: receiver.count, item: receiver.count, cost: costs(all) + receiver.count };
    default:
      return plainCall(all);
  }
}

/** The engine is linear, but how many states it follows at once grows with the pattern. */
function perCharacter(pattern: ASTNode | undefined, { sizeOf }: Scope): number {
  const size = pattern?.op === 'value' && typeof pattern.args === 'string' ? sizeOf(pattern.args) : 0;
  return 0.25 + size / FOLLOWED_AT_ONCE;
}

function loop(
  name: string,
  over: Estimate,
  variable: string,
  bodies: readonly ASTNode[],
  scope: Scope,
): Estimate {
  const inside = binding(scope, variable, { count: over.item, item: 1 });
  const each = bodies.map((body) => estimate(body, inside));
  const cost = over.cost + over.count * costs(each);
  if (name === 'map') return { count: over.count, item: largest(each, 'count'), cost };
  return name === 'filter' ? { ...over, cost } : { count: 1, item: 1, cost };
}

function joined({ count, item }: Size, between: number, cost: number): Estimate {
  const length = count * (item + between);
  return { count: length, item: 1, cost: cost + length / SCANNED_AT_ONCE };
}

/** Nothing that a function makes of a text is longer than four times as much. */
function plainCall(given: readonly Estimate[]): Estimate {
  const count = largest(given, 'count');
  return { count: 4 * count, item: largest(given, 'item'), cost: costs(given) + count / SCANNED_AT_ONCE };
}

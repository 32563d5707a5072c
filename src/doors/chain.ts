/** Runs stages one after another until one refuses. Which stages, and in which order, stands in `check.ts`. */
import type { Ports } from '../core/ports.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import type { Snapshot } from '../policy/snapshot.ts';

/** A step of a door: it adds facts to the exchange, or refuses. A throw is a bug or a port's fault, never a verdict. */
export type Stage<In, Out> = (
  x: In,
  policy: Snapshot,
  ports: Ports,
) => Out | Refusal | Promise<Out | Refusal>;

/** Told after each stage; `explain` prints what it is told. */
export type Observer = (stage: string, result: object | Refusal) => void;

/** Stages in order, each needing what the one before it adds: a wrong order does not compile. */
export function chain<A, B, C, D, E, F>(
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
): readonly Stage<never, unknown>[] {
  return [a, b, c, d, e] as readonly Stage<never, unknown>[];
}

/**
 * Walks the stages. The names are those of the functions, which are those of the pipeline table.
 * @param reached is set to the richest exchange reached, also when a stage throws: the record is made from it
 */
export async function walk<In extends object, Out>(
  stages: readonly Stage<never, unknown>[],
  start: In,
  policy: Snapshot,
  ports: Ports,
  reached: { exchange: object },
  observe?: Observer,
): Promise<Out | Refusal> {
  let x: object = start;
  for (const stage of stages as readonly Stage<object, object>[]) {
    const answer = stage(x, policy, ports);
    const result = answer instanceof Promise ? await answer : answer;
    observe?.(stage.name, result);
    if (isRefusal(result)) return result;
    x = result;
    reached.exchange = x;
  }
  return x as Out;
}

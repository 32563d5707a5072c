/** Runs stages one after another until one refuses. Which stages, and in which order, stands in `check.ts`. */
import type { Ports } from '../core/ports.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import type { Soon } from '../core/soon.ts';
import type { Snapshot } from '../policy/snapshot.ts';

/** A step of a door: it adds facts to the exchange, or refuses. A throw is a bug or a port's fault, never a verdict. */
export type Stage<In, Out> = (x: In, policy: Snapshot, ports: Ports) => Soon<Out | Refusal>;

/** Told after each stage; `explain` prints what it is told. */
export type Observer = (stage: string, result: object | Refusal) => void;

type AnyStage = Stage<object, object>;

/** Stages in order, from what they start with to what they end with. */
export interface Chain<In, Out> {
  readonly stages: readonly AnyStage[];
  /** Never there: it carries the types. */
  readonly types?: (x: In) => Out;
}

/** Stages in order, each needing what the one before it adds: a wrong order does not compile. */
export function chain<A, B, C, D, E, F>(
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
): Chain<A, F> {
  return { stages: [a, b, c, d, e] as readonly unknown[] as readonly AnyStage[] };
}

export interface Walk {
  readonly policy: Snapshot;
  readonly ports: Ports;
  /** The richest exchange reached, also when a stage throws: the record is made from it. */
  exchange: object;
  readonly observe?: Observer | undefined;
}

/**
 * Walks the stages from `walk.exchange` on. Waits only where a stage does: most requests are judged without.
 * The names told to the observer are those of the functions, which are those of the pipeline table.
 */
export function runChain<In extends object, Out extends object>(
  { stages }: Chain<In, Out>,
  walk: Walk & { exchange: In },
): Soon<Out | Refusal> {
  return runFrom(stages, 0, walk) as Soon<Out | Refusal>;
}

function runFrom(stages: readonly AnyStage[], first: number, walk: Walk): Soon<object> {
  for (let at = first; at < stages.length; at += 1) {
    const stage = stages[at];
    if (stage === undefined) break;
    const result = stage(walk.exchange, walk.policy, walk.ports);
    if (result instanceof Promise) {
      return result.then((settled) =>
        reach(stage, settled, walk) ? runFrom(stages, at + 1, walk) : settled,
      );
    }
    if (!reach(stage, result, walk)) return result;
  }
  return walk.exchange;
}

/** @returns false if the stage refused */
function reach(stage: AnyStage, result: object | Refusal, walk: Walk): boolean {
  walk.observe?.(stage.name, result);
  if (isRefusal(result)) return false;
  walk.exchange = result;
  return true;
}

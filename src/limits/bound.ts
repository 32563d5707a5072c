/**
 * How far limits can be overshot, and how what a stream holds grows.
 *
 * A limit lets a request in only if what it is expected to use fits beside all that others hold. So with k requests
 * under way that were let in, what is used can pass the limit by no more than
 *
 *     Σ over the k of ( the most that it may use − what it holds )
 *
 * where the most is its counted prompt and its output bound, times its choices. A stream holds more as it says more: each
 * time that it has said all that it holds, it takes another step, before the piece that passed it may leave. So of
 * streams under a limit that ends them, each adds at most one piece of its answer; under one that does not, all that it
 * says is charged as it says it, and keeps others out.
 */

/** Output tokens of one step at least. */
export const LEAST_STEP = 256;

/**
 * @param output tokens said so far, more than were held
 * @param expected tokens that were expected
 * @param most tokens that may be said; may be infinite
 * @returns how many to hold from now on: at least `output`
 */
export function nextStep(output: number, expected: number, most: number): number {
  const step = Math.max(LEAST_STEP, Math.ceil(expected / 4));
  return Math.max(output, Math.min(output + step, most));
}

/** Long work in small steps: done at once where nobody waits, and with turns for others between them where requests do. */

/** Yields between steps of about a millisecond. */
export type Steps<T> = Generator<void, T, void>;

/** Items between two yields. */
export const STEP = 50;

export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** @param nextTurn lets other work run */
export async function inTurns<T>(steps: Steps<T>, nextTurn: () => Promise<void>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await nextTurn();
  }
}

/** `map`, a step at a time. */
export function* mapSteps<T, U>(items: readonly T[], map: (item: T, index: number) => U): Steps<U[]> {
  const mapped: U[] = [];
  for (const [i, item] of items.entries()) {
    mapped.push(map(item, i));
    if (i % STEP === STEP - 1) yield;
  }
  return mapped;
}

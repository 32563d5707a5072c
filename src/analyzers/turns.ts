/** So many at one time, and the others in the order in which they came. */

export class Turns {
  readonly #most: number;
  readonly #mostWaiting: number;
  #under = 0;
  readonly #waiting = new Set<() => void>();

  /** @param most at one time @param mostWaiting besides them */
  constructor(most: number, mostWaiting: number) {
    this.#most = most;
    this.#mostWaiting = mostWaiting;
  }

  /** @returns whether one's turn came before the signal; whoever got it gives it back. `full` where too many wait */
  take(signal: AbortSignal): Promise<'taken' | 'aborted' | 'full'> {
    if (this.#under < this.#most) {
      this.#under += 1;
      return Promise.resolve('taken');
    }
    if (this.#waiting.size >= this.#mostWaiting) return Promise.resolve('full');
    return new Promise((resolve) => {
      const abort = () => {
        this.#waiting.delete(go);
        resolve('aborted');
      };
      const go = () => {
        signal.removeEventListener('abort', abort);
        resolve('taken');
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.add(go);
    });
  }

  giveBack(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#under -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

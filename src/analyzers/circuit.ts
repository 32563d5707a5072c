/** Leaves alone who fails again and again: for a while nobody asks, then one does, and the others by what becomes of it. */

const MOST_FAILURES = 5;
export const REST_MS = 5000;

export class Circuit {
  readonly #elapsed: () => number;
  #failures = 0;
  /** When it may be asked again. */
  #restsUntil = 0;
  #trying = false;

  /** @param elapsed monotonic, milliseconds */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** May it be asked now? Whoever is told so says what became of it. */
  mayTry(): boolean {
    if (this.#failures < MOST_FAILURES) return true;
    if (this.#trying || this.#elapsed() < this.#restsUntil) return false;
    this.#trying = true;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#trying = false;
  }

  failed(): void {
    this.#failures += 1;
    this.#trying = false;
    if (this.#failures >= MOST_FAILURES) this.#restsUntil = this.#elapsed() + REST_MS;
  }
}

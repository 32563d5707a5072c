/**
 * Stops asking a server that does not answer, and asks it in the background until it does.
 *
 * It opens when three calls fail within a second. While it is open no request waits for anything; every quarter of a
 * second it probes, and closes when a probe succeeds. A library's breaker (cockatiel) probes with a request that comes
 * by, which then waits in vain; and it wraps every call, where here a call that succeeds costs nothing.
 */

const MOST_FAILURES = 3;
const WITHIN_MS = 1000;
export const PROBE_MS = 250;

export class Breaker {
  readonly #elapsed: () => number;
  readonly #onChange: (open: boolean) => void;
  /** When the last calls failed, oldest first. */
  #failures: number[] = [];
  #open = false;

  /** @param elapsed monotonic, milliseconds @param onChange hears of each opening and closing */
  constructor(elapsed: () => number, onChange: (open: boolean) => void) {
    this.#elapsed = elapsed;
    this.#onChange = onChange;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  failed(): void {
    if (this.#open) return;
    const now = this.#elapsed();
    this.#failures = [...this.#failures.filter((at) => now - at < WITHIN_MS), now];
    if (this.#failures.length >= MOST_FAILURES) this.#turn(true);
  }

  /** Of a probe while it is open. */
  succeeded(): void {
    if (this.#open) this.#turn(false);
  }

  #turn(open: boolean): void {
    this.#open = open;
    this.#failures = [];
    this.#onChange(open);
  }
}

/** One clock for the time limits of all calls: a timer for each stream would cost more than looking at all of them. */
import type { Clock, Faults } from '../core/ports.ts';

export interface Watched {
  /** @param now monotonic milliseconds */
  checkDeadline(now: number): void;
  /** Ends the call with an error, because the server stops. */
  cut(): void;
}

/** Limits are 10 s and more; being late by this much does not matter to them. */
const EVERY_MS = 500;

export class Watchdog {
  readonly #clock: Clock;
  readonly #faults: Faults;
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, faults: Faults) {
    this.#clock = clock;
    this.#faults = faults;
  }

  start(): void {
    this.#timer = setInterval(() => this.look(), EVERY_MS).unref();
  }

  /** How many calls are open. */
  get size(): number {
    return this.#watched.size;
  }

  /** Monotonic milliseconds. */
  now(): number {
    return this.#clock.elapsed();
  }

  add(call: Watched): void {
    this.#watched.add(call);
  }

  delete(call: Watched): void {
    this.#watched.delete(call);
  }

  look(): void {
    this.#each((call) => call.checkDeadline(this.now()));
  }

  /** Ends every call that is still open. */
  cutAll(): void {
    this.#each((call) => call.cut());
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Nobody catches what a timer throws, and one call's fault must not keep the others from being looked at. */
  #each(visit: (call: Watched) => void): void {
    for (const call of this.#watched) {
      try {
        visit(call);
      } catch (error) {
        this.#faults.report('watchdog', error);
      }
    }
  }
}

/**
 * Which backends their own answers show to be out of order. Passive: nothing is asked of a backend to find out, and
 * what one process sees it keeps for itself.
 */
import type { BackendHealth, BackendOutcome } from '../core/ports.ts';

/** Failures in a row after which a backend is left alone. */
const FAILURES = 3;
/** How long, at first; twice as long each time that it fails again at once. Milliseconds. */
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 120_000;
/** A backend that asks to be left alone is, but for no longer than this. */
const LONGEST_ASKED_MS = 60_000;
const DEFAULT_ASKED_MS = 1_000;

interface State {
  /** In a row. */
  failures: number;
  /** Of the monotonic clock; it may be used again from then on. */
  until: number;
}

/** Its memory grows with the backends of policies, which are few. */
export class WatchedBackends implements BackendHealth {
  readonly #states = new Map<string, State>();

  usable(backend: string, now: number): boolean {
    return (this.#states.get(backend)?.until ?? 0) <= now;
  }

  note(backend: string, outcome: BackendOutcome, now: number): void {
    if (outcome.kind === 'good') {
      this.#states.delete(backend);
      return;
    }
    const state = this.#states.get(backend) ?? { failures: 0, until: 0 };
    this.#states.set(backend, state);
    // Too many requests are no fault: it says itself when it has room again.
    if (outcome.kind === 'busy') state.until = Math.max(state.until, now + asked(outcome.retryAfterMs));
    else {
      state.failures += 1;
      if (state.failures >= FAILURES) state.until = Math.max(state.until, now + pauseAfter(state.failures));
    }
  }
}

function asked(ms: number | undefined): number {
  return Math.min(ms ?? DEFAULT_ASKED_MS, LONGEST_ASKED_MS);
}

function pauseAfter(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - FAILURES, 16), LONGEST_PAUSE_MS);
}

/**
 * How busy the process is, told from how late a timer runs. Asking costs two comparisons; measuring costs one timer
 * every 20 ms. New work is turned away while the event loop is late on average, or while too many streams are under
 * way; streams that run are never touched, and once the loop is on time again, new work is taken at once.
 */
import type { Clock, Pressure } from '../core/ports.ts';

const SAMPLE_MS = 20;
/** Delay, on average, above which new work is turned away. */
const MAX_DELAY_MS = 50;
/** Share of the newest sample in the average. */
const NEWEST = 0.3;
/** What one sample may count for: one pause, however long, turns nobody away; a loop that stays late does. */
const MAX_SAMPLE_MS = 150;

export interface PressureOptions {
  readonly clock: Pick<Clock, 'elapsed'>;
  /** Work under way, and how much of it is too much. */
  readonly inFlight: () => number;
  readonly maxInFlight: number;
  /** Told how late each sample was, in milliseconds. */
  readonly onSample?: (ms: number) => void;
}

/** The moving average of how late the event loop is. */
export class LoopDelay {
  #average = 0;

  /** @param ms how late the event loop was just now */
  sample(ms: number): void {
    this.#average += NEWEST * (Math.min(Math.max(0, ms), MAX_SAMPLE_MS) - this.#average);
  }

  get late(): boolean {
    return this.#average > MAX_DELAY_MS;
  }
}

/** Begins to measure; `stop` ends it. Does not keep the process alive. */
export function watchPressure(options: PressureOptions): Pressure & { stop(): void } {
  const { clock, inFlight, maxInFlight, onSample } = options;
  const delay = new LoopDelay();
  let last = clock.elapsed();
  const timer = setInterval(() => {
    const now = clock.elapsed();
    const late = now - last - SAMPLE_MS;
    last = now;
    delay.sample(late);
    onSample?.(Math.max(0, late));
  }, SAMPLE_MS);
  timer.unref();
  return {
    overloaded: () => delay.late || inFlight() >= maxInFlight,
    stop: () => clearInterval(timer),
  };
}

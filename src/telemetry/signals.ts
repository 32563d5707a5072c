/**
 * Where signals go: each is counted, and logged once: what was told of is not told of again while it is remembered, so
 * that a budget that stays above its threshold, or a backend that goes on lying, does not bury the log.
 */
import type { Signal, Signals } from '../core/signal.ts';
import type { Log } from './log.ts';

/** Signals remembered, about 200 bytes each; the oldest are forgotten first. */
const MOST_REMEMBERED = 10_000;

export function raiseSignals(
  log: Pick<Log, 'warn'>,
  meter: { signalled(kind: string, limit: string): void },
): Signals {
  const told = new Set<string>();
  return {
    raise(signal) {
      const name = JSON.stringify(signal);
      if (told.has(name)) return;
      told.add(name);
      if (told.size > MOST_REMEMBERED) told.delete(told.values().next().value ?? '');
      meter.signalled(signal.kind, 'limit' in signal ? signal.limit : '');
      log.warn('signal', fieldsOf(signal));
    },
  };
}

function fieldsOf(signal: Signal): Readonly<Record<string, unknown>> {
  if (signal.kind !== 'limit_threshold') return { ...signal };
  const { kind, limit, about, threshold } = signal;
  return { kind, limit, about, percent: threshold / 10 };
}

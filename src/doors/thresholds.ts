/** Limits that passed one of their thresholds, so that people hear of it before requests are refused. */
import type { Over, Standing } from '../core/quota.ts';
import type { Signal } from '../core/signal.ts';
import type { Wanted } from './claims.ts';

/** @returns the highest threshold that the counter has passed, if any; whoever is told it again says it once */
export function crossing(
  { limit, claim, about }: Wanted,
  standing: Standing,
  now: number,
): Signal | undefined {
  const thousandths = standing.limit === 0 ? 1000 : (standing.used * 1000) / standing.limit;
  const threshold = limit.alerts.findLast((alert) => alert <= thousandths);
  if (threshold === undefined) return undefined;
  return { kind: 'limit_threshold', limit: limit.id, about, period: periodOf(claim.over, now), threshold };
}

function periodOf(over: Over, now: number): number {
  if (over.kind === 'period') return over.start;
  return over.kind === 'places' ? 0 : Math.floor(now / over.windowMs);
}

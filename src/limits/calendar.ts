/**
 * Calendar periods of a time zone: the hours, days, weeks (from Monday, ISO 8601) and months that its clocks show.
 *
 * A period begins at the first moment at which the zone's clock has come to it, and ends where the next one begins. So a
 * day that a clock leaves out (Apia, 30 December 2011) is none, a day whose midnight it leaves out begins at one, and an
 * hour that it shows twice is one period of two hours: a clock that is put back never brings back a period that it left.
 * Periods follow each other without a gap and never overlap.
 *
 * The rules of time zones are Node's own (ICU). To ask them costs a hundred times what a decision does, so the last
 * period of each zone is kept: a moment within it costs a look-up.
 */
import { floorOf, nextOf, type PeriodName } from './clock-face.ts';
import { firstShowing, furthestShown } from './zone.ts';

export type { PeriodName } from './clock-face.ts';

/** Milliseconds since 1970, half-open. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

/** Zones are named by the policy, not by clients. Beyond these the oldest are worked out anew. */
const MOST_KEPT = 256;
const KEPT: Record<PeriodName, Map<string, Period>> = {
  hour: new Map(),
  day: new Map(),
  week: new Map(),
  month: new Map(),
};

/** @param zone an IANA name @throws RangeError if there is no such zone */
export function periodAt(period: PeriodName, zone: string, now: number): Period {
  const kept = KEPT[period];
  const last = kept.get(zone);
  if (last !== undefined && now >= last.start && now < last.end) return last;
  const found = workedOut(period, zone, now);
  kept.delete(zone);
  if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value ?? '');
  kept.set(zone, found);
  return found;
}

function workedOut(period: PeriodName, zone: string, now: number): Period {
  const shown = floorOf(period, furthestShown(zone, now));
  return { start: firstShowing(zone, shown), end: firstShowing(zone, nextOf(period, shown)) };
}

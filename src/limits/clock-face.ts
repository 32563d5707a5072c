/** What a clock shows, as milliseconds: the UTC time at which a clock at UTC would show the same. */

export type PeriodName = 'hour' | 'day' | 'week' | 'month';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** The first Monday of 1970. */
const MONDAY = 4 * DAY_MS;

/** The beginning of the period that is shown. */
export function floorOf(period: PeriodName, shown: number): number {
  if (period === 'hour') return floored(shown, HOUR_MS);
  if (period === 'day') return floored(shown, DAY_MS);
  if (period === 'week') return floored(shown - MONDAY, WEEK_MS) + MONDAY;
  return monthAfter(shown, 0);
}

/** The beginning of the period after the one that begins at `shown`. */
export function nextOf(period: PeriodName, shown: number): number {
  if (period === 'hour') return shown + HOUR_MS;
  if (period === 'day') return shown + DAY_MS;
  return period === 'week' ? shown + WEEK_MS : monthAfter(shown, 1);
}

function monthAfter(shown: number, months: number): number {
  const date = new Date(shown);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
}

function floored(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

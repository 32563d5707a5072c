/** What the clocks of a time zone show, and when they come to show it. */

const HOUR_MS = 3_600_000;
const SECOND_MS = 1000;
/** No clock was ever put forward or back by more than a day, and none is further than 16 hours from UTC. */
const FURTHEST_MS = 48 * HOUR_MS;
/** No clock changes twice within it. */
const STEP_MS = 12 * HOUR_MS;

/** The furthest that the zone's clock has come until now: what it shows, or showed before it was put back. */
export function furthestShown(zone: string, now: number): number {
  let furthest = now + offsetAt(zone, now);
  forEachRun(zone, now - FURTHEST_MS, now, (from, until, offset) => {
    if (until < now) furthest = Math.max(furthest, until - 1 + offset);
    return from > now;
  });
  return furthest;
}

/** The first moment at which the zone's clock shows this or more. */
export function firstShowing(zone: string, shown: number): number {
  let first = Number.NaN;
  forEachRun(zone, shown - FURTHEST_MS, shown + FURTHEST_MS, (from, until, offset) => {
    first = Math.max(from, shown - offset);
    return first < until;
  });
  return first;
}

/** Calls with each run of one offset from UTC, until it is told that this was enough. */
function forEachRun(
  zone: string,
  from: number,
  to: number,
  enough: (from: number, until: number, offset: number) => boolean,
): void {
  let begin = from;
  let offset = offsetAt(zone, from);
  for (let at = from; at < to; at += STEP_MS) {
    const then = Math.min(at + STEP_MS, to);
    const next = offsetAt(zone, then);
    if (next === offset) continue;
    const change = changeBetween(zone, at, then, offset);
    if (enough(begin, change, offset)) return;
    [begin, offset] = [change, next];
  }
  enough(begin, to, offset);
}

/** When the offset changes from one that holds at `before` to another that holds at `after`: always a whole second. */
function changeBetween(zone: string, before: number, after: number, offset: number): number {
  let low = Math.floor(before / SECOND_MS);
  let high = Math.ceil(after / SECOND_MS);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle * SECOND_MS) === offset) low = middle;
    else high = middle;
  }
  return high * SECOND_MS;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATS = 256;

/** Milliseconds that the zone's clock is ahead of UTC. @throws RangeError if there is no such zone */
function offsetAt(zone: string, time: number): number {
  const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(zone).formatToParts(time)) shown[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time / SECOND_MS) * SECOND_MS;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (FORMATS.size >= MOST_FORMATS) FORMATS.delete(FORMATS.keys().next().value ?? '');
  FORMATS.set(zone, format);
  return format;
}

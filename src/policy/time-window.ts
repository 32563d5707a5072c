/** When a grant holds: days of the week and hours of the day as a wall clock somewhere shows them. */

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export interface TimeWindow {
  readonly days: ReadonlySet<Weekday>;
  /** Minutes since midnight: from this one on … */
  readonly from: number;
  /** … up to, not including, this one. Before `from` where the window goes over midnight. */
  readonly until: number;
  /** IANA name. */
  readonly zone: string;
}

/** `08:30`; `24:00` for the end of a day. */
export const CLOCK = /^(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)$/;

/** @returns minutes since midnight, or undefined if the text is no time of day */
export function parseClock(text: string): number | undefined {
  if (text === '24:00') return 24 * 60;
  const [, hours, minutes] = CLOCK.exec(text) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

export function isZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Is a moment within the window? Over midnight, the hours after it belong to the day before. In the hour that a clock
 * shows twice the window is open twice; in the one that it leaves out there is nothing to be open.
 * @param time of the wall clock, milliseconds
 */
export function inWindow({ days, from, until, zone }: TimeWindow, time: number): boolean {
  const { day, minute } = shownIn(zone, time);
  if (from < until) return days.has(nameOf(day)) && minute >= from && minute < until;
  if (minute >= from) return days.has(nameOf(day));
  return minute < until && days.has(nameOf((day + 6) % 7));
}

const nameOf = (day: number): Weekday => WEEKDAYS[day] ?? 'mon';

interface Shown {
  /** Of the week, Monday is 0. */
  readonly day: number;
  readonly minute: number;
}

const MINUTE_MS = 60_000;
/** A zone's clock is read once a minute: formatting costs more than the rest of a decision. */
const LAST = new Map<string, { readonly minute: number; readonly shown: Shown }>();

function shownIn(zone: string, time: number): Shown {
  const minute = Math.floor(time / MINUTE_MS);
  const last = LAST.get(zone);
  if (last?.minute === minute) return last.shown;
  const shown = read(zone, time);
  LAST.set(zone, { minute, shown });
  return shown;
}

function read(zone: string, time: number): Shown {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(time)
      .map(({ type, value }) => [type, value]),
  );
  const day = WEEKDAYS.indexOf((parts.get('weekday') ?? '').toLowerCase() as Weekday);
  return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for a zone that nobody knows. Zones come from policies, so there are only so many. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  FORMATS.set(zone, made);
  return made;
}

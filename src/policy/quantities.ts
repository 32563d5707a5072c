/** How amounts are written in a policy: rates, sizes, durations and points in time. All patterns are linear. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const WINDOWS: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND,
  m: MINUTE,
  h: HOUR,
  d: DAY,
  second: SECOND,
  minute: MINUTE,
  hour: HOUR,
  day: DAY,
};

/** `60/minute` or `60/15s`. */
export const RATE = /^([1-9][0-9]{0,8})\/(?:(second|minute|hour|day)|([1-9][0-9]{0,4})([smhd]))$/;

export interface Rate {
  readonly requests: number;
  readonly windowMs: number;
}

/** The longest window that a limit may count over. */
export const LONGEST_WINDOW_MS = 31 * DAY;

/** @returns undefined if the text is no rate. */
export function parseRate(text: string): Rate | undefined {
  const [, requests, word, count, letter] = RATE.exec(text) ?? [];
  if (requests === undefined) return undefined;
  const unit = WINDOWS[word ?? letter ?? ''] ?? Number.NaN;
  return { requests: Number(requests), windowMs: unit * Number(count ?? 1) };
}

/** `200k/minute`, `1.5M/hour` or `5000/15s`. */
export const TOKEN_RATE =
  /^([1-9][0-9]{0,11}|[0-9]{1,6}\.[0-9]{1,3}(?=[kM]))([kM]?)\/(?:(second|minute|hour|day)|([1-9][0-9]{0,4})([smhd]))$/;

export interface TokenRate {
  readonly tokens: number;
  readonly windowMs: number;
}

/** So that every amount of them is exact, weighed by any price. */
const MOST_TOKENS = 1e12;

const MULTIPLES: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6 };

/** @returns undefined if the text is no such rate, or of less than one token or more than 10^12 */
export function parseTokenRate(text: string): TokenRate | undefined {
  const [, count, multiple = '', word, span, letter] = TOKEN_RATE.exec(text) ?? [];
  if (count === undefined) return undefined;
  // At most three decimals, and at least a thousand for each: whole, whatever a float makes of it.
  const tokens = Math.round(Number(count) * (MULTIPLES[multiple] ?? Number.NaN));
  if (tokens < 1 || tokens > MOST_TOKENS) return undefined;
  return { tokens, windowMs: (WINDOWS[word ?? letter ?? ''] ?? Number.NaN) * Number(span ?? 1) };
}

export type CalendarPeriod = 'hour' | 'day' | 'week' | 'month';

/** `500 USD/month`, `0.25 EUR/hour`. Currencies as in ISO 4217. */
export const BUDGET = /^([0-9]{1,7})(?:\.([0-9]{1,9}))? ([A-Z]{3})\/(hour|day|week|month)$/;

export interface Budget {
  /** Nano-units of the currency. */
  readonly nano: number;
  readonly currency: string;
  readonly period: CalendarPeriod;
}

/** So that every amount of it is exact. */
const LARGEST_BUDGET = 1_000_000;

/** @returns undefined if the text is no budget, or one of nothing or of more than a million */
export function parseBudget(text: string): Budget | undefined {
  const [, whole, part = '', currency, period] = BUDGET.exec(text) ?? [];
  if (whole === undefined || currency === undefined) return undefined;
  const nano = Number(whole) * 1e9 + Number(part.padEnd(9, '0'));
  if (nano < 1 || nano > LARGEST_BUDGET * 1e9) return undefined;
  return { nano, currency, period: period as CalendarPeriod };
}

/** `80%`, `99.5%`. */
export const PERCENT = /^([0-9]{1,3})(?:\.([0-9]))?%$/;

/** @returns thousandths, or undefined if the text is no percentage */
export function parsePercent(text: string): number | undefined {
  const [, whole, tenth = '0'] = PERCENT.exec(text) ?? [];
  return whole === undefined ? undefined : Number(whole) * 10 + Number(tenth);
}

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** `100MB` (10⁶), `10MiB` (2²⁰). */
export const SIZE = /^([1-9][0-9]{0,11})(B|KB|MB|GB|KiB|MiB|GiB)$/;

/** @returns bytes, or undefined if the text is no size. */
export function parseSize(text: string): number | undefined {
  const [, count, unit] = SIZE.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS[unit ?? ''] ?? Number.NaN);
}

/** `365d`. */
export const DAYS = /^([1-9][0-9]{0,4})d$/;

/** @returns whole days, or undefined if the text is no such duration. */
export function parseDays(text: string): number | undefined {
  const [, count] = DAYS.exec(text) ?? [];
  return count === undefined ? undefined : Number(count);
}

/** RFC 3339 (section 5.6), or its date alone, which means 00:00 UTC of that day. */
export const TIME =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2}))?$/;

/** @returns milliseconds since 1970, or undefined if the text is no time or names a day that does not exist. */
export function parseTime(text: string): number | undefined {
  const [, year, month, day] = TIME.exec(text) ?? [];
  if (year === undefined) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (midnight.getUTCMonth() !== Number(month) - 1 || midnight.getUTCDate() !== Number(day)) return undefined;
  const time = Date.parse(text.toUpperCase());
  return Number.isNaN(time) ? undefined : time;
}

/** `250ms`, `30s`, `5m`, `1h`, `7d`. */
export const DURATION = /^(0|[1-9][0-9]{0,5})(ms|[smhd])$/;

/** @returns milliseconds, or undefined if the text is no duration */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = DURATION.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (WINDOWS[unit ?? ''] ?? Number.NaN);
}

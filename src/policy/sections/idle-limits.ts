/** Limits that are never reached, because another one always is before. */
import type { Entry } from '../config.ts';
import type { CalendarOver, Counts, Limit } from '../limit-rules.ts';
import type { Report } from '../report.ts';
import type { LimitConfig } from '../schema/limits.ts';
import { amountOf } from './limits.ts';

/** Beyond this many, the comparison of each with each is left out; it only serves warnings. */
const MOST_COMPARED = 500;

const KEYS = {
  requests: 'requests',
  tokens: 'tokens',
  input_tokens: 'tokens',
  output_tokens: 'tokens',
  concurrent: 'concurrent',
  cost: 'cost',
} as const satisfies Readonly<Record<Counts, string>>;

export function reportIdle(
  entries: readonly Entry<LimitConfig>[],
  limits: readonly Limit[],
  report: Report,
): void {
  if (limits.length > MOST_COMPARED) return;
  entries.forEach((entry, i) => {
    const limit = limits[i] as Limit;
    const before = entries.findIndex(
      (other, j) => j !== i && bindsBefore(other, entry, limits[j] as Limit, limit, j < i),
    );
    const tighter = limits[before];
    if (tighter === undefined) return;
    report.warn([...entry.path, KEYS[limit.counts]], `never reached: ${tighter.id} is always reached before`);
  });
}

/**
 * Is `other` full whenever `limit` would be? It must be about at least as much, count at least as much together (by
 * fewer attributes), and let fewer through: a window of `limit` touches at most one more window of `other` than fit
 * into it.
 * @param first of two that say the same, only the later one is idle
 */
function bindsBefore(
  otherEntry: Entry<LimitConfig>,
  entry: Entry<LimitConfig>,
  other: Limit,
  limit: Limit,
  first: boolean,
): boolean {
  if (other.shadow || other.counts !== limit.counts || other.weighted !== limit.weighted) return false;
  if (otherEntry.value.overrides !== undefined || entry.value.overrides !== undefined) return false;
  if (!isAboutAsMuch(otherEntry.value, entry.value)) return false;
  if (!other.per.every((attribute) => limit.per.includes(attribute))) return false;
  const touched = windowsTouched(other, limit);
  if (touched === undefined) return false;
  const [most, own] = [amountOf(otherEntry.value) * touched, amountOf(entry.value)];
  const same = other.per.length === limit.per.length && touched === 1 && most === own;
  return same ? first : most <= own;
}

function isAboutAsMuch(other: LimitConfig, limit: LimitConfig): boolean {
  return (['to', 'models', 'operations'] as const).every(
    (filter) =>
      other[filter] === undefined || JSON.stringify(other[filter]) === JSON.stringify(limit[filter]),
  );
}

/** The longest and the shortest of each: a day may have 25 hours, a month 31 days. */
const HOURS = { hour: [1, 2], day: [22, 26], week: [166, 170], month: [670, 746] } as const;

/** How many windows of `other` one of `limit` touches at most; undefined where that cannot be said. */
function windowsTouched({ over: other }: Limit, { over }: Limit): number | undefined {
  if (other.kind === 'places' || over.kind === 'places') return other.kind === over.kind ? 1 : undefined;
  if (other.kind === 'calendar' && over.kind === 'calendar') return periodsTouched(other, over);
  if (other.kind === 'calendar' || over.kind === 'calendar') return undefined;
  // What a bucket lets through at once is no matter of its window.
  if (other.kind === 'bucket' || over.kind === 'bucket') return undefined;
  return other.windowMs === over.windowMs ? 1 : Math.ceil(over.windowMs / other.windowMs) + 1;
}

function periodsTouched(other: CalendarOver, over: CalendarOver): number | undefined {
  if (other.zone !== over.zone) return undefined;
  return other.period === over.period ? 1 : Math.ceil(HOURS[over.period][1] / HOURS[other.period][0]) + 1;
}

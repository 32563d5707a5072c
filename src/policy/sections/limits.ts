/** Limits, and those that another one makes idle. */
import type { Config, Entry } from '../config.ts';
import type { Report } from '../report.ts';
import type { LimitConfig } from '../schema/rules.ts';
import type { Limit } from '../snapshot.ts';
import { idOf, reportSameIds } from './ids.ts';

/** Beyond this many, the comparison of each with each is left out; it only serves warnings. */
const MOST_COMPARED = 500;

export function compileLimits(config: Config, report: Report): readonly Limit[] {
  reportSameIds(config.limits, report);
  for (const entry of config.limits) reportCounted(entry, report);
  const limits = config.limits.map(limitOf);
  if (limits.length <= MOST_COMPARED) reportIdle(config.limits, limits, report);
  return Object.freeze(limits);
}

function limitOf(entry: Entry<LimitConfig>): Limit {
  const { per, requests } = entry.value;
  return Object.freeze({
    id: idOf(entry),
    per: Object.freeze(per.filter((attribute) => attribute !== 'global')),
    requests: requests.requests,
    windowMs: requests.windowMs,
  });
}

function reportCounted({ path, value: { per } }: Entry<LimitConfig>, report: Report): void {
  per.forEach((attribute, i) => {
    if (per.indexOf(attribute) < i) report.error([...path, 'per', i], `${attribute} stands twice`);
  });
  if (per.includes('global') && per.length > 1) {
    report.error([...path, 'per'], 'global counts all requests together: expected it alone');
  }
}

function reportIdle(entries: readonly Entry<LimitConfig>[], limits: readonly Limit[], report: Report): void {
  limits.forEach((limit, i) => {
    const tighter = limits.find((other, j) => j !== i && bindsBefore(other, limit, j < i));
    const entry = entries[i];
    if (tighter === undefined || entry === undefined) return;
    report.warn([...entry.path, 'requests'], `never reached: ${tighter.id} is always reached before`);
  });
}

/**
 * Is `other` full whenever `limit` would be? It must count at least as much together (by fewer attributes), and let
 * fewer through: a window of `limit` touches at most one more window of `other` than fit into it.
 * @param first of two that say the same, only the later one is idle
 */
function bindsBefore(other: Limit, limit: Limit, first: boolean): boolean {
  if (!other.per.every((attribute) => limit.per.includes(attribute))) return false;
  const touched = other.windowMs === limit.windowMs ? 1 : Math.ceil(limit.windowMs / other.windowMs) + 1;
  const most = other.requests * touched;
  const same =
    other.per.length === limit.per.length && other.windowMs === limit.windowMs && most === limit.requests;
  return same ? first : most <= limit.requests;
}

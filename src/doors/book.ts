/** What a request comes to in the usage book. */

import type { Usage } from '../core/money.ts';
import type { AuditRecord } from '../core/record.ts';
import { type UsageEntry, usageDay } from '../core/usage-book.ts';
import { MOST } from '../limits/amounts.ts';

/** @param usage as it is charged @param model the policy's name of it; what clients make up is not kept apart */
export function entryOf(record: AuditRecord, usage: Usage | null, model: string | undefined): UsageEntry {
  const { principal, backend, operation } = record;
  const { tenant, team, project, application, key, user } = principal ?? {};
  const of = { tenant, team, project, application, key, user, model, backend, operation };
  const known = Object.entries(of).filter(([, value]) => value !== undefined && value !== null);
  return {
    day: usageDay(Date.parse(record.time)),
    of: Object.fromEntries(known),
    counts: {
      requests: 1,
      refused: record.outcome === 'refused' ? 1 : 0,
      input: usage?.input ?? 0,
      output: usage?.output ?? 0,
      cachedInput: usage?.cachedInput ?? 0,
      cost_nano: Math.min(MOST, record.cost_nano ?? 0),
      estimated: usage?.source === 'estimated' ? 1 : 0,
    },
  };
}

/**
 * What clients are told of their limits, on answers and on refusals alike: the `RateLimit` fields of the IETF's draft
 * (draft-ietf-httpapi-ratelimit-headers-10), and those that the SDKs of the request's dialect read.
 *
 * Counted from what the request reserved. Budgets in money and limits in shadow are not told.
 */
import type { DialectName } from '../core/operation.ts';
import type { Over, Quota, Standing } from '../core/quota.ts';
import type { QuotaNote } from '../dialects/dialect.ts';
import { dialectOf } from '../dialects/index.ts';
import type { Wanted } from './claims.ts';

type HeaderList = readonly (readonly [name: string, value: string])[];

/** As many limits as are told, those with the least left first. */
const MOST_TOLD = 8;

/** @returns undefined for what clients are not told */
export function quotaOf({ limit, claim }: Wanted, standing: Standing | undefined): Quota | undefined {
  const { id, counts, shadow } = limit;
  // An amount of 0 only asks; the second door will say what it took.
  if (shadow || standing === undefined || claim.amount === 0) return undefined;
  if (counts === 'cost' || counts === 'concurrent') return undefined;
  return quotaAt({ id, counts, claim, standing, resetMs: standing.resetMs });
}

/** How a counter stands. @param at `resetMs` until there is room again */
export function quotaAt(
  at: Pick<Quota, 'id' | 'counts' | 'resetMs'> & Pick<Wanted, 'claim'> & { readonly standing: Standing },
): Quota {
  const { id, counts, claim, standing, resetMs } = at;
  return {
    id,
    counts,
    // Of a bucket, what is left is out of its burst, and the limit what it fills by.
    limit: claim.limit,
    remaining: Math.max(0, standing.limit - standing.used),
    resetMs,
    windowMs: windowOf(claim.over),
  };
}

function windowOf(over: Over): number {
  if (over.kind === 'period') return over.end - over.start;
  return over.kind === 'places' ? 0 : over.windowMs;
}

/** @param now wall clock, milliseconds: Anthropic's fields name points in time */
export function quotaHeaders(quotas: readonly Quota[], dialect: DialectName, now: number): HeaderList {
  if (quotas.length === 0) return [];
  const told = [...quotas].sort((a, b) => share(a) - share(b)).slice(0, MOST_TOLD);
  return [
    ['ratelimit-policy', told.map(policyItem).join(', ')],
    ['ratelimit', told.map(stateItem).join(', ')],
    ...sdkHeaders(told, dialect, now),
  ];
}

function share({ remaining, limit }: Quota): number {
  return limit === 0 ? 0 : remaining / limit;
}

/** Ids are letters, digits and `. _ - [ ]`, so a structured field's string needs no escapes. */
function policyItem({ id, limit, windowMs, counts }: Quota): string {
  const unit = counts === 'requests' ? '' : ';qu="tokens"';
  return `"${id}";q=${limit};w=${Math.max(1, Math.round(windowMs / 1000))}${unit}`;
}

function stateItem({ id, remaining, resetMs }: Quota): string {
  return `"${id}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`;
}

/** What is told of one kind to the SDKs: of the limits that count it, the tightest. */
const KINDS: readonly (readonly [QuotaNote['of'], readonly Quota['counts'][]])[] = [
  ['requests', ['requests']],
  ['tokens', ['tokens', 'input_tokens', 'output_tokens']],
  ['input-tokens', ['input_tokens']],
  ['output-tokens', ['output_tokens']],
];

/** @param told in order */
function sdkHeaders(told: readonly Quota[], dialect: DialectName, now: number): HeaderList {
  return KINDS.flatMap(([of, counts]) => {
    const tightest = told.find((quota) => counts.includes(quota.counts));
    if (tightest === undefined) return [];
    const { limit, remaining, resetMs } = tightest;
    return dialectOf(dialect).quotaHeaders({ of, limit, remaining, resetMs }, now);
  });
}

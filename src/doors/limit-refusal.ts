/** A limit that is reached, said to the client. */
import type { Reserved } from '../core/quota.ts';
import { type Refusal, type RefusalCode, refuse } from '../core/refusal.ts';
import type { Limit } from '../policy/snapshot.ts';
import type { Wanted } from './claims.ts';
import { quotaAt } from './quota.ts';

const CODES: Readonly<Record<Limit['counts'], RefusalCode>> = {
  requests: 'rate_limited',
  tokens: 'tokens_limited',
  input_tokens: 'tokens_limited',
  output_tokens: 'tokens_limited',
  concurrent: 'concurrency_limited',
  cost: 'budget_exhausted',
};

const UNITS: Readonly<Record<Exclude<Limit['counts'], 'cost'>, string>> = {
  requests: 'requests',
  tokens: 'tokens',
  input_tokens: 'input tokens',
  output_tokens: 'output tokens',
  concurrent: 'requests at a time',
};

type Full = Extract<Reserved, { admitted: false }>;

/** A reservation that did not fit. */
export function reached({ limit, claim }: Wanted, { retryMs, standing }: Full): Refusal {
  const { id, counts } = limit;
  const code = CODES[counts];
  const retryAfter = Math.max(1, Math.ceil(retryMs / 1000));
  if (counts === 'cost') return refuse(code, { detail: `Budget ${id} is used up.`, why: id, retryAfter });
  const detail = `Limit ${id} allows ${claim.limit} ${UNITS[counts]}.`;
  if (counts === 'concurrent') return refuse(code, { detail, why: id, retryAfter });
  const quota = quotaAt({ id, counts, claim, standing, resetMs: retryMs });
  return refuse(code, { detail, why: id, retryAfter, quotas: [quota] });
}

/** An answer that ends where its limit does. */
export function usedUp({ id, counts }: Limit): Refusal {
  return refuse(CODES[counts], { detail: `Limit ${id} is used up.`, why: id });
}

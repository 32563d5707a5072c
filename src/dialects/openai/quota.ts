/** How OpenAI's clients are told of their limits. */
import type { HeaderChanges } from '../../core/headers.ts';
import type { QuotaNote } from '../dialect.ts';

export function quotaHeaders({ of, limit, remaining, resetMs }: QuotaNote): HeaderChanges['set'] {
  // What is counted apart by other providers, these clients do not read.
  if (of !== 'requests' && of !== 'tokens') return [];
  return [
    [`x-ratelimit-limit-${of}`, String(limit)],
    [`x-ratelimit-remaining-${of}`, String(remaining)],
    [`x-ratelimit-reset-${of}`, `${Math.ceil(resetMs / 1000)}s`],
  ];
}

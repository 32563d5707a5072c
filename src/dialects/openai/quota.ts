/** How OpenAI's clients are told of their limits. */
import type { HeaderChanges } from '../../core/headers.ts';
import type { QuotaNote } from '../dialect.ts';

export function quotaHeaders({ of, limit, remaining, resetSeconds }: QuotaNote): HeaderChanges['set'] {
  return [
    [`x-ratelimit-limit-${of}`, String(limit)],
    [`x-ratelimit-remaining-${of}`, String(remaining)],
    [`x-ratelimit-reset-${of}`, `${resetSeconds}s`],
  ];
}

/** Turns a refusal into the HTTP answer that a client of the dialect understands. The only place that does. */
import { REQUEST_ID_HEADER } from '../core/headers.ts';
import type { DialectName } from '../core/operation.ts';
import { REFUSALS, type Refusal } from '../core/refusal.ts';
import { dialectOf } from '../dialects/index.ts';
import { quotaHeaders } from './quota.ts';

export interface RefusalAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/**
 * @param now wall clock, milliseconds
 * @param dialect the request's, or undefined where it is not known: then OpenAI's shape, which most clients read
 */
export function answerRefusal(
  refusal: Refusal,
  requestId: string,
  dialect: DialectName | undefined,
  now: number,
): RefusalAnswer {
  const row = REFUSALS[refusal.refused];
  const error = dialectOf(dialect ?? 'openai').error(refusal);
  const headers: (readonly [string, string])[] = [
    ['content-type', error.contentType],
    [REQUEST_ID_HEADER, requestId],
    // OpenAI's and Anthropic's SDKs retry every 5xx unless told not to.
    ['x-should-retry', String(row.retry)],
    ...(error.headers ?? []),
    ...quotaHeaders(refusal.quotas ?? [], dialect ?? 'openai', now),
    ...(refusal.headers ?? []),
  ];
  if (refusal.retryAfter !== undefined) headers.push(['retry-after', String(refusal.retryAfter)]);
  return { status: row.status, headers, body: error.body };
}

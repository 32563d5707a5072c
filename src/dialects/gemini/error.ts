/** What Sallyport says in Google's words: errors, and the end of a stream that we stop. */
import type { Operation } from '../../core/operation.ts';
import { isByContent, messageOf, REFUSALS, type Refusal } from '../../core/refusal.ts';
import type { Begun, ErrorBody } from '../dialect.ts';
import type { OwnEvent } from '../framing/framing.ts';

/** google.rpc.Code by HTTP status. */
const STATUSES: ReadonlyMap<number, string> = new Map([
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [429, 'RESOURCE_EXHAUSTED'],
  [500, 'INTERNAL'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
]);

export function error(refusal: Refusal): ErrorBody {
  return { contentType: 'application/json', body: JSON.stringify(errorObject(refusal)) };
}

function errorObject(refusal: Refusal) {
  const { status: code } = REFUSALS[refusal.refused];
  const message = messageOf(refusal);
  const status = STATUSES.get(code) ?? (code < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  const reason = refusal.refused.toUpperCase();
  const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'sallyport' }];
  return { error: { code, message, status, details } };
}

/** A content rule ends the candidates as the provider's own does; any other refusal is an error. */
export function cut(_: Operation, refusal: Refusal, __: Begun): readonly OwnEvent[] {
  const last = { content: { role: 'model', parts: [] }, finishReason: 'SAFETY', index: 0 };
  return [{ data: JSON.stringify(isByContent(refusal) ? { candidates: [last] } : errorObject(refusal)) }];
}

/** Refusals in Anthropic's error shape, from which its SDKs make their typed errors. */
import { messageOf, REFUSALS, type Refusal } from '../../core/refusal.ts';
import type { ErrorBody } from '../dialect.ts';

export function error(refusal: Refusal): ErrorBody {
  return { contentType: 'application/json', body: JSON.stringify(errorObject(refusal)) };
}

/** Also what an event of a stream says when the stream fails. `code` is ours; clients pass it on. */
export function errorObject(refusal: Refusal) {
  return {
    type: 'error',
    error: { type: typeOf(refusal), message: messageOf(refusal), code: refusal.refused },
  };
}

function typeOf({ refused }: Refusal): string {
  const { status, type } = REFUSALS[refused];
  if (status === 413) return 'request_too_large';
  if (type !== 'server_error') return type;
  return status === 503 ? 'overloaded_error' : 'api_error';
}

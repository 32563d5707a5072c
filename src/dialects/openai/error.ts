/** Refusals in OpenAI's error shape, from which its SDKs make their typed errors. */
import { messageOf, REFUSALS, type Refusal } from '../../core/refusal.ts';
import type { ErrorBody } from '../dialect.ts';

export function error(refusal: Refusal): ErrorBody {
  return { contentType: 'application/json', body: JSON.stringify(errorObject(refusal)) };
}

/** Also what an event of a stream says when the stream fails. */
export function errorObject(refusal: Refusal) {
  const { type } = REFUSALS[refusal.refused];
  return { error: { message: messageOf(refusal), type, param: null, code: refusal.refused } };
}

/**
 * match: which API operation is this?
 * - only paths and methods that a dialect knows; anything else is refused, never passed on
 * - the body that the operation needs is announced in a form that the second door can read
 */
import type { Admitted, Matched } from '../core/exchange.ts';
import { first, type Headers, joined, WEBSOCKET } from '../core/headers.ts';
import type { Operation } from '../core/operation.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { judgeContentType, judgeFormType, readCoding } from '../dialects/encoding.ts';
import { classify } from '../dialects/index.ts';
import type { Snapshot } from '../policy/snapshot.ts';

export function match(x: Admitted, policy: Snapshot): Matched | Refusal {
  const query = x.path.slice(x.route.length + 1);
  const asked = { method: x.method, path: x.route, query, headers: x.headers };
  const operation = metadataOf(x, policy) ?? classify(asked);
  const channel = first(x.headers, 'upgrade')?.toLowerCase() === WEBSOCKET;
  const realtime = operation !== undefined && !isRefusal(operation) && operation.name === 'realtime';
  if (channel && !realtime) return refuse('upgrade_not_allowed');
  if (realtime && !channel) return refuse('operation_unknown');
  if (operation === undefined) return refuse('operation_unknown');
  if (isRefusal(operation)) return operation;
  return judgeAnnouncedBody(operation, x.headers, policy.bounds.requestBytes) ?? { ...x, operation };
}

/** RFC 9728: what tells clients how to get a credential is there for everybody. */
function metadataOf({ method, route }: Admitted, { identity }: Snapshot): Operation | undefined {
  if (method !== 'GET' || route !== identity.resource?.metadataPath) return undefined;
  return { name: 'oauth.metadata', dialect: 'openai', body: 'none' };
}

/**
 * What is announced too large is refused here: where Envoy's buffer fills up before the second door is asked, the client
 * would wait for a timeout instead.
 */
function judgeAnnouncedBody(operation: Operation, headers: Headers, bound: number): Refusal | undefined {
  if (operation.body === 'none') {
    const length = first(headers, 'content-length');
    const announced = (length !== undefined && length !== '0') || headers.has('transfer-encoding');
    return announced ? refuse('body_unexpected') : undefined;
  }
  if (Number(first(headers, 'content-length') ?? 0) > bound) return refuse('body_too_large');
  if (operation.body === 'bytes') return judgeCoding(headers);
  const judgeType = operation.body === 'multipart' ? judgeFormType : judgeContentType;
  const stated = joined(headers, 'content-type');
  if (operation.untyped === true && (stated === undefined || stated === 'application/octet-stream'))
    return judgeCoding(headers);
  const type = judgeType(stated);
  if (type !== undefined) return type;
  return judgeCoding(headers);
}

function judgeCoding(headers: Headers): Refusal | undefined {
  const coding = readCoding(joined(headers, 'content-encoding'));
  return isRefusal(coding) ? coding : undefined;
}

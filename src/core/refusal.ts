/**
 * Every way Sallyport says no.
 *
 * One row a code: the HTTP status, the error type that OpenAI-style clients see, whether a retry can help, and a
 * text that is safe to show to anybody. Dialects only translate a row's shape; no other text reaches a client.
 */
import type { Quota } from './quota.ts';

interface Row {
  readonly status: number;
  /** OpenAI's `error.type`; other dialects map it to their own. */
  readonly type:
    | 'invalid_request_error'
    | 'authentication_error'
    | 'permission_error'
    | 'not_found_error'
    | 'rate_limit_error'
    | 'server_error';
  /** May the same request succeed later without being changed? */
  readonly retry: boolean;
  readonly text: string;
}

const bad = (status: number, text: string): Row => ({
  status,
  type: 'invalid_request_error',
  retry: false,
  text,
});
const unauthenticated = (text: string): Row => ({
  status: 401,
  type: 'authentication_error',
  retry: false,
  text,
});
const forbidden = (text: string): Row => ({ status: 403, type: 'permission_error', retry: false, text });
const later = (text: string): Row => ({ status: 503, type: 'server_error', retry: true, text });
const broken = (status: number, text: string): Row => ({ status, type: 'server_error', retry: false, text });

export const REFUSALS = {
  // admit
  path_not_canonical: bad(400, 'The request path is not in canonical form.'),
  header_malformed: bad(400, 'A request header is malformed, doubled or not allowed.'),
  headers_too_large: bad(431, 'The request headers are too many or too large.'),
  host_unknown: bad(421, 'The host is not served here.'),
  not_http: forbidden('Only HTTP requests are served here.'),
  upgrade_not_allowed: forbidden('Protocol upgrades are not allowed here.'),
  overloaded: later('The service is busy. Try again shortly.'),
  // match
  operation_unknown: { status: 404, type: 'not_found_error', retry: false, text: 'No such API operation.' },
  method_not_allowed: bad(405, 'The method is not allowed for this path.'),
  content_type_unsupported: bad(415, 'The content type is not supported for this operation.'),
  // identify
  credential_missing: unauthenticated('No credential was given.'),
  credential_invalid: unauthenticated('The credential is not valid.'),
  credential_conflict: unauthenticated('More than one credential was given.'),
  credential_in_query: unauthenticated('Credentials are not accepted in the query.'),
  identity_unavailable: later('The credential cannot be checked at the moment.'),
  // authorize, permit
  operation_not_allowed: forbidden('The credential does not allow this operation.'),
  scope_missing: forbidden('The credential was not issued for this operation.'),
  model_not_allowed: forbidden('The credential does not allow this model.'),
  feature_not_allowed: forbidden('The credential does not allow a feature that the request asks for.'),
  object_not_found: { status: 404, type: 'not_found_error', retry: false, text: 'No such object.' },
  objects_unavailable: later('The owner of an object cannot be looked up at the moment.'),
  // reserve
  rate_limited: {
    status: 429,
    type: 'rate_limit_error',
    retry: true,
    text: 'A rate limit was reached. Try again later.',
  },
  tokens_limited: {
    status: 429,
    type: 'rate_limit_error',
    retry: true,
    text: 'A token limit was reached. Try again later.',
  },
  concurrency_limited: {
    status: 429,
    type: 'rate_limit_error',
    retry: true,
    text: 'Too many requests are under way. Try again when one has ended.',
  },
  budget_exhausted: {
    status: 429,
    type: 'rate_limit_error',
    // It may be weeks until the period ends: the SDKs should not wait for that.
    retry: false,
    text: 'A budget is used up.',
  },
  price_unknown: forbidden('The price of this model is not known, and a budget applies.'),
  limits_unavailable: later('Limits cannot be checked at the moment.'),
  // recall
  voucher_missing: broken(500, 'The request did not pass the first door.'),
  voucher_invalid: broken(500, 'The request does not match what passed the first door.'),
  policy_unavailable: later('No valid policy is loaded.'),
  mode_unsafe: broken(500, 'The proxy is configured so that bodies cannot be inspected safely.'),
  request_unseen: broken(500, 'A response arrived whose request was never inspected.'),
  // read
  body_missing: bad(400, 'The request needs a body.'),
  body_unexpected: bad(400, 'The request must not have a body.'),
  body_too_large: bad(413, 'The request body is too large.'),
  body_not_utf8: bad(400, 'The request body is not valid UTF-8.'),
  body_malformed: bad(400, 'The request body is not valid JSON.'),
  body_duplicate_key: bad(400, 'The request body has a key twice in one object.'),
  body_too_deep: bad(400, 'The request body is nested too deeply.'),
  body_too_complex: bad(400, 'The request body has too many values.'),
  body_invalid: bad(400, 'The request body does not have the form this operation needs.'),
  encoding_unsupported: bad(415, 'The content encoding is not supported.'),
  encoding_malformed: bad(400, 'The request body cannot be decoded.'),
  // inspect, judge
  analyzer_unavailable: later('The content cannot be checked at the moment.'),
  content_blocked: bad(400, 'The request was refused by a content rule.'),
  // answers
  answer_blocked: bad(400, 'The answer was withheld by a content rule.'),
  answer_unreadable: broken(502, 'The answer of the model could not be read.'),
  answer_too_large: broken(502, 'The answer of the model is too large to inspect.'),
  backend_unavailable: later('No backend can serve this model at the moment.'),
  // faults
  deadline: later('The request took too long to check.'),
  internal: broken(500, 'The request could not be checked.'),
} as const satisfies Record<string, Row>;

export type RefusalCode = keyof typeof REFUSALS;

/** A refusal on its way to a client. A value, never thrown. */
export interface Refusal {
  readonly refused: RefusalCode;
  /**
   * More for the client, in our own words and never quoting what the client sent: which rule, which limit, which
   * place. Bounded to 200 characters where it is made.
   */
  readonly detail?: string;
  /** Why in truth, for the record and `explain`: never told to the client. A word or two of our own, `a_b`. */
  readonly why?: string;
  /** Seconds, whole, at least 1. */
  readonly retryAfter?: number;
  /** Of a limit that was reached: how it stands. */
  readonly quotas?: readonly Quota[];
  /** Extra response headers, such as `www-authenticate`. Names in lower case. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

/** Makes a refusal. */
export function refuse(code: RefusalCode, more: Omit<Refusal, 'refused'> = {}): Refusal {
  return { refused: code, ...more };
}

/** What a client is told in words. */
export function messageOf({ refused, detail }: Refusal): string {
  const { text } = REFUSALS[refused];
  return detail === undefined ? text : `${text} ${detail}`;
}

/** Was it a rule about content that refused? Clients keep what they have then; anything else is an error to them. */
export function isByContent({ refused }: Refusal): boolean {
  return refused === 'answer_blocked' || refused === 'content_blocked';
}

/** Tells a refusal from the exchange or view that a stage would otherwise have returned. */
export function isRefusal(x: unknown): x is Refusal {
  return typeof x === 'object' && x !== null && 'refused' in x;
}

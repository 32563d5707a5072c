/** The first door's messages: `CheckRequest` in, `CheckResponse` out. */
import type { Received } from '../core/exchange.ts';
import type { Headers } from '../core/headers.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { CheckDecision } from '../doors/messages.ts';
import type { Denial } from './doors.ts';
import { addHeader, readHeaderMap, removals, type TextHeader, textHeaders } from './headers.ts';
import { isHttpStatus } from './http-status.ts';
import { metadataOf } from './metadata.ts';
import { codec } from './protos.ts';

interface Http {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array }[];
  readonly headerMap: Uint8Array;
}

interface CheckRequest {
  readonly attributes: {
    readonly source: {
      readonly address: { readonly socketAddress: { readonly address: string } | null } | null;
      readonly principal: string;
      readonly certificate: string;
    } | null;
    readonly request: { readonly http: Http | null } | null;
  } | null;
}

interface Denied {
  readonly status: { readonly code: number };
  readonly headers: readonly TextHeader[];
  readonly body: string;
}

interface Ok {
  readonly headers: readonly TextHeader[];
  readonly headersToRemove: readonly string[];
  readonly responseHeadersToAdd: readonly TextHeader[];
  readonly queryParametersToRemove: readonly string[];
}

/** Either shape, never the empty one: that would be an allow. */
type CheckResponse =
  | { readonly status: { readonly code: typeof PERMISSION_DENIED }; readonly deniedResponse: Denied }
  | { readonly status: { readonly code: 0 }; readonly okResponse: Ok; readonly dynamicMetadata: object };

const CheckRequest = codec<CheckRequest, never>('envoy.service.auth.v3.CheckRequest');
const CheckResponse = codec<never, CheckResponse>('envoy.service.auth.v3.CheckResponse');

/** `google.rpc.Code`. */
const PERMISSION_DENIED = 7;

/**
 * Reads what Envoy received.
 * @param receivedAt milliseconds of the wall clock
 * @returns the refusal `not_http` where a TCP filter asks
 * @throws if the bytes are no `CheckRequest`
 */
export function readCheck(bytes: Uint8Array, receivedAt: number): Received | Refusal {
  const { attributes } = CheckRequest.decode(bytes);
  const http = attributes?.request?.http;
  if (!http) return refuse('not_http');
  return {
    method: http.method,
    path: http.path,
    authority: http.host,
    headers: readHeaders(http),
    sourceAddress: attributes?.source?.address?.socketAddress?.address ?? '',
    ...peerOf(attributes?.source),
    receivedAt,
  };
}

function peerOf(
  source: NonNullable<CheckRequest['attributes']>['source'] | undefined,
): Pick<Received, 'peer'> {
  const { principal = '', certificate = '' } = source ?? {};
  if (principal === '' && certificate === '') return {};
  return { peer: { ...(principal !== '' && { principal }), ...(certificate !== '' && { certificate }) } };
}

/** Both forms are read one character a byte; only the first has every header by itself and every byte as it came. */
function readHeaders(http: Http): Headers {
  if (http.headerMap.length > 0) return readHeaderMap(http.headerMap);
  const headers = new Map<string, string[]>();
  for (const { key, value } of http.headers) addHeader(headers, key, Buffer.from(value).toString('latin1'));
  return headers;
}

/**
 * Writes the first door's answer. An allow comes from `allow: true` and from nothing else.
 * @throws UnsafeHeader, or if an allow has no voucher or a denial has a status that is no refusal
 */
export function writeDecision(decision: CheckDecision): Buffer {
  return CheckResponse.encode(decision.allow === true ? allowed(decision) : denied(decision));
}

function allowed(decision: Extract<CheckDecision, { allow: true }>): CheckResponse {
  if (decision.voucher === '') throw new TypeError('an allow needs a voucher');
  return {
    status: { code: 0 },
    okResponse: {
      headers: textHeaders(decision.headers.set),
      headersToRemove: removals(decision.headers.remove),
      responseHeadersToAdd: textHeaders(decision.responseHeaders),
      queryParametersToRemove: decision.removeParameters,
    },
    dynamicMetadata: metadataOf(decision.voucher),
  };
}

/** Always a `denied_response`: Envoy lets an `error_response` or an RPC error pass where `failure_mode_allow` is on. */
function denied({ status, headers, body }: Denial): CheckResponse {
  if (status < 400 || !isHttpStatus(status)) throw new RangeError('a denial needs the status of an error');
  return {
    status: { code: PERMISSION_DENIED },
    deniedResponse: { status: { code: status }, headers: textHeaders(headers), body },
  };
}

/** The denial for when even writing a denial failed. */
export const PLAIN_DENIAL: Buffer = writeDecision({ allow: false, status: 500, headers: [], body: '' });

/** What Envoy says on a stream of the second door: `ProcessingRequest`, as an opening and events. */
import type { Direction, Event, Opening } from '../doors/messages.ts';
import { readHeaderMap } from './headers.ts';
import { readVoucher } from './metadata.ts';
import { modeOf } from './modes.ts';
import { codec } from './protos.ts';

interface HttpHeaders {
  readonly headers: Uint8Array;
  readonly endOfStream: boolean;
}

interface HttpBody {
  readonly body: Uint8Array;
  readonly endOfStream: boolean;
}

/** One message of a stream, its parts not yet read. */
export interface ProcessingRequest {
  readonly requestHeaders: HttpHeaders | null;
  readonly responseHeaders: HttpHeaders | null;
  readonly requestBody: HttpBody | null;
  readonly responseBody: HttpBody | null;
  readonly requestTrailers: object | null;
  readonly responseTrailers: object | null;
  readonly metadataContext: Uint8Array;
  readonly observabilityMode: boolean;
  readonly protocolConfig: {
    readonly requestBodyMode: number;
    readonly responseBodyMode: number;
    readonly sendBodyWithoutWaitingForHeaderResponse: boolean;
  } | null;
}

const Request = codec<ProcessingRequest, never>('envoy.service.ext_proc.v3.ProcessingRequest');

/** @throws if the bytes are no `ProcessingRequest` */
export function readMessage(bytes: Uint8Array): ProcessingRequest {
  return Request.decode(bytes);
}

/**
 * What the first message of a stream says about all of it.
 * @throws if a mode or the metadata cannot be understood
 */
export function readOpening(first: ProcessingRequest): Opening {
  const config = first.protocolConfig;
  return {
    modes:
      config === null
        ? undefined
        : {
            request: modeOf(config.requestBodyMode),
            response: modeOf(config.responseBodyMode),
            earlyBody: config.sendBodyWithoutWaitingForHeaderResponse,
          },
    voucher: readVoucher(first.metadataContext),
    observing: first.observabilityMode,
  };
}

/** @throws if the message has no part, or one that we do not know */
export function readEvent(message: ProcessingRequest): Event {
  if (message.requestHeaders) return headersEvent('request', message.requestHeaders);
  if (message.responseHeaders) return headersEvent('response', message.responseHeaders);
  if (message.requestBody) return bodyEvent('request', message.requestBody);
  if (message.responseBody) return bodyEvent('response', message.responseBody);
  if (message.requestTrailers) return { kind: 'trailers', direction: 'request' };
  if (message.responseTrailers) return { kind: 'trailers', direction: 'response' };
  throw new TypeError('a message without a part that we know');
}

function headersEvent(direction: Direction, { headers, endOfStream }: HttpHeaders): Event {
  return { kind: 'headers', direction, headers: readHeaderMap(headers), endOfStream };
}

function bodyEvent(direction: Direction, { body, endOfStream }: HttpBody): Event {
  return { kind: 'body', direction, bytes: body, endOfStream };
}

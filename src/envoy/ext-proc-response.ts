/** What we say on a stream of the second door: actions, as `ProcessingResponse`. */
import type { HeaderChanges } from '../core/headers.ts';
import type { SessionAction } from '../doors/messages.ts';
import type { Modes } from '../doors/modes.ts';
import { type RawHeader, rawHeaders, removals } from './headers.ts';
import { isHttpStatus } from './http-status.ts';
import { numberOf, overridden } from './modes.ts';
import { codec } from './protos.ts';

interface HeaderMutation {
  readonly setHeaders: readonly RawHeader[];
  readonly removeHeaders: readonly string[];
}

type BodyMutation =
  | { readonly body: Uint8Array }
  | { readonly clearBody: true }
  | { readonly streamedResponse: { readonly body: Uint8Array; readonly endOfStream: boolean } };

interface Reply {
  readonly response: {
    readonly headerMutation?: HeaderMutation;
    readonly bodyMutation?: BodyMutation;
    readonly clearRouteCache?: boolean;
  };
}

interface Immediate {
  readonly status: { readonly code: number };
  readonly headers: HeaderMutation;
  readonly body: Uint8Array;
  readonly details: string;
}

type ProcessingResponse = (
  | { readonly requestHeaders: Reply }
  | { readonly responseHeaders: Reply }
  | { readonly requestBody: Reply }
  | { readonly responseBody: Reply }
  | { readonly requestTrailers: object }
  | { readonly responseTrailers: object }
  | { readonly immediateResponse: Immediate }
) & { readonly modeOverride?: ModeOverride };

interface ModeOverride {
  readonly requestBodyMode: number;
  readonly responseBodyMode: number;
  readonly responseTrailerMode?: typeof SEND;
}

/** `ProcessingMode.HeaderSendMode`. */
const SEND = 1;

const Response = codec<never, ProcessingResponse>('envoy.service.ext_proc.v3.ProcessingResponse');

/** Actions that put messages on the wire; `fail` ends the stream instead. */
export type Writable = Exclude<SessionAction, { kind: 'fail' }>;

/**
 * Writes one action as the messages that say it, one gRPC message each.
 * @param modes the modes of the stream as they are now
 * @throws UnsafeHeader, or if the proxy would ignore what the action asks for
 */
export function writeAction(action: Writable, modes: Modes | undefined): readonly Buffer[] {
  switch (action.kind) {
    case 'headers':
      return [writeHeaders(action, modes)];
    case 'body':
      return [writeBody(action)];
    case 'chunk':
      return writeChunk(action);
    case 'trailers':
      return [
        Response.encode(action.direction === 'request' ? { requestTrailers: {} } : { responseTrailers: {} }),
      ];
    case 'immediate':
      return [Response.encode({ immediateResponse: immediate(action) })];
  }
}

function writeHeaders(action: Extract<Writable, { kind: 'headers' }>, modes: Modes | undefined): Buffer {
  const response = { headerMutation: mutation(action.changes), clearRouteCache: action.clearRouteCache };
  const override =
    action.override === undefined ? {} : { modeOverride: writeOverride(overridden(modes, action.override)) };
  return Response.encode(
    action.direction === 'request'
      ? { requestHeaders: { response }, ...override }
      : { responseHeaders: { response }, ...override },
  );
}

/**
 * Both bodies are named: one left out would read as `NONE`. Headers and trailers stay as configured (`DEFAULT`), but
 * where an answer is streamed its trailers are its end, without which it would seem to have been broken off.
 */
function writeOverride({ request, response }: Modes): ModeOverride {
  const bodies = { requestBodyMode: numberOf(request), responseBodyMode: numberOf(response) };
  return response === 'streamed' ? { ...bodies, responseTrailerMode: SEND } : bodies;
}

/** Passing a body message on is most of what a stream says. */
const KEEP = {
  request: Response.encode({ requestBody: { response: {} } }),
  response: Response.encode({ responseBody: { response: {} } }),
};

function writeBody(action: Extract<Writable, { kind: 'body' }>): Buffer {
  const plain = action.changes === undefined && !action.clearRouteCache;
  if (plain && action.body === 'keep') return KEEP[action.direction];
  const response = {
    ...(action.changes && { headerMutation: mutation(action.changes) }),
    ...(action.body !== 'keep' && { bodyMutation: replacement(action.body) }),
    ...(action.clearRouteCache && { clearRouteCache: true }),
  };
  return Response.encode(
    action.direction === 'request' ? { requestBody: { response } } : { responseBody: { response } },
  );
}

function replacement(body: Uint8Array): BodyMutation {
  return body.length === 0 ? { clearBody: true } : { body };
}

/** Envoy asks for pieces of at most 64 KB in full duplex. */
const PIECE = 62_000;

function writeChunk({
  direction,
  bytes,
  endOfStream,
}: Extract<Writable, { kind: 'chunk' }>): readonly Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += PIECE) {
    const body = bytes.subarray(at, at + PIECE);
    const streamedResponse = { body, endOfStream: endOfStream && at + PIECE >= bytes.length };
    const reply = { response: { bodyMutation: { streamedResponse } } };
    pieces.push(Response.encode(direction === 'request' ? { requestBody: reply } : { responseBody: reply }));
  }
  return pieces;
}

function immediate({ status, headers, body, details }: Extract<Writable, { kind: 'immediate' }>): Immediate {
  // Envoy answers 200 in place of a status that it does not know.
  if (!isHttpStatus(status)) throw new RangeError('an answer needs an HTTP status that Envoy knows');
  return {
    status: { code: status },
    headers: { setHeaders: rawHeaders(headers), removeHeaders: [] },
    body: Buffer.from(body),
    details,
  };
}

function mutation({ set, remove }: HeaderChanges): HeaderMutation {
  return { setHeaders: rawHeaders(set), removeHeaders: removals(remove) };
}

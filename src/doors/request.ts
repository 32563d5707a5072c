/**
 * The request's body in each of Envoy's modes, up to the verdict.
 * - buffered: one message, and its reply carries body and headers
 * - streamed: every piece is answered with nothing, and the last with the whole body; the headers left before it
 * - full duplex: nothing is answered until the whole body is judged; then headers, body and trailers at once
 */
import { onlyBackend } from '../backends/choose.ts';
import { first, type HeaderChanges, type Headers, NO_HEADER_CHANGES } from '../core/headers.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import { Body } from './body.ts';
import { judgeRequest } from './judge-request.ts';
import type { BodyMode, Event, SessionAction } from './messages.ts';
import { holdBody } from './modes.ts';
import { choosingOf, type JudgedRequest, upstreamChanges } from './outgoing.ts';
import { permittedModels } from './permit.ts';
import type { Judging } from './prepare.ts';
import { type Proof, prove, proveUnread } from './prove.ts';

type Actions = readonly SessionAction[];

export interface RequestStep {
  readonly actions: Actions;
  /** Set once, with the step that lets the request go on. */
  readonly judged?: JudgedRequest;
}

/** Answers the events of a request's body until it is judged. */
export interface Request {
  /** What answers the headers. */
  start(): Soon<Actions | Refusal>;
  on(event: Event): Soon<RequestStep | Refusal>;
}

/** Opens the body of a request whose headers did not end it. */
export function openRequest(mode: BodyMode, headers: Headers, x: Judging): Request | Refusal {
  const bound = x.policy.bounds.requestBytes;
  if (Number(first(headers, 'content-length') ?? 0) > bound) return refuse('body_too_large');
  const body = new Body(bound);
  const judge = () =>
    after(judgeRequest(body.whole(), headers, x), (judged) =>
      isRefusal(judged) || mode === 'streamed' ? judged : prove(judged, x, body.whole()),
    );
  if (mode === 'streamed') return openStreamed(body, headers, judge, x);
  return mode === 'full_duplex' ? fullDuplex(body, judge) : buffered(body, judge);
}

/** What a header asks for cannot be taken out of a request whose headers left before it was judged. */
const TOO_LATE = refuse('mode_unsafe', { detail: 'Unsafe: headers of a streamed request.' });

type Judge = () => ReturnType<typeof judgeRequest>;

function passHeaders(changes: HeaderChanges, clearRouteCache: boolean): SessionAction {
  return { kind: 'headers', direction: 'request', changes, clearRouteCache };
}

function buffered(body: Body, judge: Judge): Request {
  return {
    start: () => [passHeaders(NO_HEADER_CHANGES, false)],
    on(event) {
      // One message is the whole body, whatever its end mark says: it is false when trailers follow.
      if (event.kind !== 'body') return { actions: [{ kind: 'fail', reason: 'trailers before the body' }] };
      if (!body.add(event.bytes)) return refuse('body_too_large');
      return afterwards(judge(), (judged) => [
        {
          kind: 'body',
          direction: 'request',
          body: judged.body,
          changes: withLength(judged),
          clearRouteCache: true,
        },
      ]);
    },
  };
}

/** In this mode alone Envoy wants the length of a changed body from us. */
function withLength(judged: JudgedRequest): HeaderChanges {
  if (judged.body === 'keep') return judged.changes;
  const length = ['content-length', String(judged.body.length)] as const;
  return { set: [...judged.changes.set, length], remove: judged.changes.remove };
}

/**
 * The headers leave before the body is read, so the backend must not depend on it: safe only where all that the
 * caller may ask for is served by one.
 */
function openStreamed(body: Body, headers: Headers, judge: Judge, x: Judging): Request | Refusal {
  const { policy, voucher } = x;
  const backend = onlyBackend(permittedModels(voucher, policy), choosingOf(x));
  if (backend === undefined)
    return refuse('mode_unsafe', { detail: 'Unsafe: a streamed request with several backends.' });
  const decoded = headers.has('content-encoding');
  let secrets: Proof['secrets'] = [];
  return {
    start: () =>
      after(proveUnread(backend, x), (proof) => {
        if (isRefusal(proof)) return proof;
        secrets = proof.secrets;
        const { set, remove } = upstreamChanges(backend, decoded);
        const { changes } = proof;
        return [passHeaders({ set: [...set, ...changes.set], remove: [...remove, ...changes.remove] }, true)];
      }),
    on(event) {
      // The body held back can leave only in the reply to its last piece.
      if (event.kind !== 'body')
        return { actions: [{ kind: 'fail', reason: 'trailers end a streamed request' }] };
      if (!body.add(event.bytes)) return refuse('body_too_large');
      if (!event.endOfStream) return { actions: holdBody('streamed', 'request') };
      return afterwards(
        after(judge(), (judged) => {
          if (isRefusal(judged)) return judged;
          return judged.headersAdapted ? TOO_LATE : { ...judged, secrets };
        }),
        (judged) => [{ kind: 'body', direction: 'request', body: wholeOf(judged, body) }],
      );
    },
  };
}

function fullDuplex(body: Body, judge: Judge): Request {
  return {
    start: () => [],
    on(event) {
      const trailers = event.kind === 'trailers';
      if (event.kind === 'body' && !body.add(event.bytes)) return refuse('body_too_large');
      if (event.kind === 'body' && !event.endOfStream) return { actions: [] };
      return afterwards(judge(), (judged) => [
        passHeaders(judged.changes, true),
        { kind: 'chunk', direction: 'request', bytes: wholeOf(judged, body), endOfStream: !trailers },
        ...(trailers ? [{ kind: 'trailers', direction: 'request' } as const] : []),
      ]);
    },
  };
}

function wholeOf(judged: JudgedRequest, body: Body): Uint8Array {
  return judged.body === 'keep' ? body.whole() : judged.body;
}

function afterwards(
  judged: ReturnType<typeof judgeRequest>,
  act: (judged: JudgedRequest) => Actions,
): Soon<RequestStep | Refusal> {
  return after(judged, (verdict) =>
    isRefusal(verdict) ? verdict : { actions: act(verdict), judged: verdict },
  );
}

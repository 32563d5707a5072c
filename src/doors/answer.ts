/**
 * The answer: how much of it must be read, and in which form.
 * - an event stream is released event by event, as soon as nothing can change what it says
 * - any other body is read whole, and then released
 * - an answer that nothing needs to be known of is not read at all
 */
import { first, type Headers, joined, NO_HEADER_CHANGES } from '../core/headers.ts';
import type { Operation } from '../core/operation.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import type { Soon } from '../core/soon.ts';
import { readCoding } from '../dialects/encoding.ts';
import type { Snapshot } from '../policy/snapshot.ts';
import { eventAnswer } from './answer-events.ts';
import { wholeAnswer } from './answer-whole.ts';
import type { JudgedRequest } from './judge-request.ts';
import type { Event, SessionAction } from './messages.ts';
import { type Modes, overrideAnswer, passBody } from './modes.ts';
import { rulesOf } from './rules.ts';
import type { Tally } from './tally.ts';

export interface AnswerStep {
  readonly actions: readonly SessionAction[];
  /** The whole answer went by. */
  readonly done: boolean;
  /** We ended the answer before its own end. */
  readonly cut?: Refusal;
}

/** Answers the events of a response. */
export interface Answer {
  /** True once the headers went to the client: from then on a refusal cannot have a status any more. */
  readonly headersLeft: boolean;
  /**
   * True once the answer said its own end and all of it left. Where trailers are not shown to us, the end of the stream
   * may never be: the record goes by this, and what still came would be looked at all the same.
   */
  readonly whole: boolean;
  /** What answers the headers. */
  start(endOfStream: boolean): AnswerStep;
  on(event: Event): Soon<AnswerStep | Refusal>;
}

export interface Answering {
  readonly operation: Operation;
  readonly policy: Snapshot;
  readonly judged: JudgedRequest;
  readonly nextTurn: () => Promise<void>;
  readonly tally: Tally;
}

/** Opens an answer by its headers. */
export function openAnswer(modes: Modes, headers: Headers, x: Answering): Answer | Refusal {
  const status = Number(first(headers, ':status'));
  const success = status >= 200 && status < 300;
  const mustRead = rulesOf(x.policy).output.active || x.judged.vault.size > 0;
  if (!success && !mustRead) return unreadAnswer(modes);
  const coding = readCoding(joined(headers, 'content-encoding'));
  if (isRefusal(coding))
    return refuse('answer_unreadable', { detail: 'Its content encoding is not supported.' });
  const form = formOf(joined(headers, 'content-type'), success);
  if (form === undefined)
    return refuse('answer_unreadable', { detail: 'Its content type is not one of this API.' });
  if (form !== 'events') return wholeAnswer(modes.response, form, coding, success, x);
  if (coding !== 'identity')
    return refuse('answer_unreadable', { detail: 'Its event stream is compressed.' });
  return eventAnswer(modes, x);
}

/** A success must be JSON or events; an error may be any text, such as a proxy's page. */
function formOf(type: string | undefined, success: boolean): 'events' | 'json' | 'text' | undefined {
  const media = (type ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (media === 'text/event-stream') return 'events';
  if (media === 'application/json' || media.endsWith('+json')) return 'json';
  return success ? undefined : 'text';
}

/** An answer that nothing needs to be known of: the proxy need not show it, and where it does, it passes. */
function unreadAnswer(modes: Modes): Answer {
  const override = overrideAnswer(modes, 'none');
  const mode = modes.response;
  return {
    headersLeft: true,
    whole: true,
    start: (endOfStream) => ({
      actions: [{ ...passAnswerHeaders(), ...override }],
      done: endOfStream || 'override' in override,
    }),
    on(event) {
      if (event.kind !== 'body')
        return { actions: [{ kind: 'trailers', direction: 'response' }], done: true };
      return {
        actions: [passBody(mode, 'response', event.bytes, event.endOfStream)],
        done: event.endOfStream,
      };
    },
  };
}

export function passAnswerHeaders(remove: readonly string[] = []): SessionAction & { kind: 'headers' } {
  const changes = remove.length === 0 ? NO_HEADER_CHANGES : { set: [], remove };
  return { kind: 'headers', direction: 'response', changes, clearRouteCache: false };
}

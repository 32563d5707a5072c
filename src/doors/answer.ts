/**
 * The answer: how much of it must be read, and in which form.
 * - an event stream is released event by event, as soon as nothing can change what it says
 * - any other body is read whole, and then released
 * - an answer that nothing needs to be known of is not read at all
 */
import {
  ANSWERED_HEADER,
  ATTEMPTS_HEADER,
  CLAMPED_HEADER,
  first,
  type HeaderChanges,
  type Headers,
  headerText,
  joined,
  NO_HEADER_CHANGES,
  STRIPPED_HEADER,
  WARNING_HEADER,
} from '../core/headers.ts';
import type { Operation } from '../core/operation.ts';
import type { Ports } from '../core/ports.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import type { Soon } from '../core/soon.ts';
import type { Voucher } from '../core/voucher.ts';
import { readCoding } from '../dialects/encoding.ts';
import { dialectOf } from '../dialects/index.ts';
import type { RuleSet } from '../guards/rule-set.ts';
import type { Snapshot } from '../policy/snapshot.ts';
import { eventAnswer } from './answer-events.ts';
import type { ObjectContext } from './answer-objects.ts';
import { wholeAnswer } from './answer-whole.ts';
import type { Event, SessionAction } from './messages.ts';
import { type Modes, overrideAnswer, passBody } from './modes.ts';
import type { JudgedRequest } from './outgoing.ts';
import { quotaHeaders } from './quota.ts';
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
  readonly voucher: Voucher;
  readonly policy: Snapshot;
  readonly judged: JudgedRequest;
  /** Of the answer. */
  readonly rules: RuleSet;
  readonly ports: Ports;
  readonly tally: Tally;
  /** Headers of the answer that repeat our credential. */
  readonly telling: readonly string[];
  /** Headers that lead to the provider, as they lead here. */
  readonly leading: HeaderChanges['set'];
}

/** What stored objects of an answer are judged by. */
export function objectContext({ voucher, judged, ports }: Answering): ObjectContext {
  return { voucher, backend: judged.route.backend.name, uses: judged.uses, ports };
}

/** Opens an answer by its headers. */
export function openAnswer(
  modes: Modes,
  headers: Headers,
  endOfStream: boolean,
  x: Answering,
): Answer | Refusal {
  const status = Number(first(headers, ':status'));
  const success = status >= 200 && status < 300;
  const mustRead = x.rules.active || x.judged.vault.size > 0 || mayRepeatCredential(x.judged);
  // Without a body there is nothing to be read, and its type says nothing.
  if (endOfStream || (!success && !mustRead)) return unreadAnswer(modes, x);
  const coding = readCoding(joined(headers, 'content-encoding'));
  if (isRefusal(coding))
    return refuse('answer_unreadable', { detail: 'Its content encoding is not supported.' });
  const { operation } = x.voucher;
  const media = (joined(headers, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const framing = dialectOf(operation.dialect).framing(operation, media);
  // An error is never a list of events, and in some dialects both are JSON.
  const form = framing !== undefined && success ? framing : formOf(media, success, operation);
  if (form === undefined)
    return refuse('answer_unreadable', { detail: 'Its content type is not one of this API.' });
  if (typeof form === 'string') return wholeAnswer(modes.response, form, coding, success, x);
  if (coding !== 'identity')
    return refuse('answer_unreadable', { detail: 'Its event stream is compressed.' });
  if (x.rules.asks) return refuse('answer_unreadable', { why: 'stream_not_analyzed' });
  return eventAnswer(modes, form, x);
}

/** What a backend says about a request that is no good may say the credential. */
function mayRepeatCredential({ secrets = [] }: JudgedRequest): boolean {
  return secrets.length > 0;
}

/** How a body is read; a `file` is whatever somebody stored. */
export type AnswerForm = 'json' | 'text' | 'file';

/** A success must be JSON, or a file where one was asked for; an error may be any text. */
function formOf(media: string, success: boolean, { name, answer }: Operation): AnswerForm | undefined {
  if (success && name === 'files.content') return 'file';
  if (isJson(media)) return 'json';
  if (!success) return 'text';
  return answer === 'file' ? 'file' : undefined;
}

function isJson(media: string): boolean {
  return media === 'application/json' || media.endsWith('+json');
}

/** An answer that nothing needs to be known of: the proxy need not show it, and where it does, it passes. */
function unreadAnswer(modes: Modes, x: Answering): Answer {
  const override = overrideAnswer(modes, 'none');
  const mode = modes.response;
  return {
    headersLeft: true,
    whole: true,
    start: (endOfStream) => ({
      actions: [{ ...passAnswerHeaders(x), ...override }],
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

/** The headers of an answer, with how the caller's limits stand and what was changed about its request. */
export function passAnswerHeaders(
  { judged, voucher, tally, ports, telling, leading }: Answering,
  decoded: readonly string[] = [],
): SessionAction & { kind: 'headers' } {
  const quotas = quotaHeaders(tally.quotas, voucher.operation.dialect, ports.clock.now());
  const set = [...notesOf(judged), ...leading, ...quotas];
  const tried = judged.attempts === undefined ? [] : [ANSWERED_HEADER, ATTEMPTS_HEADER];
  const remove = [...decoded, ...telling, ...tried];
  const changes = remove.length === 0 && set.length === 0 ? NO_HEADER_CHANGES : { set, remove };
  return { kind: 'headers', direction: 'response', changes, clearRouteCache: false };
}

function notesOf({ changed: { strip, clamp }, warnings }: JudgedRequest): HeaderChanges['set'] {
  const notes: [string, string][] = [];
  if (strip.size > 0) notes.push([STRIPPED_HEADER, [...strip].join(', ')]);
  if (warnings.length > 0) notes.push([WARNING_HEADER, [...new Set(warnings)].map(headerText).join(', ')]);
  if (clamp.size > 0) notes.push([CLAMPED_HEADER, [...clamp.keys()].join(', ')]);
  return notes;
}

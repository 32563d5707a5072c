/** An answer that is read whole before any of it leaves: JSON, or the text of an error. */
import type { HeaderChanges } from '../core/headers.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import { type Coding, decode } from '../dialects/encoding.ts';
import { documentEnd } from '../json/document.ts';
import {
  type Answer,
  type AnswerForm,
  type Answering,
  type AnswerStep,
  passAnswerHeaders,
} from './answer.ts';
import { judgeAnswer } from './answer-text.ts';
import { Body } from './body.ts';
import type { BodyMode, Event, SessionAction } from './messages.ts';
import { holdBody, sendBody } from './modes.ts';

/** The headers of an answer that changed form on its way through us. */
const DECODED = ['content-encoding'];

type Step = AnswerStep | Refusal;

/** @param form what the content type says that it is */
export function wholeAnswer(
  mode: BodyMode,
  form: AnswerForm,
  coding: Coding,
  success: boolean,
  x: Answering,
): Answer {
  return new WholeAnswer(mode, form, coding, success, x);
}

class WholeAnswer implements Answer {
  readonly #mode: BodyMode;
  readonly #form: AnswerForm;
  readonly #coding: Coding;
  readonly #success: boolean;
  readonly #x: Answering;
  readonly #body: Body;
  readonly #end = documentEnd();
  #sent = false;
  headersLeft = false;

  get whole(): boolean {
    return this.#sent;
  }

  constructor(mode: BodyMode, form: AnswerForm, coding: Coding, success: boolean, x: Answering) {
    this.#mode = mode;
    this.#form = form;
    this.#coding = coding;
    this.#success = success;
    this.#x = x;
    this.#body = new Body(x.policy.bounds.responseBytes);
  }

  start(endOfStream: boolean): AnswerStep {
    if (endOfStream) return { actions: [passAnswerHeaders(this.#x)], done: true };
    // Full duplex lets the headers wait for the verdict, buffering keeps them back itself.
    if (this.#mode === 'full_duplex') return { actions: [], done: false };
    this.headersLeft = this.#mode === 'streamed';
    const remove = this.headersLeft && this.#coding !== 'identity' ? DECODED : [];
    return { actions: [passAnswerHeaders(this.#x, remove)], done: false };
  }

  on(event: Event): Soon<Step> {
    if (event.kind !== 'body') return this.#onTrailers();
    if (this.#sent) return this.#afterDocument(event.bytes, event.endOfStream);
    if (!this.#body.add(event.bytes)) return refuse('answer_too_large');
    if (!this.#isWhole(event.bytes, event.endOfStream)) {
      return { actions: holdBody(this.#mode, 'response'), done: false };
    }
    return this.#release(event.endOfStream, false);
  }

  /**
   * Buffered bodies come in one message. A streamed one may end with trailers, which can carry no body: so what is
   * held leaves as soon as the document is closed, not when the stream is.
   */
  #isWhole(bytes: Uint8Array, endOfStream: boolean): boolean {
    if (endOfStream || this.#mode === 'buffered') return true;
    return (
      this.#form === 'json' &&
      this.#mode === 'streamed' &&
      this.#coding === 'identity' &&
      this.#end.push(bytes) >= 0
    );
  }

  #onTrailers(): Soon<Step> {
    if (this.#mode === 'full_duplex' && !this.#sent) return this.#release(false, true);
    if (!this.#sent && this.#body.length > 0) return refuse('answer_unreadable');
    return { actions: [{ kind: 'trailers', direction: 'response' }], done: true };
  }

  /** After the document only white space may follow. */
  #afterDocument(bytes: Uint8Array, endOfStream: boolean): Step {
    if (!/^[ \t\r\n]*$/.test(Buffer.from(bytes).toString('latin1'))) return refuse('answer_unreadable');
    return { actions: [sendBody(this.#mode, 'response', bytes, endOfStream)], done: endOfStream };
  }

  #release(endOfStream: boolean, trailers: boolean): Soon<Step> {
    this.#sent = true;
    return after(this.#judge(), (out) => (isRefusal(out) ? out : this.#send(out, endOfStream, trailers)));
  }

  #send(out: Uint8Array, endOfStream: boolean, trailers: boolean): AnswerStep {
    this.#x.tally.answered();
    const decoded = this.#coding !== 'identity';
    const actions: SessionAction[] = [];
    if (this.#mode === 'buffered') {
      const changed = out !== this.#body.whole();
      const body = changed ? out : 'keep';
      actions.push({
        kind: 'body',
        direction: 'response',
        body,
        changes: this.#lengthOf(out, changed, decoded),
      });
      return { actions, done: true };
    }
    if (this.#mode === 'full_duplex') actions.push(passAnswerHeaders(this.#x, decoded ? DECODED : []));
    actions.push(sendBody(this.#mode, 'response', out, endOfStream));
    if (trailers) actions.push({ kind: 'trailers', direction: 'response' });
    return { actions, done: endOfStream || trailers };
  }

  #lengthOf(out: Uint8Array, changed: boolean, decoded: boolean): HeaderChanges {
    const set = changed ? [['content-length', String(out.length)] as const] : [];
    return { set, remove: decoded ? DECODED : [] };
  }

  #judge(): Soon<Uint8Array | Refusal> {
    const bytes = this.#body.whole();
    // Nothing was said, as where the headers end the answer.
    if (bytes.length === 0) return bytes;
    if (this.#coding === 'identity') return judgeAnswer(bytes, this.#form, this.#success, this.#x);
    return decode(bytes, this.#coding, this.#x.policy.bounds.responseBytes).then((plain) => {
      if (!isRefusal(plain)) return judgeAnswer(plain, this.#form, this.#success, this.#x);
      return refuse(plain.refused === 'body_too_large' ? 'answer_too_large' : 'answer_unreadable');
    });
  }
}

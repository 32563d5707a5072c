/**
 * The second door: one exchange as a state machine. Events in, actions out; no clock of its own, no gRPC.
 *
 *   opening → request → waiting → answer → over
 *                               → channel → over
 *
 * Any event that does not fit its phase ends the stream with an error: what is not understood does not pass.
 */
import { cookiesIn, headersWith } from '../backends/withhold.ts';
import { first, type Headers, NO_HEADER_CHANGES, originOf } from '../core/headers.ts';
import type { Ports } from '../core/ports.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import { dialectOf } from '../dialects/index.ts';
import { withCanaries } from '../guards/rule-set.ts';
import type { Snapshot } from '../policy/snapshot.ts';
import { type Answer, type Answering, objectContext, openAnswer, passAnswerHeaders } from './answer.ts';
import { keepMade } from './answer-objects.ts';
import { answerRefusal } from './answer-refusal.ts';
import { answeredBy, noteHealth } from './answered.ts';
import type { Observer } from './chain.ts';
import { judgeChannel } from './channel-request.ts';
import { judgeBare } from './judge-bare.ts';
import type { Closing, Event, Opening, Policies, Session, SessionAction } from './messages.ts';
import { judgeModes, type Modes, overrideAnswer, passBody } from './modes.ts';
import { answerOurselves } from './own-answers.ts';
import { PHASE_MS, type Phase } from './phases.ts';
import type { Judging } from './prepare.ts';
import { prove } from './prove.ts';
import { quotaHeaders } from './quota.ts';
import { recall } from './recall.ts';
import { openRequest, type Request } from './request.ts';
import { rulesOf } from './rules.ts';
import { Tally } from './tally.ts';

type Actions = readonly SessionAction[];

/** The backend took the channel. */
const SWITCHING = '101';

export interface SecondDoorContext {
  readonly policies: Policies;
  readonly ports: Ports;
  /** Told what each stage answered, for `explain`. */
  readonly observe?: Observer;
}

/** Opens the second door for one exchange. */
export function openSession(opening: Opening, context: SecondDoorContext): Session {
  return new SecondDoor(opening, context);
}

class SecondDoor implements Session {
  readonly #opening: Opening;
  readonly #context: SecondDoorContext;
  readonly #ports: Ports;
  readonly #tally: Tally;
  #phase: Phase = 'opening';
  #phaseSince: number;
  #finished = false;
  #modes: Modes | undefined;
  #origin = '';
  #policy: Snapshot | undefined;
  #request: Request | undefined;
  #answer: Answer | undefined;
  /** Of a channel, by the monotonic clock. */
  #sessionEnd = Number.POSITIVE_INFINITY;

  constructor(opening: Opening, context: SecondDoorContext) {
    this.#opening = opening;
    this.#context = context;
    this.#ports = context.ports;
    this.#tally = new Tally(context.ports);
    this.#phaseSince = context.ports.clock.elapsed();
  }

  get finished(): boolean {
    return this.#finished;
  }

  get deadline(): number {
    return Math.min(this.#phaseSince + PHASE_MS[this.#phase], this.#sessionEnd);
  }

  on(event: Event): Soon<Actions> {
    try {
      const actions = this.#dispatch(event);
      return actions instanceof Promise ? actions.catch((error: unknown) => this.#fault(error)) : actions;
    } catch (error) {
      return this.#fault(error);
    }
  }

  expire(): Actions {
    return this.#fail('deadline', refuse('deadline'));
  }

  close(how: Closing): void {
    if (this.#finished || this.#answer?.whole || this.#phase === 'channel')
      this.#tally.record('allowed', null);
    else if (how === 'error') this.#tally.record('cut', 'internal');
    else this.#tally.record('abandoned', 'client_gone');
    this.#enter('over');
  }

  #dispatch(event: Event): Soon<Actions> {
    if (this.#phase === 'over') return this.#afterwards(event);
    if (this.#phase === 'channel') return this.#passThrough(event);
    if (event.direction === 'request') return this.#onRequest(event);
    return this.#onResponse(event);
  }

  // — the request —

  #onRequest(event: Event): Soon<Actions> {
    if (this.#phase === 'opening' && event.kind === 'headers')
      return this.#open(event.headers, event.endOfStream);
    if (this.#request === undefined || event.kind === 'headers') return this.#outOfOrder(event);
    if (this.#phase !== 'request') return this.#lateRequest(event);
    return after(this.#request.on(event), (step) => this.#afterRequest(step));
  }

  #open(headers: Headers, endOfStream: boolean): Soon<Actions> {
    const recalled = recall(this.#opening.voucher, headers, this.#context.policies, this.#ports, (voucher) =>
      this.#tally.meet(voucher),
    );
    this.#context.observe?.('recall', recalled);
    if (isRefusal(recalled)) return this.#refuse(recalled);
    this.#policy = recalled.policy;
    const { operation, authority } = recalled.voucher;
    this.#origin = originOf(headers, authority);
    const modes = judgeModes(this.#opening, operation);
    if (isRefusal(modes)) return this.#refuse(modes);
    this.#modes = modes;
    const judging = {
      ...recalled,
      headers,
      ports: this.#ports,
      tally: this.#tally,
      observe: this.#context.observe,
    };
    if (operation.name === 'realtime')
      return endOfStream ? this.#refuse(refuse('upgrade_not_allowed')) : this.#openChannel(modes, judging);
    if (operation.body === 'none')
      return endOfStream ? this.#bare(judging) : this.#refuse(refuse('body_unexpected'));
    if (endOfStream) return this.#refuse(refuse('body_missing'));
    this.#enter('request');
    const request = openRequest(modes.request, headers, judging);
    if (isRefusal(request)) return this.#refuse(request);
    this.#request = request;
    return after(request.start(), (started) => (isRefusal(started) ? this.#refuse(started) : started));
  }

  #openChannel(modes: Modes, judging: Judging): Soon<Actions> {
    this.#enter('request');
    return after(judgeChannel(modes, judging), (asked) => {
      if (isRefusal(asked)) return this.#refuse(asked);
      this.#modes = asked.modes;
      this.#sessionEnd = this.#ports.clock.elapsed() + judging.policy.bounds.sessionMs;
      return this.#afterRequest({ actions: asked.actions, judged: asked.judged });
    });
  }

  /** What goes through an open channel is not read: whose it is and what it may cost was judged when it was opened. */
  #passThrough(event: Event): Actions {
    if (event.kind === 'headers') return this.#outOfOrder(event);
    this.#enter('channel');
    if (event.kind === 'trailers') return [{ kind: 'trailers', direction: event.direction }];
    const mode = this.#modes?.[event.direction] ?? 'streamed';
    return [passBody(mode, event.direction, event.bytes, event.endOfStream)];
  }

  #afterRequest(step: Awaited<ReturnType<Request['on']>>): Actions {
    if (isRefusal(step)) return this.#refuse(step);
    if (step.judged === undefined) return step.actions;
    this.#tally.judged = step.judged;
    this.#enter('waiting');
    return step.actions;
  }

  /**
   * After the verdict only the trailers of a buffered request may still come, and the second end mark that some
   * versions of Envoy send for large full-duplex bodies (envoy issue 46237).
   */
  #lateRequest(event: Event): Actions {
    if (event.kind === 'trailers') return [{ kind: 'trailers', direction: 'request' }];
    const again = event.kind === 'body' && event.bytes.length === 0 && this.#modes?.request === 'full_duplex';
    return again ? [] : this.#outOfOrder(event);
  }

  /** A request without a body: some we answer ourselves, the others go to whoever keeps what they name. */
  #bare(judging: Judging): Soon<Actions> {
    const own = answerOurselves(judging);
    if (own !== undefined) {
      this.#tally.asked = judging.voucher.operation.pathModel;
      return isRefusal(own) ? this.#refuse(own) : this.#reply(own.body);
    }
    this.#enter('request');
    const proven = after(judgeBare(judging), (judged) =>
      isRefusal(judged) ? judged : prove(judged, judging),
    );
    return after(proven, (judged) =>
      this.#afterRequest(
        isRefusal(judged)
          ? judged
          : {
              actions: [
                { kind: 'headers', direction: 'request', changes: judged.changes, clearRouteCache: true },
              ],
              judged,
            },
      ),
    );
  }

  #reply(body: string): Actions {
    this.#enter('over');
    this.#tally.status = 200;
    this.#tally.record('allowed', null);
    const headers = [['content-type', 'application/json']] as const;
    return [
      {
        kind: 'immediate',
        status: 200,
        headers: [...headers, ...this.#quotaHeaders()],
        body,
        details: 'sallyport_answered',
      },
    ];
  }

  #quotaHeaders(): ReturnType<typeof quotaHeaders> {
    const { voucher, quotas } = this.#tally;
    return voucher === undefined
      ? []
      : quotaHeaders(quotas, voucher.operation.dialect, this.#ports.clock.now());
  }

  // — the answer —

  #onResponse(event: Event): Soon<Actions> {
    if (event.kind === 'headers') {
      if (this.#answer !== undefined) return this.#outOfOrder(event);
      if (this.#phase !== 'waiting') return this.#localReply(event);
      return this.#meetAnswer(event.headers, event.endOfStream);
    }
    if (this.#answer === undefined) return this.#outOfOrder(event);
    this.#enter('answer');
    return after(this.#answer.on(event), (step) => this.#afterAnswer(step));
  }

  #meetAnswer(headers: Headers, endOfStream: boolean): Soon<Actions> {
    const { voucher, judged: chosen } = this.#tally;
    if (
      this.#modes === undefined ||
      this.#policy === undefined ||
      voucher === undefined ||
      chosen === undefined
    ) {
      return this.#fail('response without request', refuse('internal'));
    }
    const judged = answeredBy(chosen, headers, this.#policy);
    this.#tally.judged = judged;
    noteHealth(chosen, judged, headers, this.#ports);
    const model = judged.route.target?.model.name;
    const rules = withCanaries(rulesOf(this.#policy, voucher, model).output, judged.canaries);
    const { headerObjects, headerUsage, ownAddresses } = dialectOf(voucher.operation.dialect);
    const x = {
      voucher,
      policy: this.#policy,
      judged,
      rules,
      ports: this.#ports,
      tally: this.#tally,
      telling: [...headersWith(judged.secrets ?? [], headers), ...cookiesIn(headers)],
      leading: ownAddresses?.(headers, this.#origin) ?? [],
    };
    this.#tally.reported = headerUsage?.(headers);
    return after(keepMade(headerObjects?.(headers) ?? [], objectContext(x)), (refusal) =>
      refusal === undefined ? this.#openAnswer(headers, endOfStream, x) : this.#refuse(refusal),
    );
  }

  #openAnswer(headers: Headers, endOfStream: boolean, x: Answering): Actions {
    if (this.#modes === undefined) return this.#fail('response without request', refuse('internal'));
    const { operation } = x.voucher;
    if (operation.name === 'realtime' && first(headers, ':status') === SWITCHING) {
      this.#tally.status = Number(SWITCHING);
      this.#tally.response = 'skipped';
      this.#enter('channel');
      return [passAnswerHeaders(x)];
    }
    this.#sessionEnd = Number.POSITIVE_INFINITY;
    this.#enter('answer');
    this.#tally.status = Number(first(headers, ':status')) || null;
    const answer = openAnswer(this.#modes, headers, endOfStream, x);
    if (isRefusal(answer)) return this.#refuse(answer);
    this.#answer = answer;
    return this.#afterAnswer(answer.start(endOfStream));
  }

  #afterAnswer(step: Awaited<ReturnType<Answer['on']>>): Actions {
    if (isRefusal(step)) {
      // Once a part of the answer has left, a status can no longer be given.
      return this.#answer?.headersLeft === true ? this.#fail(step.refused, step) : this.#refuse(step);
    }
    if (step.cut !== undefined) this.#tally.record('cut', step.cut.refused);
    if (step.done) this.#finish();
    return step.actions;
  }

  /**
   * A response whose request did not pass us: an answer of the proxy's own, such as the first door's refusal or a 413.
   * A success cannot be that; it would be an answer whose request nobody inspected.
   */
  #localReply(event: Event & { kind: 'headers' }): Actions {
    const status = Number(first(event.headers, ':status'));
    if (!(status >= 300) && !isGrpcRefusal(event)) return this.#refuse(refuse('request_unseen'));
    this.#finish();
    const override = overrideAnswer(this.#opening.modes, 'none');
    this.#tally.status = status;
    if (this.#tally.voucher === undefined) this.#tally.dismiss();
    else this.#tally.record('refused', 'proxy_answered');
    return [
      {
        kind: 'headers',
        direction: 'response',
        changes: NO_HEADER_CHANGES,
        clearRouteCache: false,
        ...override,
      },
    ];
  }

  // — ends —

  /**
   * What may still come when all is decided: the rest of a local reply, of an answer that needs no reading, trailers.
   * After a refusal nothing is answered any more: a proxy that ignored it waits until it gives up.
   */
  #afterwards(event: Event): Actions {
    if (!this.#finished) return [];
    if (event.direction === 'request') return this.#outOfOrder(event);
    const mode = this.#opening.modes?.[event.direction] ?? 'buffered';
    if (event.kind === 'body') return [passBody(mode, event.direction, event.bytes, event.endOfStream)];
    return event.kind === 'trailers' ? [{ kind: 'trailers', direction: event.direction }] : [];
  }

  #refuse(refusal: Refusal): Actions {
    const answer = answerRefusal(
      refusal,
      this.#tally.requestId,
      this.#tally.voucher?.operation.dialect,
      this.#ports.clock.now(),
    );
    this.#tally.status = answer.status;
    this.#tally.why = refusal.why ?? null;
    this.#tally.record('refused', refusal.refused);
    this.#context.observe?.('refuse', refusal);
    this.#enter('over');
    return [{ kind: 'immediate', ...answer, details: `sallyport_${refusal.refused}` }];
  }

  #outOfOrder(event: Event): Actions {
    return this.#fail(`${event.direction} ${event.kind} while ${this.#phase}`, refuse('internal'));
  }

  #fault(error: unknown): Actions {
    this.#ports.faults.report('session', error);
    return this.#fail('fault', refuse('internal'));
  }

  #fail(reason: string, refusal: Refusal): Actions {
    this.#ports.meter.sessionFailed(reason);
    this.#tally.why = refusal.why ?? null;
    const begun = this.#phase === 'answer' || this.#phase === 'channel';
    this.#tally.record(begun ? 'cut' : 'refused', refusal.refused);
    this.#enter('over');
    return [{ kind: 'fail', reason }];
  }

  #finish(): void {
    this.#finished = true;
    this.#enter('over');
  }

  #enter(phase: Phase): void {
    // The request's time is counted from its beginning, an answer's from its last piece.
    if (phase === this.#phase && phase !== 'answer' && phase !== 'channel') return;
    this.#phase = phase;
    this.#phaseSince = this.#ports.clock.elapsed();
  }
}

/** To a gRPC client the proxy says no with status 200, `grpc-status`, and no body that could hold anything. */
function isGrpcRefusal({ headers, endOfStream }: Event & { kind: 'headers' }): boolean {
  const code = first(headers, 'grpc-status');
  return endOfStream && code !== undefined && code !== '0';
}

/** An answer that is an event stream, in each of Envoy's modes. */
import type { Edit } from '../core/finding.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { Role } from '../core/text.ts';
import type { OfferedTool } from '../dialects/dialect.ts';
import type { Framing } from '../dialects/framing/framing.ts';
import { dialectOf } from '../dialects/index.ts';
import { parse } from '../json/document.ts';
import { type Answer, type Answering, type AnswerStep, objectContext, passAnswerHeaders } from './answer.ts';
import { keepMade, unlessRefused } from './answer-objects.ts';
import { assessPassage, assessSaid } from './assess.ts';
import type { BodyMode, Event, SessionAction } from './messages.ts';
import { holdBody, type Modes, overrideAnswer, passBody, sendBody } from './modes.ts';
import { withheld } from './offered.ts';
import { type Let, StreamGate } from './stream-gate.ts';

/** Far above what any model sends in one event: a long tool call in one piece, say. */
const EVENT_BYTES = 4 * 1024 * 1024;

export function eventAnswer(modes: Modes, framing: Framing, x: Answering): Answer {
  return new EventAnswer(modes, framing, x);
}

class EventAnswer implements Answer {
  readonly headersLeft = true;
  readonly #modes: Modes;
  readonly #mode: BodyMode;
  readonly #x: Answering;
  readonly #gate: StreamGate;
  #cut = false;

  get whole(): boolean {
    return this.#gate.ended && this.#gate.empty;
  }

  constructor(modes: Modes, framing: Framing, x: Answering) {
    this.#modes = modes;
    this.#mode = modes.response;
    this.#x = x;
    this.#gate = new StreamGate({
      dialect: dialectOf(x.voucher.operation.dialect),
      framing,
      withhold: (data, offered) => withheldFrom(data, offered, x),
      operation: x.voucher.operation,
      rules: x.rules,
      vault: x.judged.vault,
      dropUsage: x.judged.usageIsOurs,
      call: x.judged.call,
      tally: x.tally,
      assess: (role, text) => noteAssessed(role, text, x),
      judge: (role, passage) => judgePassage(role, passage, x),
      eventBytes: EVENT_BYTES,
    });
  }

  /**
   * A proxy that buffers is asked to stream the rest; one that does not listen shows the whole as a single piece,
   * which the gate takes as well.
   */
  start(endOfStream: boolean): AnswerStep {
    const override = overrideAnswer(this.#modes, 'streamed');
    return {
      actions: [{ ...passAnswerHeaders(this.#x, ['content-length']), ...override }],
      done: endOfStream,
    };
  }

  /** What a piece of the answer made is kept, and what it says more than was expected reserved, before it may leave. */
  on(event: Event): Soon<AnswerStep | Refusal> {
    if (event.kind !== 'body') {
      const step = this.#onTrailers();
      return unlessRefused(keepMade(this.#gate.takeMade(), objectContext(this.#x)), () => step);
    }
    if (this.#cut) return { actions: holdBody(this.#mode, 'response'), done: event.endOfStream };
    const passed = this.#gate.push(event.bytes, event.endOfStream);
    return unlessRefused(keepMade(this.#gate.takeMade(), objectContext(this.#x)), () =>
      isRefusal(passed) ? passed : this.#pass(event.bytes, passed, event.endOfStream),
    );
  }

  #pass(bytes: Uint8Array, passed: Let, endOfStream: boolean): Soon<AnswerStep> {
    if (passed.cut !== undefined) return this.#end(passed.out, passed.cut, endOfStream);
    return after(this.#x.tally.grow(), (full) => {
      // An answer that is over cannot be ended any more: what it used is charged all the same.
      if (full === undefined || this.#gate.ended || endOfStream)
        return { actions: this.#actions(bytes, passed.out, endOfStream), done: endOfStream };
      const said = passed.out === 'keep' ? bytes : passed.out;
      return this.#end(Buffer.concat([said, this.#gate.lastWords(full)]), full, endOfStream);
    });
  }

  #actions(bytes: Uint8Array, out: 'keep' | Uint8Array, endOfStream: boolean): readonly SessionAction[] {
    if (out === 'keep') {
      this.#x.tally.answered();
      return [passBody(this.#mode, 'response', bytes, endOfStream)];
    }
    if (out.length === 0 && !endOfStream) return holdBody(this.#mode, 'response');
    if (out.length > 0) this.#x.tally.answered();
    return [sendBody(this.#mode, 'response', out, endOfStream)];
  }

  /** Full duplex lets us end the answer, and Envoy then leaves the backend; elsewhere the rest is replaced by nothing. */
  #end(out: 'keep' | Uint8Array, cut: Refusal, endOfStream: boolean): AnswerStep {
    this.#cut = true;
    const bytes = out === 'keep' ? new Uint8Array(0) : out;
    const whole = this.#mode === 'full_duplex';
    return {
      actions: [sendBody(this.#mode, 'response', bytes, whole || endOfStream)],
      done: whole || endOfStream,
      cut,
    };
  }

  /** Trailers can carry no body: what is still held back when they come cannot leave any more. */
  #onTrailers(): AnswerStep | Refusal {
    const trailers: SessionAction = { kind: 'trailers', direction: 'response' };
    if (this.#cut) return { actions: [trailers], done: true };
    if (this.#mode !== 'full_duplex') {
      return this.#gate.empty ? { actions: [trailers], done: true } : refuse('answer_unreadable');
    }
    const rest = this.#gate.push(new Uint8Array(0), true);
    if (isRefusal(rest)) return rest;
    const bytes = rest.out === 'keep' ? new Uint8Array(0) : rest.out;
    const actions: SessionAction[] =
      bytes.length === 0 ? [] : [sendBody('full_duplex', 'response', bytes, false)];
    return {
      actions: [...actions, trailers],
      done: true,
      ...(rest.cut === undefined ? {} : { cut: rest.cut }),
    };
  }
}

/** The data was read before, so it is a document. */
function withheldFrom(data: string, offered: readonly OfferedTool[], x: Answering): readonly Edit[] {
  const root = parse(data, { depth: x.policy.bounds.jsonDepth, values: x.policy.bounds.jsonValues });
  return isRefusal(root) ? [] : withheld(data, root, offered, x);
}

/** Why a passage may not leave. */
function judgePassage(
  role: Role,
  passage: string,
  { rules, ports: { assessor }, tally }: Answering,
): Refusal | undefined {
  const { counts, blocked } = assessPassage(passage, role, { rules, assessor });
  tally.found(counts);
  return blocked;
}

/** Only noted, by rules that log. */
function noteAssessed(role: Role, said: string, { rules, ports: { assessor }, tally }: Answering): void {
  tally.found(assessSaid(said, role, { rules, assessor }).counts);
}

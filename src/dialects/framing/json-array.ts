/**
 * A stream that is one JSON array, written object by object (Gemini's `streamGenerateContent` without `alt=sse`). Each
 * object is an event, with the bracket or comma before it; the closing bracket is one without data.
 */
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { textOf } from '../../json/utf8.ts';
import type { FramedEvent, Framer, Framing, OwnEvent } from './framing.ts';
import { Pending } from './pending.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

export const jsonArray: Framing = {
  open: (bound) => new ArrayFramer(bound),
  close: (events: readonly OwnEvent[], begun: boolean) =>
    Buffer.from(`${begun ? ',' : '['}${events.map(({ data }) => data).join(',')}]`),
};

/** What may come next, white space aside. */
type Expects = '[' | 'object or ]' | 'object' | ', or ]' | 'nothing';

class ArrayFramer implements Framer {
  readonly #pending: Pending;
  #expects: Expects = '[';
  /** Objects and arrays that are open within the object at hand; 0 between objects. */
  #depth = 0;
  #inString = false;
  #escaped = false;

  constructor(bound: number) {
    this.#pending = new Pending(bound);
  }

  get empty(): boolean {
    return this.#pending.length === 0;
  }

  push(bytes: Uint8Array): FramedEvent[] | Refusal {
    const events: FramedEvent[] = [];
    let start = 0;
    for (let i = 0; i < bytes.length; i += 1) {
      const step = this.#depth > 0 ? this.#within(bytes[i] ?? 0) : this.#between(bytes[i] ?? 0);
      if (step === 'wrong') return refuse('answer_unreadable');
      if (step === 'goes on') continue;
      const event = this.#complete(bytes.subarray(start, i + 1), step === 'array ends');
      if (isRefusal(event)) return event;
      events.push(event);
      start = i + 1;
    }
    return this.#pending.add(bytes.subarray(start)) ?? this.#withRest(events);
  }

  finish(): FramedEvent[] | Refusal {
    if (this.empty) return [];
    const event = this.#complete(new Uint8Array(0), false);
    return isRefusal(event) ? event : [event];
  }

  /** White space after the closing bracket belongs to no object. */
  #withRest(events: FramedEvent[]): FramedEvent[] | Refusal {
    if (this.#expects !== 'nothing') return events;
    const rest = this.finish();
    return isRefusal(rest) ? rest : [...events, ...rest];
  }

  #between(byte: number): Step {
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d && byte !== 0x0b && byte !== 0x0c)) return 'goes on';
    if (byte === OPEN_ARRAY && this.#expects === '[') return this.#next('object or ]');
    if (byte === COMMA && this.#expects === ', or ]') return this.#next('object');
    if (byte === OPEN_OBJECT && this.#expects.startsWith('object')) {
      this.#depth = 1;
      return this.#next(', or ]');
    }
    if (byte !== CLOSE_ARRAY || !this.#expects.endsWith('or ]')) return 'wrong';
    this.#next('nothing');
    return 'array ends';
  }

  #next(expects: Expects): Step {
    this.#expects = expects;
    return 'goes on';
  }

  /** Judges nothing but the nesting: whether the object is well-formed is for its reader to say. */
  #within(byte: number): Step {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return 'goes on';
    }
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) this.#depth -= 1;
    return this.#depth === 0 ? 'object ends' : 'goes on';
  }

  #complete(rest: Uint8Array, last: boolean): FramedEvent | Refusal {
    const raw = this.#pending.take(rest);
    if (isRefusal(raw)) return raw;
    const text = textOf(raw);
    return text === undefined ? refuse('answer_unreadable') : objectEvent(raw, text, last);
  }
}

type Step = 'goes on' | 'object ends' | 'array ends' | 'wrong';

function objectEvent(raw: Uint8Array, text: string, last: boolean): FramedEvent {
  const start = text.indexOf('{');
  return {
    raw,
    data: start < 0 ? undefined : text.slice(start),
    name: undefined,
    last,
    rewrite: (data) => Buffer.from(text.slice(0, Math.max(0, start)) + data),
  };
}

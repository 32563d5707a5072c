/**
 * A stream that is one JSON array, written object by object (Gemini's `streamGenerateContent` without `alt=sse`). Each
 * object is an event, with the bracket or comma before it; the closing bracket is one without data.
 */
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import type { FramedEvent, Framing, OwnEvent } from './framing.ts';
import { TextFramer } from './text-framer.ts';

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

class ArrayFramer extends TextFramer {
  #expects: Expects = '[';
  /** Objects and arrays that are open within the object at hand; 0 between objects. */
  #depth = 0;
  #inString = false;
  #escaped = false;

  override push(bytes: Uint8Array): readonly FramedEvent[] | Refusal {
    const events: FramedEvent[] = [];
    let start = 0;
    for (let i = 0; i < bytes.length; i += 1) {
      const step = this.#depth > 0 ? this.#within(bytes[i] ?? 0) : this.#between(bytes[i] ?? 0);
      if (step === 'wrong') return refuse('answer_unreadable');
      if (step === 'goes on') continue;
      const event = this.complete(bytes.subarray(start, i + 1));
      if (isRefusal(event)) return event;
      events.push(event);
      start = i + 1;
    }
    return this.pending.add(bytes.subarray(start)) ?? this.#withRest(events);
  }

  /** White space after the closing bracket belongs to no object. */
  #withRest(events: readonly FramedEvent[]): readonly FramedEvent[] | Refusal {
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
    return 'ends';
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
    return this.#depth === 0 ? 'ends' : 'goes on';
  }

  /** The closing bracket ends an event of its own: it never stands at the end of one that has an object. */
  protected override eventOf(raw: Uint8Array, text: string): FramedEvent {
    const start = text.indexOf('{');
    return {
      raw,
      data: start < 0 ? undefined : text.slice(start),
      name: undefined,
      last: start < 0 && text.endsWith(']'),
      rewrite: (data) => Buffer.from(text.slice(0, Math.max(0, start)) + data),
    };
  }
}

type Step = 'goes on' | 'ends' | 'wrong';

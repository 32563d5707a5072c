/**
 * Event streams (WHATWG HTML, "Server-sent events"), byte for byte: which bytes are one event, and where in them its
 * data stands. What no client reads as data (comments, names, ids, retry times) stays in the event's bytes.
 */
import type { Span } from '../core/finding.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { textOf } from '../json/utf8.ts';

const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const BYTE_ORDER_MARK = '\ufeff';

/** One event with all of its bytes, the blank line that ends it included. */
export interface FramedEvent {
  /** As it came. The raw texts of all events, in order, are the stream. */
  readonly raw: string;
  /** The data lines, joined by line feeds; undefined where there is none, as in a comment. */
  readonly data: string | undefined;
  /** The value of the last `event` line. */
  readonly name: string | undefined;
  /** The event with other data, and all else as it came. */
  rewrite(data: string): string;
}

/** Cuts the bytes of an event stream into events, however the bytes are cut into pieces. Linear in their number. */
export class EventFramer {
  readonly #bound: number;
  /** The bytes of the event that is not complete yet are the first `#length` of these. */
  #pending = new Uint8Array(0);
  #length = 0;
  #begun = false;
  #lineEmpty = true;
  #afterReturn = false;
  /** A blank line ended with a carriage return: a line feed, should it follow, is still the event's. */
  #closing = false;

  /** @param bound bytes of one event */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** True if every byte that came is in an event that was given back. */
  get empty(): boolean {
    return this.#length === 0;
  }

  /**
   * @returns the events that these bytes complete
   * `answer_too_large` where an event passes the bound, `answer_unreadable` where it is not UTF-8
   */
  push(bytes: Uint8Array): FramedEvent[] | Refusal {
    const events: FramedEvent[] = [];
    let start = 0;
    for (let i = 0; i < bytes.length; i += 1) {
      const byte = bytes[i] ?? 0;
      // Nearly all bytes are inside a line: nothing ends at them.
      if (byte > RETURN && !this.#closing) {
        this.#lineEmpty = false;
        this.#afterReturn = false;
        continue;
      }
      const end = this.#endAt(byte, i);
      if (end < 0) continue;
      const event = this.#complete(bytes.subarray(start, end));
      if (isRefusal(event)) return event;
      events.push(event);
      start = end;
    }
    return this.#keep(bytes.subarray(start)) ?? events;
  }

  /**
   * What is left when the stream ends without a blank line. The standard drops it, some clients read it: so it is an
   * event like the others, to be read before it may pass.
   */
  finish(): FramedEvent[] | Refusal {
    if (this.empty) return [];
    const event = this.#complete(new Uint8Array(0));
    return isRefusal(event) ? event : [event];
  }

  /** @returns where the event ends that this byte shows to be complete, or -1 */
  #endAt(byte: number, at: number): number {
    if (this.#closing) {
      this.#closing = false;
      if (byte === LINE_FEED) return at + 1;
      this.#pass(byte);
      return at;
    }
    return this.#pass(byte) && !this.#closing ? at + 1 : -1;
  }

  /** @returns true if a blank line ends here */
  #pass(byte: number): boolean {
    const secondHalf = byte === LINE_FEED && this.#afterReturn;
    this.#afterReturn = byte === RETURN;
    if (secondHalf) return false;
    if (byte !== LINE_FEED && byte !== RETURN) {
      this.#lineEmpty = false;
      return false;
    }
    const blank = this.#lineEmpty;
    this.#lineEmpty = true;
    if (blank && byte === RETURN) this.#closing = true;
    return blank;
  }

  #complete(rest: Uint8Array): FramedEvent | Refusal {
    if (this.#length === 0) return this.#frame(rest);
    const refusal = this.#keep(rest);
    if (refusal !== undefined) return refusal;
    const whole = this.#pending.subarray(0, this.#length);
    this.#length = 0;
    return this.#frame(whole);
  }

  #frame(bytes: Uint8Array): FramedEvent | Refusal {
    if (bytes.length > this.#bound) return refuse('answer_too_large');
    const text = textOf(bytes);
    if (text === undefined) return refuse('answer_unreadable');
    const start = !this.#begun && text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
    this.#begun = true;
    return new TextEvent(text, start);
  }

  #keep(bytes: Uint8Array): Refusal | undefined {
    if (bytes.length === 0) return undefined;
    const length = this.#length + bytes.length;
    if (length > this.#bound) return refuse('answer_too_large');
    if (length > this.#pending.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#pending.length));
      larger.set(this.#pending.subarray(0, this.#length));
      this.#pending = larger;
    }
    this.#pending.set(bytes, this.#length);
    this.#length = length;
    return undefined;
  }
}

const LINE = /[^\r\n]*/y;

class TextEvent implements FramedEvent {
  readonly raw: string;
  readonly data: string | undefined;
  readonly name: string | undefined;
  /** The values of the data lines. */
  readonly #places: readonly Span[];

  constructor(raw: string, start: number) {
    this.raw = raw;
    const places: Span[] = [];
    for (let at = start; at < raw.length; ) {
      const end = lineEnd(raw, at);
      const colon = raw.indexOf(':', at);
      const field = raw.slice(at, colon < 0 || colon > end ? end : colon);
      if (field === 'data') places.push(fieldValue(raw, at + field.length, end));
      else if (field === 'event') this.name = sliceAt(raw, fieldValue(raw, at + field.length, end));
      at = raw.startsWith('\r\n', end) ? end + 2 : end + 1;
    }
    this.#places = places;
    this.data = places.length === 0 ? undefined : places.map((place) => sliceAt(raw, place)).join('\n');
  }

  rewrite(data: string): string {
    const lines = data.split(/\r\n?|\n/);
    const last = this.#places.length - 1;
    let out = '';
    let at = 0;
    for (const [i, place] of this.#places.entries()) {
      out += this.raw.slice(at, place.start);
      out += i === last ? lines.slice(i).join('\ndata: ') : (lines[i] ?? '');
      at = place.end;
    }
    return out + this.raw.slice(at);
  }
}

function lineEnd(text: string, start: number): number {
  LINE.lastIndex = start;
  LINE.test(text);
  return LINE.lastIndex;
}

/** A field's value: what follows the colon, without one leading space; empty where there is no colon. */
function fieldValue(text: string, fieldEnd: number, lineEnd: number): Span {
  const start = fieldEnd + (text.startsWith(': ', fieldEnd) ? 2 : 1);
  return { start: Math.min(start, lineEnd), end: lineEnd };
}

function sliceAt(text: string, place: Span): string {
  return text.slice(place.start, place.end);
}

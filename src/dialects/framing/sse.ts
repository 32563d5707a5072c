/**
 * Event streams (WHATWG HTML, "Server-sent events"), byte for byte: which bytes are one event, and where in them its
 * data stands. What no client reads as data (comments, names, ids, retry times) stays in the event's bytes.
 */
import type { Span } from '../../core/finding.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import type { FramedEvent, Framing, OwnEvent } from './framing.ts';
import { TextFramer } from './text-framer.ts';

const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const BYTE_ORDER_MARK = '\ufeff';

export const sse: Framing = {
  open: (bound) => new EventFramer(bound),
  close: (events) => Buffer.from(events.map(written).join('')),
};

/** The framing of an answer whose streams are events, and nothing else. */
export function eventStream(_: unknown, media: string): Framing | undefined {
  return media === 'text/event-stream' ? sse : undefined;
}

function written({ name, data }: OwnEvent): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${data}\n\n`;
}

class EventFramer extends TextFramer {
  #begun = false;
  #lineEmpty = true;
  #afterReturn = false;
  /** A blank line ended with a carriage return: a line feed, should it follow, is still the event's. */
  #closing = false;

  override push(bytes: Uint8Array): FramedEvent[] | Refusal {
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
      const event = this.complete(bytes.subarray(start, end));
      if (isRefusal(event)) return event;
      events.push(event);
      start = end;
    }
    return this.pending.add(bytes.subarray(start)) ?? events;
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

  protected override eventOf(raw: Uint8Array, text: string): FramedEvent {
    const start = !this.#begun && text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
    this.#begun = true;
    return new TextEvent(raw, text, start);
  }
}

const LINE = /[^\r\n]*/y;

class TextEvent implements FramedEvent {
  readonly raw: Uint8Array;
  readonly data: string | undefined;
  readonly name: string | undefined;
  readonly last = false;
  readonly #text: string;
  /** The values of the data lines. */
  readonly #places: readonly Span[];

  constructor(raw: Uint8Array, text: string, start: number) {
    this.raw = raw;
    this.#text = text;
    const places: Span[] = [];
    for (let at = start; at < text.length; ) {
      const end = lineEnd(text, at);
      const line = text.slice(at, end);
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      if (field === 'data') places.push(fieldValue(text, at + field.length, end));
      else if (field === 'event') this.name = sliceAt(text, fieldValue(text, at + field.length, end));
      at = text.startsWith('\r\n', end) ? end + 2 : end + 1;
    }
    this.#places = places;
    this.data = places.length === 0 ? undefined : places.map((place) => sliceAt(text, place)).join('\n');
  }

  rewrite(data: string): Uint8Array {
    const lines = data.split(/\r\n?|\n/);
    const last = this.#places.length - 1;
    let out = '';
    let at = 0;
    for (const [i, place] of this.#places.entries()) {
      out += this.#text.slice(at, place.start);
      out += i === last ? lines.slice(i).join('\ndata: ') : (lines[i] ?? '');
      at = place.end;
    }
    return Buffer.from(out + this.#text.slice(at));
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

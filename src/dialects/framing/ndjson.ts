/** Streams of one JSON document a line (NDJSON), as Ollama and Cohere's first API write them. */
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { textOf } from '../../json/utf8.ts';
import type { FramedEvent, Framer, Framing } from './framing.ts';
import { Pending } from './pending.ts';

const LINE_FEED = 0x0a;

export const ndjson: Framing = {
  open: (bound) => new LineFramer(bound),
  close: (events) => Buffer.from(events.map(({ data }) => `${data}\n`).join('')),
};

class LineFramer implements Framer {
  readonly #pending: Pending;

  constructor(bound: number) {
    this.#pending = new Pending(bound);
  }

  get empty(): boolean {
    return this.#pending.length === 0;
  }

  push(bytes: Uint8Array): FramedEvent[] | Refusal {
    const events: FramedEvent[] = [];
    let start = 0;
    for (let feed = bytes.indexOf(LINE_FEED); feed >= 0; feed = bytes.indexOf(LINE_FEED, start)) {
      const event = this.#complete(bytes.subarray(start, feed + 1));
      if (isRefusal(event)) return event;
      events.push(event);
      start = feed + 1;
    }
    return this.#pending.add(bytes.subarray(start)) ?? events;
  }

  /** A last line may do without its line feed. */
  finish(): FramedEvent[] | Refusal {
    if (this.empty) return [];
    const event = this.#complete(new Uint8Array(0));
    return isRefusal(event) ? event : [event];
  }

  #complete(rest: Uint8Array): FramedEvent | Refusal {
    const raw = this.#pending.take(rest);
    if (isRefusal(raw)) return raw;
    const text = textOf(raw);
    return text === undefined ? refuse('answer_unreadable') : lineEvent(raw, text);
  }
}

/** A line whose white space around the document stays where it is; a blank one says nothing. */
function lineEvent(raw: Uint8Array, text: string): FramedEvent {
  const end = text.trimEnd().length;
  const start = Math.min(end, text.length - text.trimStart().length);
  return {
    raw,
    data: start === end ? undefined : text.slice(start, end),
    name: undefined,
    last: false,
    rewrite: (data) => Buffer.from(text.slice(0, start) + data + text.slice(end)),
  };
}

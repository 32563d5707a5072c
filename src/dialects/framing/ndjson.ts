/** Streams of one JSON document a line (NDJSON), as Ollama and Cohere's first API write them. */
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import type { FramedEvent, Framing } from './framing.ts';
import { TextFramer } from './text-framer.ts';

const LINE_FEED = 0x0a;

export const ndjson: Framing = {
  open: (bound) => new LineFramer(bound),
  close: (events) => Buffer.from(events.map(({ data }) => `${data}\n`).join('')),
};

class LineFramer extends TextFramer {
  override push(bytes: Uint8Array): FramedEvent[] | Refusal {
    const events: FramedEvent[] = [];
    let start = 0;
    for (let feed = bytes.indexOf(LINE_FEED); feed >= 0; feed = bytes.indexOf(LINE_FEED, start)) {
      const event = this.complete(bytes.subarray(start, feed + 1));
      if (isRefusal(event)) return event;
      events.push(event);
      start = feed + 1;
    }
    return this.pending.add(bytes.subarray(start)) ?? events;
  }

  /** A line whose white space around the document stays where it is; a blank one says nothing. */
  protected override eventOf(raw: Uint8Array, text: string): FramedEvent {
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
}

/**
 * The chunks of `invoke-with-response-stream`: a model's own event, in base64, within the payload of an AWS event. What
 * is around it, padding and all, stays as it came.
 */
import type { Span } from '../../core/finding.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { memberOf, parse, stringValue } from '../../json/document.ts';
import { textOf } from '../../json/utf8.ts';
import { awsEventStream } from '../framing/aws-event-stream.ts';
import type { FramedEvent, Framer, Framing } from '../framing/framing.ts';
import { EVENT_BOUNDS } from '../reading/answers.ts';

export const chunks: Framing = {
  open: (bound) => new ChunkFramer(awsEventStream.open(bound)),
  close: (events, begun) =>
    awsEventStream.close(
      events.map((event) =>
        event.failure === true ? event : { ...event, name: 'chunk', data: packed(event.data) },
      ),
      begun,
    ),
};

function packed(data: string): string {
  return JSON.stringify({ bytes: Buffer.from(data).toString('base64') });
}

class ChunkFramer implements Framer {
  readonly #framer: Framer;

  constructor(framer: Framer) {
    this.#framer = framer;
  }

  get empty(): boolean {
    return this.#framer.empty;
  }

  push(bytes: Uint8Array): readonly FramedEvent[] | Refusal {
    return unpackAll(this.#framer.push(bytes));
  }

  finish(): readonly FramedEvent[] | Refusal {
    return unpackAll(this.#framer.finish());
  }
}

function unpackAll(events: readonly FramedEvent[] | Refusal): readonly FramedEvent[] | Refusal {
  if (isRefusal(events)) return events;
  const unpacked: FramedEvent[] = [];
  for (const event of events) {
    const one = unpack(event);
    if (isRefusal(one)) return one;
    unpacked.push(one);
  }
  return unpacked;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** An exception is no chunk: it says what it says. */
function unpack(event: FramedEvent): FramedEvent | Refusal {
  const { data } = event;
  if (event.name !== 'chunk' || data === undefined) return event;
  const root = parse(data, EVENT_BOUNDS);
  const bytes = isRefusal(root) ? undefined : memberOf(root, 'bytes');
  if (bytes?.kind !== 'string') return refuse('answer_unreadable');
  const encoded = stringValue(data, bytes);
  const inner = BASE64.test(encoded) ? textOf(Buffer.from(encoded, 'base64')) : undefined;
  return inner === undefined ? refuse('answer_unreadable') : withInner(event, data, inner, bytes);
}

function withInner(event: FramedEvent, data: string, inner: string, place: Span): FramedEvent {
  return {
    raw: event.raw,
    name: event.name,
    last: event.last,
    data: inner,
    rewrite(text) {
      const bytes = JSON.stringify(Buffer.from(text).toString('base64'));
      return event.rewrite(data.slice(0, place.start) + bytes + data.slice(place.end));
    },
  };
}

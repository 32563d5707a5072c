/**
 * AWS's binary event stream (`application/vnd.amazon.eventstream`; smithy, "Amazon Event Stream Specification"): a
 * prelude of two lengths with their own checksum, headers, a payload, and a checksum over all of it. Numbers are
 * big-endian, the checksum is CRC-32.
 */
import { crc32 } from 'node:zlib';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { textOf } from '../../json/utf8.ts';
import type { FramedEvent, Framer, Framing, OwnEvent } from './framing.ts';
import { Pending } from './pending.ts';

/** Two lengths and their checksum. */
const PRELUDE = 12;
const CHECKSUM = 4;
const STRING = 7;
/** Bytes of a value by its type; strings and byte arrays say their own length. */
const FIXED_LENGTHS: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [1, 0],
  [2, 1],
  [3, 2],
  [4, 4],
  [5, 8],
  [8, 8],
  [9, 16],
]);

export const awsEventStream: Framing = {
  open: (bound) => new MessageFramer(bound),
  close: (events) => Buffer.concat(events.map(ownMessage)),
};

class MessageFramer implements Framer {
  readonly #pending: Pending;
  readonly #bound: number;
  /** Bytes that are wanted before more can be said: a prelude, then the message that it announces. */
  #wanted = PRELUDE;

  constructor(bound: number) {
    this.#bound = bound;
    this.#pending = new Pending(bound);
  }

  get empty(): boolean {
    return this.#pending.length === 0;
  }

  push(bytes: Uint8Array): FramedEvent[] | Refusal {
    const events: FramedEvent[] = [];
    let rest = bytes;
    while (rest.length > 0) {
      const piece = rest.subarray(0, this.#wanted - this.#pending.length);
      rest = rest.subarray(piece.length);
      const step = this.#pending.add(piece) ?? this.#step();
      if (isRefusal(step)) return step;
      if (step !== undefined) events.push(step);
    }
    return events;
  }

  /** Half a message has no checksum: nobody can tell what it says. */
  finish(): FramedEvent[] | Refusal {
    return this.empty ? [] : refuse('answer_unreadable');
  }

  #step(): FramedEvent | Refusal | undefined {
    if (this.#pending.length < this.#wanted) return undefined;
    if (this.#wanted === PRELUDE) {
      const length = announcedLength(this.#pending.held);
      if (length === undefined) return refuse('answer_unreadable');
      if (length > this.#bound) return refuse('answer_too_large');
      this.#wanted = length;
      return undefined;
    }
    this.#wanted = PRELUDE;
    const whole = this.#pending.take(new Uint8Array(0));
    return isRefusal(whole) ? whole : readMessage(whole);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** @returns undefined where the prelude's own checksum does not fit, or its lengths cannot be */
function announcedLength(prelude: Uint8Array): number | undefined {
  const view = viewOf(prelude);
  const length = view.getUint32(0);
  const possible = length >= PRELUDE + view.getUint32(4) + CHECKSUM;
  return possible && crc32(prelude.subarray(0, 8)) === view.getUint32(8) ? length : undefined;
}

function readMessage(raw: Uint8Array): FramedEvent | Refusal {
  const view = viewOf(raw);
  const end = raw.length - CHECKSUM;
  const payloadStart = PRELUDE + view.getUint32(4);
  if (crc32(raw.subarray(0, end)) !== view.getUint32(end)) return refuse('answer_unreadable');
  const headers = readHeaders(raw.subarray(PRELUDE, payloadStart));
  const data = textOf(raw.subarray(payloadStart, end));
  if (headers === undefined || data === undefined) return refuse('answer_unreadable');
  return {
    raw,
    data: data === '' ? undefined : data,
    name: headers.get(':event-type') ?? headers.get(':exception-type') ?? headers.get(':error-code'),
    last: false,
    rewrite: (text) => message(raw.subarray(PRELUDE, payloadStart), Buffer.from(text)),
  };
}

/** The headers that are texts. @returns undefined where they overrun their length, or one stands twice */
function readHeaders(bytes: Uint8Array): ReadonlyMap<string, string> | undefined {
  const view = viewOf(bytes);
  const headers = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = at + 1 + view.getUint8(at);
    if (nameEnd >= bytes.length) return undefined;
    const name = Buffer.from(bytes.subarray(at + 1, nameEnd)).toString('latin1');
    const start = valueStart(view, nameEnd);
    const end = start + valueLength(view, nameEnd);
    if (!(end <= bytes.length) || headers.has(name)) return undefined;
    const value = view.getUint8(nameEnd) === STRING ? textOf(bytes.subarray(start, end)) : '';
    if (value === undefined) return undefined;
    headers.set(name, value);
    at = end;
  }
  return headers;
}

function saysItsLength(type: number): boolean {
  return type === STRING || type === STRING - 1;
}

function valueStart(view: DataView, type: number): number {
  return type + 1 + (saysItsLength(view.getUint8(type)) ? 2 : 0);
}

/** NaN where the type is none, or the length does not stand there any more. */
function valueLength(view: DataView, type: number): number {
  const kind = view.getUint8(type);
  if (!saysItsLength(kind)) return FIXED_LENGTHS.get(kind) ?? Number.NaN;
  return type + 3 <= view.byteLength ? view.getUint16(type + 1) : Number.NaN;
}

/** A message with its lengths and checksums. @param headers as they are to stand in it */
function message(headers: Uint8Array, payload: Uint8Array): Uint8Array {
  const length = PRELUDE + headers.length + payload.length + CHECKSUM;
  const out = Buffer.alloc(length);
  out.writeUInt32BE(length, 0);
  out.writeUInt32BE(headers.length, 4);
  out.writeUInt32BE(crc32(out.subarray(0, 8)), 8);
  out.set(headers, PRELUDE);
  out.set(payload, PRELUDE + headers.length);
  out.writeUInt32BE(crc32(out.subarray(0, length - CHECKSUM)), length - CHECKSUM);
  return out;
}

function ownMessage({ data, name = 'chunk', failure }: OwnEvent): Uint8Array {
  const headers = Buffer.concat([
    header(failure === true ? ':exception-type' : ':event-type', name),
    header(':content-type', 'application/json'),
    header(':message-type', failure === true ? 'exception' : 'event'),
  ]);
  return message(headers, Buffer.from(data));
}

function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  return Buffer.concat([
    Buffer.of(name.length),
    Buffer.from(name),
    Buffer.of(STRING),
    length,
    Buffer.from(value),
  ]);
}

/**
 * How a stream is cut into events, whatever its wire format: bytes come in pieces of any size, events leave with all
 * of their bytes, and one that is not changed leaves as it came.
 */
import type { Refusal } from '../../core/refusal.ts';

/** One event with all of its bytes, what parts it from the next included. */
export interface FramedEvent {
  /** As it came. The bytes of all events, in order, are the stream. */
  readonly raw: Uint8Array;
  /** What a client reads as the event's content; undefined where there is none, as in a comment. */
  readonly data: string | undefined;
  /** What the framing itself calls the event, where it names events. */
  readonly name: string | undefined;
  /** The framing says that nothing follows. */
  readonly last: boolean;
  /** The event with other data, and all else as it came. */
  rewrite(data: string): Uint8Array;
}

/** Cuts the bytes of one stream into events. Linear in their number; holds no more than one event. */
export interface Framer {
  /** True if every byte that came is in an event that was given back. */
  readonly empty: boolean;
  /**
   * @returns the events that these bytes complete
   * `answer_too_large` where an event passes the bound, `answer_unreadable` where it is not of this framing
   */
  push(bytes: Uint8Array): readonly FramedEvent[] | Refusal;
  /** What is left when the stream ends in the middle of an event: an event too, to be read before it may pass. */
  finish(): readonly FramedEvent[] | Refusal;
}

/** An event of our own making. */
export interface OwnEvent {
  readonly data: string;
  readonly name?: string;
  /** It says that the stream failed, where the framing tells that apart. */
  readonly failure?: boolean;
}

export interface Framing {
  /** @param bound bytes of one event */
  open(bound: number): Framer;
  /**
   * The last bytes of a stream that ends with events of our own.
   * @param begun something of the stream has left before them
   */
  close(events: readonly OwnEvent[], begun: boolean): Uint8Array;
}

/**
 * Bytes written and not yet taken by the transport: a proxy that does not read must not fill the memory.
 * A stream that is behind gets no further event until it has caught up; how much one event can add is bounded by the
 * bounds on bodies.
 */
import type { Call } from './call.ts';

/** Of one stream: beyond it, the stream is behind. */
const STREAM_BYTES = 1 << 20;
/** Of all streams together: beyond it, every stream that owes anything is behind. */
const TOTAL_BYTES = 256 << 20;

/** What all streams of a server have unsent. */
export interface Unsent {
  bytes: number;
}

export class Outbox {
  readonly #call: Pick<Call, 'sendMessage'>;
  readonly #all: Unsent;
  readonly #room: () => void;
  #own = 0;

  /** @param room called whenever the transport took something */
  constructor(call: Pick<Call, 'sendMessage'>, all: Unsent, room: () => void) {
    this.#call = call;
    this.#all = all;
    this.#room = room;
  }

  get behind(): boolean {
    return this.#own > STREAM_BYTES || (this.#own > 0 && this.#all.bytes > TOTAL_BYTES);
  }

  send(message: Buffer): void {
    this.#count(message.length);
    this.#call.sendMessage(message, () => this.#sent(message.length));
  }

  /** The call is gone, and what it held with it. */
  clear(): void {
    this.#count(-this.#own);
  }

  #sent(bytes: number): void {
    if (this.#own === 0) return;
    this.#count(-bytes);
    this.#room();
  }

  #count(bytes: number): void {
    this.#own += bytes;
    this.#all.bytes += bytes;
  }
}

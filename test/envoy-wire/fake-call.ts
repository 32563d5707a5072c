/** A call without gRPC: what was read, sent and said of it, and a peer that the test plays. */
import type { Call, CallHandler } from '../../src/envoy/call.ts';

export class FakeCall implements Call {
  readonly sent: Buffer[] = [];
  readonly statuses: { readonly code: number; readonly details: string }[] = [];
  deadline: number = Number.POSITIVE_INFINITY;
  /** True if a message was asked for and has not come. */
  reading = false;
  /** While true, the transport takes nothing. */
  blocked = false;
  #unacknowledged: (() => void)[] = [];
  #queue: (Buffer | 'end')[] = [];
  #handler: CallHandler | undefined;

  open<H extends CallHandler>(make: (call: Call) => H): H {
    const handler = make(this);
    this.#handler = handler;
    return handler;
  }

  startRead(): void {
    if (this.reading) throw new Error('asked twice');
    this.reading = true;
    this.#deliver();
  }

  sendMessage(message: Buffer, sent: () => void): void {
    this.sent.push(message);
    if (this.blocked) this.#unacknowledged.push(sent);
    else queueMicrotask(sent);
  }

  sendStatus(status: { readonly code: number; readonly details: string }): void {
    this.statuses.push(status);
  }

  getDeadline(): number {
    return this.deadline;
  }

  /** The peer sends a message. It arrives when it is asked for. */
  receive(message: Buffer): void {
    this.#queue.push(message);
    this.#deliver();
  }

  halfClose(): void {
    this.#queue.push('end');
    this.#deliver();
  }

  /** The peer resets the stream, or the call is over. */
  gone(): void {
    this.#handler?.onGone();
  }

  unblock(): void {
    this.blocked = false;
    for (const sent of this.#unacknowledged.splice(0)) sent();
  }

  get code(): number | undefined {
    return this.statuses[0]?.code;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  #deliver(): void {
    if (!this.reading || this.#handler === undefined) return;
    const next = this.#queue.shift();
    if (next === undefined) return;
    this.reading = false;
    if (next === 'end') this.#handler.onHalfClose();
    else this.#handler.onMessage(next);
  }
}

/** Lets everything that is ready to run do so. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * One gRPC call, held by hand: the next message comes when it is asked for, and the status is what was said, never
 * what a closing stream object makes of it. grpc-js offers both to server interceptors only, so this is one that
 * keeps the call to itself. Its ordinary streams read up to 16 messages ahead, and end with OK when ended.
 */
import {
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  status,
} from '@grpc/grpc-js';
import type { Faults } from '../core/ports.ts';

/** What a handler may do with a call. After `sendStatus`, or once the peer is gone, all of it has no effect. */
export interface Call {
  /** Asks for one more message, or for the news that none will come. */
  startRead(): void;
  /** @param sent called when the transport took the message; never if the call ends before */
  sendMessage(message: Buffer, sent: () => void): void;
  sendStatus(status: { readonly code: number; readonly details: string }): void;
  /** Of the wall clock; `Infinity` if the peer set none. */
  getDeadline(): Date | number;
}

/** What happens to a call. Whatever these throw ends the call with an error. */
export interface CallHandler {
  /** One message, asked for by `startRead`. */
  onMessage(bytes: Buffer): void;
  /** No more messages will come; answers may still go. */
  onHalfClose(): void;
  /** The call is over, however it ended. The last that is heard of it, exactly once. */
  onGone(): void;
}

export type CallOpener = (call: Call) => CallHandler;

/** @param openers by method path; calls of other methods go the ordinary way */
export function takeOver(openers: ReadonlyMap<string, CallOpener>, faults: Faults): ServerInterceptor {
  return (method, call) => {
    const open = openers.get(method.path);
    return open === undefined ? new ServerInterceptingCall(call) : new TakenCall(call, open, faults);
  };
}

class TakenCall extends ServerInterceptingCall {
  readonly #call: ServerInterceptingCallInterface;
  readonly #open: CallOpener;
  readonly #faults: Faults;
  #handler: CallHandler | undefined;

  constructor(call: ServerInterceptingCallInterface, open: CallOpener, faults: Faults) {
    super(call);
    this.#call = call;
    this.#open = open;
    this.#faults = faults;
  }

  /** The listener given is that of the registered handler, which so never hears of the call. */
  override start(): void {
    this.#call.start({
      onReceiveMetadata: () =>
        this.#guard(() => {
          this.#handler = this.#open(this);
        }),
      onReceiveMessage: (bytes: Buffer) => this.#guard(() => this.#handler?.onMessage(bytes)),
      onReceiveHalfClose: () => this.#guard(() => this.#handler?.onHalfClose()),
      onCancel: () => this.#guard(() => this.#handler?.onGone()),
    });
  }

  override startRead(): void {
    this.#guard(() => this.#call.startRead());
  }

  override sendMessage(message: Buffer, sent: () => void): void {
    this.#guard(() => this.#call.sendMessage(message, sent));
  }

  override sendStatus(end: { readonly code: number; readonly details: string }): void {
    this.#guard(() => this.#call.sendStatus(end));
  }

  /** Handlers run, and grpc-js calls them, where nobody catches a throw: it would end the process. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#faults.report('grpc call', error);
      this.#fail();
    }
  }

  #fail(): void {
    try {
      this.#call.sendStatus({ code: status.INTERNAL, details: 'fault' });
    } catch (error) {
      this.#faults.report('grpc status', error);
    }
  }
}

/** What stands registered for a method that is taken over. It never runs; if it did, the call would end with an error. */
export function unreachable(): never {
  throw new Error('this call should have been taken over');
}

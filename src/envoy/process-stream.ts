/**
 * The second door's stream: messages in, one at a time and in order, the session's actions out.
 *
 * How it may end is what it is about. Envoy lets everything pass unseen once a stream closes with OK, so OK is said
 * only when the whole answer went by or was given by us, and the peer has closed its side. Everything else (a throw, a
 * rejection, a message that cannot be read or written, a deadline, a stop of the server) ends with an error status.
 * That the peer resets the stream is the usual end and no fault.
 */
import { status } from '@grpc/grpc-js';
import type { Faults } from '../core/ports.ts';
import type { Closing, Session, SessionAction } from '../doors/messages.ts';
import type { Modes } from '../doors/modes.ts';
import type { Call, CallHandler } from './call.ts';
import type { Doors } from './doors.ts';
import { readEvent, readMessage, readOpening } from './ext-proc-request.ts';
import { type Writable, writeAction } from './ext-proc-response.ts';
import { overridden } from './modes.ts';
import { Outbox, type Unsent } from './outbox.ts';
import type { Watchdog, Watched } from './watchdog.ts';

/** A stream on which nothing was said holds a place for nothing. Milliseconds. */
const FIRST_MESSAGE_MS = 10_000;

export interface StreamContext {
  readonly doors: Pick<Doors, 'openSession'>;
  readonly faults: Faults;
  readonly watchdog: Watchdog;
  readonly unsent: Unsent;
}

type Actions = readonly SessionAction[];

export class ProcessStream implements CallHandler, Watched {
  readonly #call: Call;
  readonly #context: StreamContext;
  readonly #outbox: Outbox;
  readonly #openedAt: number;
  #session: Session | undefined;
  #modes: Modes | undefined;
  /** The one message read ahead; while it waits, no other is asked for. */
  #waiting: Buffer | undefined;
  #reading = false;
  #pumping = false;
  /** The session has not yet answered the event it was given. */
  #busy = false;
  /** Counts the deadlines passed: an answer that comes after one is not wanted any more. */
  #turn = 0;
  #expired: number | undefined;
  #halfClosed = false;
  /** An answer of ours ended the exchange; whatever still comes is not looked at. */
  #answered = false;
  #over = false;

  constructor(call: Call, context: StreamContext) {
    this.#call = call;
    this.#context = context;
    this.#outbox = new Outbox(call, context.unsent, () => this.#pump());
    this.#openedAt = context.watchdog.now();
    context.watchdog.add(this);
    this.#read();
  }

  // — what the call says —

  onMessage(bytes: Buffer): void {
    this.#reading = false;
    this.#waiting = bytes;
    this.#pump();
  }

  onHalfClose(): void {
    this.#reading = false;
    this.#halfClosed = true;
    this.#pump();
  }

  onGone(): void {
    this.#outbox.clear();
    this.#close('cancelled');
  }

  // — what the watchdog says —

  checkDeadline(now: number): void {
    this.#guard(() => this.#checkDeadline(now));
  }

  #checkDeadline(now: number): void {
    const session = this.#session;
    const deadline = session?.deadline ?? this.#openedAt + FIRST_MESSAGE_MS;
    if (now < deadline) return;
    if (session?.finished) this.#end(status.OK, '', 'ended');
    else if (session === undefined || this.#answered || deadline === this.#expired) this.#expire();
    else this.#expireSession(session, deadline);
  }

  cut(): void {
    this.#end(status.UNAVAILABLE, 'stopping', 'error');
  }

  /**
   * The session may still end in its own way, once for each deadline that it sets. What it was busy with is dropped,
   * but it gets no further event before it is done with that.
   */
  #expireSession(session: Session, deadline: number): void {
    this.#expired = deadline;
    this.#turn += 1;
    this.#perform(session.expire());
    this.#pump();
  }

  #expire(): void {
    this.#end(status.DEADLINE_EXCEEDED, 'deadline', 'error');
  }

  // — the loop —

  /** Handles what there is. The flag is for messages that the call hands over while it is being asked for them. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#ready()) this.#handleNext();
    this.#pumping = false;
  }

  /**
   * While the session thinks, or the transport is behind, nothing is handled; but one message is always read ahead,
   * because only a stream that is being read tells that its peer is gone.
   */
  #ready(): boolean {
    if (this.#over) return false;
    if (this.#waiting === undefined && !this.#halfClosed) this.#read();
    if (this.#busy || this.#outbox.behind) return false;
    return this.#waiting !== undefined || this.#halfClosed;
  }

  #handleNext(): void {
    const bytes = this.#waiting;
    this.#waiting = undefined;
    if (bytes === undefined) this.#finish();
    else if (!this.#answered) this.#guard(() => this.#handle(bytes));
  }

  #read(): void {
    if (this.#reading) return;
    this.#reading = true;
    this.#call.startRead();
  }

  // — one message —

  #handle(bytes: Buffer): void {
    const message = readMessage(bytes);
    if (this.#session === undefined) {
      const opening = readOpening(message);
      this.#modes = opening.modes;
      this.#session = this.#context.doors.openSession(opening);
    }
    const actions = this.#session.on(readEvent(message));
    if (isPromise(actions)) this.#await(actions);
    else this.#perform(actions);
  }

  #await(actions: Promise<Actions>): void {
    this.#busy = true;
    const turn = this.#turn;
    actions.then(
      (settled) => this.#settle(() => turn === this.#turn && this.#perform(settled)),
      (error: unknown) => this.#settle(() => this.#fault(error)),
    );
  }

  #settle(act: () => void): void {
    this.#busy = false;
    this.#guard(act);
    this.#pump();
  }

  #perform(actions: Actions): void {
    for (const action of actions) {
      if (this.#over || this.#answered) return;
      if (action.kind === 'fail') this.#end(status.INTERNAL, plain(action.reason), 'error');
      else this.#write(action);
    }
  }

  #write(action: Writable): void {
    for (const message of writeAction(action, this.#modes)) this.#outbox.send(message);
    if (action.kind === 'immediate') this.#answered = true;
    if (action.kind === 'headers' && action.override) this.#modes = overridden(this.#modes, action.override);
  }

  // — the end —

  #finish(): void {
    if (this.#session?.finished || this.#answered) this.#end(status.OK, '', 'ended');
    else this.#end(status.CANCELLED, 'ended before its time', 'cancelled');
  }

  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fault(error);
    }
  }

  #fault(error: unknown): void {
    this.#context.faults.report('ext_proc stream', error);
    this.#end(status.INTERNAL, 'fault', 'error');
  }

  #end(code: status, details: string, how: Closing): void {
    if (this.#over) return;
    this.#close(how);
    this.#call.sendStatus({ code, details });
  }

  #close(how: Closing): void {
    if (this.#over) return;
    this.#over = true;
    this.#waiting = undefined;
    this.#context.watchdog.delete(this);
    const session = this.#session;
    // grpc-js keeps a call for a while after its end; what the session held goes now.
    this.#session = undefined;
    try {
      session?.close(how);
    } catch (error) {
      this.#context.faults.report('ext_proc close', error);
    }
  }
}

/** gRPC puts details into a header; Envoy, into its access log. */
function plain(reason: string): string {
  return reason.slice(0, 100).replace(/[^\x20-\x7e]/g, '?');
}

function isPromise(actions: Actions | Promise<Actions>): actions is Promise<Actions> {
  return 'then' in actions;
}

/**
 * The first door's call: one message in, one answer out.
 *
 * Envoy takes an answer without a verdict for an allow, and an RPC error too where `failure_mode_allow` is on. So every
 * call is answered with a verdict, in time: whatever throws or takes too long becomes a denial.
 */
import { status } from '@grpc/grpc-js';
import type { Received } from '../core/exchange.ts';
import type { Clock, Faults } from '../core/ports.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import type { CheckDecision } from '../doors/messages.ts';
import { PLAIN_DENIAL, readCheck, writeDecision } from './authz.ts';
import type { Call, CallHandler } from './call.ts';
import type { Doors } from './doors.ts';
import type { Watchdog, Watched } from './watchdog.ts';

/** Envoy's own limit is 200 ms unless configured otherwise; ours must come first. Milliseconds. */
const DECIDE_MS = 150;
/** What the way back may take. */
const RETURN_MS = 20;
/** A call that never sends its message holds a place for nothing. */
const MESSAGE_MS = 10_000;

export interface CheckContext {
  readonly doors: Pick<Doors, 'check' | 'deny'>;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly watchdog: Watchdog;
}

export class CheckCall implements CallHandler, Watched {
  readonly #call: Call;
  readonly #context: CheckContext;
  readonly #openedAt: number;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(call: Call, context: CheckContext) {
    this.#call = call;
    this.#context = context;
    this.#openedAt = context.watchdog.now();
    context.watchdog.add(this);
    call.startRead();
  }

  onMessage(bytes: Buffer): void {
    try {
      this.#check(bytes);
    } catch (error) {
      this.#fault(error);
    }
  }

  /** Only heard of before the message came; after that, nothing more is read. */
  onHalfClose(): void {
    this.#answer(refuse('not_http'));
  }

  onGone(): void {
    this.#close();
  }

  checkDeadline(now: number): void {
    if (now >= this.#openedAt + MESSAGE_MS) this.#expire();
  }

  cut(): void {
    this.#expire();
  }

  #check(bytes: Buffer): void {
    const now = this.#context.clock.now();
    const received = readCheck(bytes, now);
    const budget = Math.min(DECIDE_MS, Number(this.#call.getDeadline()) - now - RETURN_MS);
    if (isRefusal(received)) this.#answer(received);
    else if (budget <= 0) this.#expire();
    else this.#decide(received, budget);
  }

  #decide(received: Received, budget: number): void {
    const decision = this.#context.doors.check(received);
    if (decision instanceof Promise) this.#await(decision, budget);
    else this.#send(decision);
  }

  #await(decision: Promise<CheckDecision>, budget: number): void {
    this.#timer = setTimeout(() => this.#expire(), budget);
    decision.then(
      (settled) => this.#send(settled),
      (error: unknown) => this.#fault(error),
    );
  }

  #expire(): void {
    this.#answer(refuse('deadline', { retryAfter: 1 }));
  }

  #fault(error: unknown): void {
    this.#context.faults.report('ext_authz call', error);
    this.#answer(refuse('internal'));
  }

  /** The wire's own no. Should even that fail, a denial without words. */
  #answer(refusal: Refusal): void {
    if (this.#over) return;
    try {
      this.#reply(writeDecision(this.#context.doors.deny(refusal)));
    } catch (error) {
      this.#context.faults.report('ext_authz denial', error);
      this.#reply(PLAIN_DENIAL);
    }
  }

  #send(decision: CheckDecision): void {
    if (this.#over) return;
    try {
      this.#reply(writeDecision(decision));
    } catch (error) {
      this.#fault(error);
    }
  }

  #reply(response: Buffer): void {
    this.#close();
    this.#call.sendMessage(response, ignore);
    // At once, not when the message has left: so both go in one write.
    this.#call.sendStatus({ code: status.OK, details: '' });
  }

  #close(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#context.watchdog.delete(this);
  }
}

function ignore(): void {}

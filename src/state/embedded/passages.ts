/**
 * Requests between the doors. One that passed the first and does not come to the second within 15 seconds (the proxy
 * or the client gave up, or the second door is missing from the proxy's filters) is reported, so that no decision goes
 * unrecorded. Memory is bounded: where too many are waiting, the oldest is reported early.
 */
import type { Clock, Passages } from '../../core/ports.ts';
import type { Voucher } from '../../core/voucher.ts';

const WAIT_MS = 15_000;
/** Characters, paths counted whole and everything else of a voucher as 1,000: under 100 MB. */
const MAX_WEIGHT = 32_000_000;
const BASE_WEIGHT = 1000;
/** Reports made in one go; a record each. */
const REPORTED_AT_ONCE = 1000;

interface Waiting {
  readonly voucher: Voucher;
  readonly until: number;
}

export class EmbeddedPassages implements Passages {
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #notFollowed: (voucher: Voucher) => void;
  readonly #maxWeight: number;
  readonly #waiting = new Map<string, Waiting>();
  #weight = 0;

  constructor(
    clock: Pick<Clock, 'elapsed'>,
    notFollowed: (voucher: Voucher) => void,
    maxWeight = MAX_WEIGHT,
  ) {
    this.#clock = clock;
    this.#notFollowed = notFollowed;
    this.#maxWeight = maxWeight;
  }

  /** How many are between the doors. */
  get size(): number {
    return this.#waiting.size;
  }

  open(voucher: Voucher): void {
    this.#drop(voucher.requestId);
    this.#waiting.set(voucher.requestId, { voucher, until: this.#clock.elapsed() + WAIT_MS });
    this.#weight += weightOf(voucher);
    while (this.#weight > this.#maxWeight) this.#report(this.#oldest());
  }

  close(requestId: string): void {
    this.#drop(requestId);
  }

  /** Reports those that waited long enough. They stand in the order in which they came, so it stops at the first that has not. */
  expire(): void {
    const now = this.#clock.elapsed();
    for (let i = 0; i < REPORTED_AT_ONCE; i++) {
      const oldest = this.#oldest();
      if (oldest === undefined || oldest.until > now) return;
      this.#report(oldest);
    }
  }

  /** Reports all that are left: nobody will wait for them any more. */
  finish(): void {
    while (this.#waiting.size > 0) this.#report(this.#oldest());
  }

  #oldest(): Waiting | undefined {
    return this.#waiting.values().next().value;
  }

  #report(waiting: Waiting | undefined): void {
    if (waiting === undefined) return;
    this.#drop(waiting.voucher.requestId);
    this.#notFollowed(waiting.voucher);
  }

  #drop(requestId: string): void {
    const waiting = this.#waiting.get(requestId);
    if (waiting === undefined) return;
    this.#waiting.delete(requestId);
    this.#weight -= weightOf(waiting.voucher);
  }
}

function weightOf(voucher: Voucher): number {
  return BASE_WEIGHT + voucher.path.length;
}

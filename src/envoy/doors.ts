/** What the wire asks of the two doors. The composition root puts them together; the wire decides nothing itself. */
import type { Received } from '../core/exchange.ts';
import type { Refusal } from '../core/refusal.ts';
import type { CheckDecision, Opening, Session } from '../doors/messages.ts';

/** The first door's no. */
export type Denial = Extract<CheckDecision, { allow: false }>;

export interface Doors {
  /** The first door. A throw or a rejection is answered as a refusal, `internal`. */
  check(received: Received): CheckDecision | Promise<CheckDecision>;
  /** The second door, once a stream. A throw ends the stream with an error. */
  openSession(opening: Opening): Session;
  /**
   * The answer where the wire itself must refuse at the first door: `not_http` (nothing was received that the door
   * could judge), `deadline` (the door is too slow, and its late answer is dropped) or `internal` (it threw).
   */
  deny(refusal: Refusal): Denial;
}

/** What framers of texts have in common: bytes are held until an event is complete, and must be UTF-8. */
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { textOf } from '../../json/utf8.ts';
import type { FramedEvent, Framer } from './framing.ts';
import { Pending } from './pending.ts';

export abstract class TextFramer implements Framer {
  protected readonly pending: Pending;

  /** @param bound bytes of one event */
  constructor(bound: number) {
    this.pending = new Pending(bound);
  }

  get empty(): boolean {
    return this.pending.length === 0;
  }

  abstract push(bytes: Uint8Array): readonly FramedEvent[] | Refusal;

  /**
   * A last event may do without what ends it. Standards drop it, some clients read it: so it is an event like the
   * others.
   */
  finish(): readonly FramedEvent[] | Refusal {
    if (this.empty) return [];
    const event = this.complete(new Uint8Array(0));
    return isRefusal(event) ? event : [event];
  }

  /** The event that all that was held and the rest are. */
  protected complete(rest: Uint8Array): FramedEvent | Refusal {
    const raw = this.pending.take(rest);
    if (isRefusal(raw)) return raw;
    const text = textOf(raw);
    return text === undefined ? refuse('answer_unreadable') : this.eventOf(raw, text);
  }

  protected abstract eventOf(raw: Uint8Array, text: string): FramedEvent;
}

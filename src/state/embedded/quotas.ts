/**
 * Limits in the memory of one process.
 *
 * Windows, buckets and leases go by the process's monotonic clock, set to the wall clock once, when it begins: a jump of
 * the wall clock neither gives anybody a fresh window nor freezes a full one, and a counter that is read after a restart
 * goes on where it was. Calendar periods are counted by their beginning, so each has its budget once, whatever the wall
 * clock does.
 *
 * Nothing waits here: each method is one turn of the event loop, which is why no two requests can take the same room.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../core/ports.ts';
import type { Claim, Hold, Part, Quotas, Reserved, Standing } from '../../core/quota.ts';
import { requireAmounts, requireClaims } from '../../limits/amounts.ts';
import { extended, partOf } from '../hold.ts';
import { type Moment, mostOf, type Terms } from './quota-counters.ts';
import { QuotaRequests } from './quota-requests.ts';
import { QuotaTable } from './quota-table.ts';

type Entry = ReturnType<QuotaTable['of']>;
type Admitted = Extract<Reserved, { admitted: true }>;

export class EmbeddedQuotas implements Quotas {
  readonly #clock: Clock;
  readonly #table: QuotaTable;
  readonly #requests = new QuotaRequests();
  /** Holds whose places are renewed, by request. */
  readonly #kept = new Map<string, Hold>();
  /** From the monotonic clock to the state's own. */
  readonly #offset: number;

  constructor(db: DatabaseSync, clock: Clock, maxCounters?: number) {
    this.#clock = clock;
    this.#offset = clock.now() - clock.elapsed();
    this.#table = new QuotaTable(db, maxCounters);
  }

  /** How many counters are held, shared ones included. */
  get size(): number {
    return this.#table.size;
  }

  reserve(id: string, step: number, claims: readonly Claim[], now: number): Reserved {
    requireClaims(claims);
    const moment = this.#moment(now);
    const tookAt = this.#requests.tookAt(id, step);
    if (tookAt !== undefined) return this.#sameAgain(id, claims, tookAt, moment);
    const answer = this.#take(id, claims, moment);
    if (answer.admitted) this.#requests.took(id, step, moment.own);
    return answer;
  }

  extend(
    hold: Hold,
    more: readonly number[],
    now: number,
    force = false,
  ): { readonly hold: Hold } | { readonly full: number } {
    requireAmounts(hold, more);
    if (this.#requests.isSettled(hold.id)) return { hold };
    const moment = this.#moment(now);
    const taken: { readonly entry: Entry; readonly amount: number }[] = [];
    for (const [i, part] of hold.parts.entries()) {
      const amount = more[i] ?? 0;
      if (amount === 0 || part.over.kind === 'places') continue;
      const entry = this.#table.of(part, moment);
      if (entry.counter.excess(part, amount, hold.id, moment) > 0 && !force && part.shadow !== true) {
        for (const one of taken) one.entry.counter.undo(one.amount, hold.id);
        return { full: i };
      }
      taken.push({ entry, amount: entry.counter.take(amount, hold.id, moment) });
      this.#table.changed(entry);
    }
    const parts = hold.parts.map((part, i) => extended(part, more[i] ?? 0, moment.own));
    return { hold: { id: hold.id, parts } };
  }

  settle(hold: Hold, used: readonly number[], now: number): readonly Standing[] {
    requireAmounts(hold, used);
    const moment = this.#moment(now);
    if (!this.#requests.isSettled(hold.id)) {
      this.#requests.settle(hold.id);
      this.#kept.delete(hold.id);
      for (const [i, part] of hold.parts.entries()) this.#replace(hold.id, part, used[i] ?? 0, moment);
    }
    return hold.parts.map((part) => standingOf(this.#table.of(part, moment), part, moment));
  }

  keep(hold: Hold): void {
    if (!this.#requests.isSettled(hold.id)) this.#kept.set(hold.id, hold);
  }

  /** Renews the places of holds that are kept. To be called every `RENEW_MS`. */
  renew(): void {
    const moment = this.#moment(this.#clock.now());
    for (const { id, parts } of this.#kept.values()) {
      for (const part of parts)
        if (part.over.kind === 'places') this.#table.of(part, moment).counter.take(1, id, moment);
    }
  }

  /** Writes what changed, a portion at a time. @returns true if there is more */
  flush(): boolean {
    return this.#table.flush(this.#moment(this.#clock.now()));
  }

  /** Forgets what was written and counts no more, a portion at a time. @returns true if there is more */
  forget(): boolean {
    return this.#table.forget(this.#moment(this.#clock.now()));
  }

  #moment(wall: number): Moment {
    return { own: Math.floor(this.#offset + this.#clock.elapsed()), wall };
  }

  /** Takes in the order of the claims, and takes everything back if one of them is full. */
  #take(id: string, claims: readonly Claim[], now: Moment): Reserved {
    const entries: Entry[] = [];
    const taken: number[] = [];
    const standings: Standing[] = [];
    const exceeded: number[] = [];
    for (let i = 0; i < claims.length; i++) {
      const claim = claims[i] as Claim;
      const entry = this.#table.of(claim, now);
      const { counter } = entry;
      const excess = counter.excess(claim, claim.amount, id, now);
      if (excess > 0 && !claim.shadow) {
        const retryMs = counter.waitMs(claim, excess, now);
        const standing = standingOf(entry, claim, now);
        for (let j = i - 1; j >= 0; j--) entries[j]?.counter.undo(taken[j] ?? 0, id);
        return { admitted: false, claim: i, retryMs, standing, local: false };
      }
      if (excess > 0) exceeded.push(i);
      entries.push(entry);
      taken.push(counter.take(claim.amount, id, now));
      standings.push(standingOf(entry, claim, now));
    }
    for (const entry of entries) this.#table.changed(entry);
    const hold = { id, parts: claims.map((claim) => partOf(claim, now.own)) };
    return { admitted: true, hold, standings, exceeded, local: false };
  }

  /** What was answered before, and how the counters stand now. */
  #sameAgain(id: string, claims: readonly Claim[], tookAt: number, now: Moment): Admitted {
    const standings = claims.map((claim) => standingOf(this.#table.of(claim, now), claim, now));
    const exceeded = claims.flatMap((claim, i) =>
      claim.shadow && (standings[i]?.used ?? 0) > mostOf(claim) ? [i] : [],
    );
    const hold = { id, parts: claims.map((claim) => partOf(claim, tookAt)) };
    return { admitted: true, hold, standings, exceeded, local: false };
  }

  /** Overuse is charged now; what was not used goes back to where it was taken from. */
  #replace(id: string, part: Part, used: number, now: Moment): void {
    if (used > part.amount && part.over.kind !== 'places') {
      const entry = this.#table.of(part, now);
      entry.counter.used(part, now);
      entry.counter.take(used - part.amount, id, now);
      this.#table.changed(entry);
      return;
    }
    const entry = this.#table.find(part, now);
    if (entry === undefined) return;
    const back = part.amount - Math.max(used, part.fixed ?? 0);
    if (back > 0 || part.over.kind === 'places') entry.counter.giveBack(part, back, id, now);
    this.#table.changed(entry);
  }
}

function standingOf({ counter }: Entry, terms: Terms, now: Moment): Standing {
  const used = counter.used(terms, now);
  return { used, limit: mostOf(terms), resetMs: counter.resetMs(terms, now) };
}

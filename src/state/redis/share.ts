/**
 * A replica's own share of every limit, enforced while the shared state is away: the limit divided by the number of
 * replicas, rounded down. What was used of a share stays used, also when the shared state is away again later, so a
 * connection that comes and goes multiplies nothing.
 */
import type { Clock } from '../../core/ports.ts';
import type { Claim, Hold, Over, Part, Reserved } from '../../core/quota.ts';
import { openDatabase } from '../embedded/database.ts';
import { EmbeddedQuotas } from '../embedded/quotas.ts';

const BUSY_MS = 5;

export class Share {
  readonly #quotas: EmbeddedQuotas;
  readonly #replicas: () => number;

  constructor(clock: Clock, replicas: () => number) {
    this.#quotas = new EmbeddedQuotas(openDatabase(undefined, BUSY_MS), clock);
    this.#replicas = replicas;
  }

  reserve(id: string, step: number, claims: readonly Claim[], now: number): Reserved {
    const shares = claims.map((claim) => this.#of(claim));
    const answer = this.#quotas.reserve(id, step, shares, now);
    if (!answer.admitted) return { ...answer, local: true };
    const parts = answer.hold.parts.map((part, i) => {
      const { over, limit } = claims[i] as Claim;
      return { ...part, over, limit, local: part.amount };
    });
    return { ...answer, hold: { id, parts }, local: true };
  }

  /** Takes more; of what the shared state knows of a hold nothing changes. */
  extend(
    hold: Hold,
    more: readonly number[],
    now: number,
    force: boolean,
  ): { readonly hold: Hold } | { readonly full: number } {
    const share = this.#shareOf(hold);
    const answer = this.#quotas.extend(share, more, now, force);
    if ('full' in answer) return answer;
    if (answer.hold === share) return { hold };
    const parts = hold.parts.map((part, i) => grown(part, more[i] ?? 0));
    return { hold: { id: hold.id, parts } };
  }

  settle(hold: Hold, used: readonly number[], now: number): void {
    if (hold.parts.every(({ local }) => local === undefined)) return;
    const parts = hold.parts.map((part) => this.#onlyLocal(part));
    const ofShare = hold.parts.map(({ amount, local }, i) =>
      local === undefined ? 0 : Math.max(0, (used[i] ?? 0) - (amount - local)),
    );
    this.#quotas.settle({ id: hold.id, parts }, ofShare, now);
  }

  keep(hold: Hold): void {
    const parts = hold.parts.filter(({ local }) => local !== undefined);
    if (parts.length > 0) this.#quotas.keep(this.#shareOf({ id: hold.id, parts }));
  }

  renew(): void {
    this.#quotas.renew();
  }

  /** Lets go of counters that count no more. To be called every second or so. */
  tidy(): void {
    while (this.#quotas.flush());
    this.#quotas.forget();
  }

  #shareOf({ id, parts }: Hold): Hold {
    return { id, parts: parts.map((part) => this.#of(part)) };
  }

  /** A part as far as it was taken from the share. */
  #onlyLocal(part: Part): Part {
    const { counter, home, limit, at, local = 0 } = part;
    return this.#of({ counter, home, over: part.over, limit, amount: local, at });
  }

  #of<T extends { readonly over: Over; readonly limit: number }>(terms: T): T {
    const divided = (limit: number) => Math.floor(limit / Math.max(1, this.#replicas()));
    const { over, limit } = terms;
    const shared = over.kind === 'bucket' ? { ...over, burst: divided(over.burst) } : over;
    return { ...terms, over: shared, limit: divided(limit) };
  }
}

function grown(part: Part, more: number): Part {
  if (more === 0 || part.over.kind === 'places') return part;
  return { ...part, amount: part.amount + more, local: (part.local ?? 0) + more };
}

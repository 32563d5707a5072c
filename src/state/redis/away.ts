/**
 * Limits in Redis, and what holds while Redis is away.
 *
 * A breaker opens when calls fail. Then, as the policy says, every request that needs a limit is turned away at once, or
 * each replica enforces its own share of every limit. What is settled meanwhile waits, in bounded memory; once Redis
 * answers again it is delivered before anything new is admitted there, and counts once. Nothing needs to be restarted.
 */
import type { Clock } from '../../core/ports.ts';
import type { Claim, Hold, Quotas, Reserved, Standing } from '../../core/quota.ts';
import type { Soon } from '../../core/soon.ts';
import { requireAmounts, requireClaims } from '../../limits/amounts.ts';
import type { Breaker } from './breaker.ts';
import { type Client, RedisAway } from './client.ts';
import type { Outbox } from './outbox.ts';
import type { RedisQuotas } from './quotas.ts';
import { Share } from './share.ts';

/** What the policy says about it. */
export interface WhenAway {
  readonly whenAway: 'deny' | 'local';
  /** Between how many replicas a limit is divided; at least 1. */
  readonly replicas: number;
}

export interface QuotasHealth {
  readonly ok: boolean;
  readonly state: 'shared' | 'local' | 'denying';
  /** Since when it is so, by the wall clock. */
  readonly since: number;
  /** What waits to be delivered. */
  readonly pending: number;
  /** What will never be delivered, since the process began: what those requests reserved stays charged. */
  readonly dropped: number;
}

/** A connection that is stuck is given up this long after the last one was. */
const RESET_EVERY_MS = 3000;

export interface AwayOptions {
  readonly client: Client;
  readonly quotas: RedisQuotas;
  readonly outbox: Outbox;
  readonly breaker: Breaker;
  readonly clock: Clock;
  /** As the policy says now. */
  readonly policy: () => WhenAway;
  readonly onFault: (where: string, error: unknown) => void;
}

export class AwayQuotas implements Quotas {
  readonly #client: Client;
  readonly #quotas: RedisQuotas;
  readonly #outbox: Outbox;
  readonly #breaker: Breaker;
  readonly #clock: Clock;
  readonly #policy: () => WhenAway;
  readonly #onFault: (where: string, error: unknown) => void;
  readonly #share: Share;
  #since: number;
  #resetAt = Number.NEGATIVE_INFINITY;
  #probing: Promise<void> | undefined;
  #told = 0;

  constructor({ client, quotas, outbox, breaker, clock, policy, onFault }: AwayOptions) {
    this.#client = client;
    this.#quotas = quotas;
    this.#outbox = outbox;
    this.#breaker = breaker;
    this.#clock = clock;
    this.#policy = policy;
    this.#onFault = onFault;
    this.#share = new Share(clock, () => policy().replicas);
    this.#since = clock.now();
  }

  reserve(id: string, step: number, claims: readonly Claim[], now: number): Soon<Reserved> {
    requireClaims(claims);
    const local = () => this.#share.reserve(id, step, claims, now);
    return this.#either(() => this.#quotas.reserve(id, step, claims), local);
  }

  extend(
    hold: Hold,
    more: readonly number[],
    now: number,
    force = false,
  ): Soon<{ readonly hold: Hold } | { readonly full: number }> {
    requireAmounts(hold, more);
    const local = () => this.#share.extend(hold, more, now, force);
    return this.#either(() => this.#quotas.extend(hold, more, now, force), local);
  }

  settle(hold: Hold, used: readonly number[], now: number): Soon<readonly Standing[]> {
    requireAmounts(hold, used);
    this.#share.settle(hold, used, now);
    if (!this.#breaker.isOpen) return this.#quotas.settle(hold, used);
    this.#quotas.drop(hold.id);
    for (const { call } of this.#quotas.settlements(hold, used)) this.#outbox.add(call);
    return [];
  }

  keep(hold: Hold): void {
    this.#quotas.keep(hold);
    this.#share.keep(hold);
  }

  /** Renews the places of holds that are kept. To be called every `RENEW_MS`. @throws RedisAway */
  async renew(): Promise<void> {
    this.#share.renew();
    if (!this.#breaker.isOpen) await this.#quotas.renew();
  }

  health(): QuotasHealth {
    const away = this.#breaker.isOpen;
    const { size: pending, dropped } = this.#outbox;
    const state = !away ? 'shared' : this.#policy().whenAway === 'local' ? 'local' : 'denying';
    return { ok: !away, state, since: this.#since, pending, dropped };
  }

  /** To be told when the breaker opens or closes. */
  turned(open: boolean): void {
    this.#since = this.#clock.now();
    if (!open) return;
    this.#onFault('state.redis', new Error(`Redis is away: ${this.health().state}`));
    this.#reset();
  }

  /** Delivers what waits, and looks whether Redis is back. To be called every `PROBE_MS`. Never rejects. */
  tick(): Promise<void> {
    this.#probing ??= this.#tick().finally(() => {
      this.#probing = undefined;
    });
    return this.#probing;
  }

  async #tick(): Promise<void> {
    this.#share.tidy();
    this.#tellDropped();
    try {
      if (this.#breaker.isOpen) await this.#client.ping();
      await this.#outbox.deliver();
      if (!this.#breaker.isOpen) return;
      await this.#quotas.renew();
      this.#breaker.succeeded();
    } catch (error) {
      if (!(error instanceof RedisAway)) this.#onFault('state.redis', error);
      if (this.#breaker.isOpen && this.#clock.elapsed() - this.#resetAt >= RESET_EVERY_MS) this.#reset();
    }
  }

  /** Asks Redis, or does without it as the policy says. */
  #either<T>(shared: () => Promise<T>, local: () => T): Soon<T> {
    if (this.#breaker.isOpen) return this.#without('Redis is away', local);
    return shared().catch((error: unknown) => {
      if (!(error instanceof RedisAway)) throw error;
      return this.#without(error.message, local);
    });
  }

  async #without<T>(why: string, local: () => T): Promise<T> {
    if (this.#policy().whenAway === 'local') return local();
    throw new RedisAway(why, false);
  }

  #reset(): void {
    this.#resetAt = this.#clock.elapsed();
    this.#client.reset();
  }

  #tellDropped(): void {
    const { dropped } = this.#outbox;
    if (dropped === this.#told) return;
    const lost = `${dropped - this.#told} settlements were dropped: what those requests reserved stays charged`;
    this.#told = dropped;
    this.#onFault('state.redis', new Error(lost));
  }
}

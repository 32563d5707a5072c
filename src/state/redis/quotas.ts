/**
 * Limits in Redis, shared by all replicas: one script takes from all counters of a request or from none, by the clock of
 * the server, whatever this process's clock shows.
 *
 * A single server has all counters and is asked once. On a cluster a home's counters are on one node: a request that
 * counts in several homes takes home by home, always in the same order, and gives back what it took where a later one
 * refuses or fails. If this process dies in between, what was taken stays charged and only its places come free.
 *
 * Every call may be repeated: a step of a request takes once, a request is settled once. When it cannot be known whether
 * a call was done, another one is handed to `later` that undoes or completes it, to be delivered when that is possible;
 * it forbids the first one, should that come to the server only then.
 */
import type { Claim, Hold, Part, Quotas, Reserved, Standing } from '../../core/quota.ts';
import { LEASE_MS } from '../../core/quota.ts';
import { requireAmounts, requireClaims } from '../../limits/amounts.ts';
import { extended, partOf } from '../hold.ts';
import { type Client, RedisAway } from './client.ts';
import { boundedId, Names } from './names.ts';
import type { Call } from './outbox.ts';
import { RENEW, SETTLE, TAKE, UNDO } from './script.ts';
import { claimArgument, partArgument, readStandings, readTake, type Told } from './wire.ts';

/** Places renewed by one script: about half a millisecond of the server. */
const RENEWED_AT_ONCE = 256;

/** Claims, or parts, that are decided together, by their positions. */
interface Group<T> {
  readonly home: string;
  readonly positions: readonly number[];
  readonly items: readonly T[];
}

/** One step that takes from counters. */
interface Step {
  readonly id: string;
  readonly step: string;
  /** Tells this attempt from others at the same step. */
  readonly attempt: string;
  /** Takes nothing for a request that is settled. */
  readonly openOnly: boolean;
}

type TakenGroup = { readonly group: Group<Claim>; readonly at: number; readonly told: readonly Told[] };
type Outcome =
  | { readonly taken: readonly TakenGroup[] }
  | { readonly full: Extract<Reserved, { admitted: false }> }
  | { readonly settled: true };

export interface RedisQuotasOptions {
  readonly client: Client;
  /** Tells this process's attempts from those of others. */
  readonly process: string;
  /** Takes a call that must be delivered once it can be. */
  readonly later: (call: Call) => void;
  /** In place of the server's clock; for tests. */
  readonly time?: () => number;
}

export class RedisQuotas implements Quotas {
  readonly #client: Client;
  readonly #process: string;
  readonly #later: (call: Call) => void;
  readonly #time: (() => number) | undefined;
  readonly #names = new Names();
  /** Holds whose places are renewed, by request. */
  readonly #kept = new Map<string, Hold>();
  #attempts = 0;

  constructor({ client, process, later, time }: RedisQuotasOptions) {
    this.#client = client;
    this.#process = process;
    this.#later = later;
    this.#time = time;
  }

  /** @throws RedisAway */
  async reserve(id: string, step: number, claims: readonly Claim[]): Promise<Reserved> {
    requireClaims(claims);
    const outcome = await this.#take(claims, {
      id,
      step: String(step),
      attempt: this.#attempt(),
      openOnly: false,
    });
    if ('full' in outcome) return outcome.full;
    if ('settled' in outcome) throw new Error('a first step does not ask whether it is settled');
    return admission(id, claims, outcome.taken);
  }

  /** @throws RedisAway */
  async extend(
    hold: Hold,
    more: readonly number[],
    _now: number,
    force = false,
  ): Promise<{ readonly hold: Hold } | { readonly full: number }> {
    requireAmounts(hold, more);
    const asked = hold.parts.flatMap((part, i) => (grows(part, more[i]) ? [i] : []));
    if (asked.length === 0) return { hold };
    const claims = asked.map((i) => claimOf(hold.parts[i] as Part, more[i] ?? 0, force));
    const attempt = this.#attempt();
    const outcome = await this.#take(claims, { id: hold.id, step: attempt, attempt, openOnly: true });
    if ('settled' in outcome) return { hold };
    if ('full' in outcome) return { full: asked[outcome.full.claim] as number };
    const parts = [...hold.parts];
    for (const { group, at } of outcome.taken) {
      for (const position of group.positions) {
        const i = asked[position] as number;
        parts[i] = extended(hold.parts[i] as Part, more[i] ?? 0, at);
      }
    }
    return { hold: { id: hold.id, parts } };
  }

  /** Never rejects for a server that is away: the rest is done later. */
  async settle(hold: Hold, used: readonly number[]): Promise<readonly Standing[]> {
    requireAmounts(hold, used);
    this.#kept.delete(hold.id);
    const standings: Standing[] = [];
    const done = this.settlements(hold, used).map(async ({ call, group }) => {
      const reply = await this.#client.run(call.script, call.keys, call.args).catch((error: unknown) => {
        if (!(error instanceof RedisAway)) throw error;
        this.#later({ ...call, sent: error.sent });
        return undefined;
      });
      if (reply === undefined) return false;
      const told = readStandings(reply, group.items);
      for (const [i, position] of group.positions.entries()) standings[position] = told[i] as Standing;
      return true;
    });
    return (await Promise.all(done)).every(Boolean) ? standings : [];
  }

  /** What settles a hold: a call for each home. */
  settlements(hold: Hold, used: readonly number[]): { readonly call: Call; readonly group: Group<Part> }[] {
    return this.#groups(hold.parts).map((group) => {
      const parts = group.items.map((part, i) => partArgument(part, used[group.positions[i] ?? -1] ?? 0));
      const args = [this.#now(), boundedId(hold.id), ...parts];
      return { group, call: { script: SETTLE, keys: this.#keys(hold.id, group), args, sent: false } };
    });
  }

  keep(hold: Hold): void {
    if (hold.parts.some(({ over }) => over.kind === 'places')) this.#kept.set(hold.id, hold);
  }

  /** No longer renews a hold's places. */
  drop(id: string): void {
    this.#kept.delete(id);
  }

  /** Renews the places of holds that are kept. To be called every `RENEW_MS`. @throws RedisAway */
  async renew(): Promise<void> {
    const keys = new Map<string, string[]>();
    for (const { id, parts } of this.#kept.values()) {
      for (const part of parts) {
        if (part.over.kind !== 'places') continue;
        const home = this.#homeOf(part);
        const counter = this.#names.counter(part.home, part.counter, part.over);
        const known = keys.get(home);
        const place = [this.#names.record(home, id), counter, boundedId(id)];
        if (known === undefined) keys.set(home, place);
        else known.push(...place);
      }
    }
    await Promise.all([...keys.values()].map((places) => this.#renewAll(places)));
  }

  /** @param places record, counter and request of each, one after the other */
  async #renewAll(places: readonly string[]): Promise<void> {
    for (let from = 0; from < places.length; from += 3 * RENEWED_AT_ONCE) {
      const portion = places.slice(from, from + 3 * RENEWED_AT_ONCE);
      const keys = portion.filter((_, i) => i % 3 !== 2);
      const ids = portion.filter((_, i) => i % 3 === 2);
      await this.#client.run(RENEW, keys, [this.#now(), ...ids], LEASE_MS / 10);
    }
  }

  /** Takes from all or from none, within the time of one call. @throws RedisAway */
  async #take(claims: readonly Claim[], step: Step): Promise<Outcome> {
    const taken: TakenGroup[] = [];
    const until = performance.now() + this.#client.callMs;
    for (const group of this.#groups(claims)) {
      const left = Math.max(1, Math.ceil(until - performance.now()));
      const answer = await this.#takeGroup(group, step, left).catch((error: unknown) => {
        if (error instanceof RedisAway && error.sent)
          this.#later({ ...this.#undoing(group, step), sent: true });
        // Nobody waits for it: the time of this call is over.
        void this.#undo(taken, step);
        throw error;
      });
      if (answer.kind === 'taken') {
        taken.push({ group, ...answer });
        continue;
      }
      await this.#undo(taken, step);
      if (answer.kind === 'settled') return { settled: true };
      if (answer.kind === 'called off') throw new RedisAway('it was called off', false);
      const { retryMs, standing } = answer;
      const claim = group.positions[answer.claim] as number;
      return { full: { admitted: false, claim, retryMs, standing, local: false } };
    }
    return { taken };
  }

  async #takeGroup(group: Group<Claim>, { id, step, attempt, openOnly }: Step, ms: number) {
    const claims = group.items.map((claim) => claimArgument(claim, claim.amount, claim.shadow));
    const args = [this.#now(), boundedId(id), step, attempt, openOnly ? 'open' : '', ...claims];
    return readTake(await this.#client.run(TAKE, this.#keys(id, group), args, ms), group.items);
  }

  /** Gives back what was taken in some homes because another one did not take. */
  async #undo(taken: readonly TakenGroup[], step: Step): Promise<void> {
    const undone = taken.map(async ({ group }) => {
      const call = this.#undoing(group, step);
      await this.#client.run(call.script, call.keys, call.args).catch((error: unknown) => {
        this.#later({ ...call, sent: !(error instanceof RedisAway) || error.sent });
      });
    });
    await Promise.all(undone);
  }

  #undoing(group: Group<Claim>, { id, step, attempt }: Step): Call {
    const claims = group.items.map((claim) => claimArgument(claim, claim.amount, claim.shadow));
    const args = [this.#now(), boundedId(id), step, attempt, ...claims];
    return { script: UNDO, keys: this.#keys(id, group), args, sent: false };
  }

  /** By home, in the order of the homes; all in one where there is one server. */
  #groups<T extends { readonly home: string }>(items: readonly T[]): Group<T>[] {
    if (items.length === 0) return [];
    if (!this.#client.isCluster) return [{ home: '', positions: items.map((_, i) => i), items }];
    const homes = [...new Set(items.map(({ home }) => home))].sort();
    return homes.map((home) => {
      const positions = items.flatMap((item, i) => (item.home === home ? [i] : []));
      return { home, positions, items: positions.map((i) => items[i] as T) };
    });
  }

  #homeOf({ home }: { readonly home: string }): string {
    return this.#client.isCluster ? home : '';
  }

  #keys(id: string, { home, items }: Group<Pick<Claim, 'home' | 'counter' | 'over'>>): string[] {
    const counters = items.map(({ home, counter, over }) => this.#names.counter(home, counter, over));
    return [this.#names.record(home, id), ...counters];
  }

  #now(): string {
    return this.#time === undefined ? '' : String(this.#time());
  }

  #attempt(): string {
    this.#attempts++;
    return `${this.#process}.${this.#attempts.toString(36)}`;
  }
}

function grows({ over }: Part, more = 0): boolean {
  return more > 0 && over.kind !== 'places';
}

function claimOf({ counter, home, over, limit, shadow }: Part, amount: number, force: boolean): Claim {
  return { counter, home, over, limit, amount, shadow: force || shadow === true };
}

function admission(id: string, claims: readonly Claim[], taken: readonly TakenGroup[]): Reserved {
  const parts: Part[] = [];
  const standings: Standing[] = [];
  const exceeded: number[] = [];
  for (const { group, at, told } of taken) {
    for (const [i, position] of group.positions.entries()) {
      const { standing, exceeded: over } = told[i] as Told;
      parts[position] = partOf(claims[position] as Claim, at);
      standings[position] = standing;
      if (over) exceeded.push(position);
    }
  }
  return {
    admitted: true,
    hold: { id, parts },
    standings,
    exceeded: exceeded.sort((a, b) => a - b),
    local: false,
  };
}

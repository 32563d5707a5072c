/**
 * What one request holds of its limits, from the second door's beginning to its end: the places that the first door
 * gave it, and what was reserved once its body was read. Settled once, however the request ends.
 *
 * How far a limit can be overshot: a request is let in only if what it is expected to use fits. What it uses beyond
 * that is bounded by its own most (its output bound, times its choices). What a stream holds grows ahead of what it
 * says, a step at a time, so that a limit that ends streams is passed by at most one piece of each stream.
 */
import type { Ports } from '../core/ports.ts';
import type { Hold, Part, Standing } from '../core/quota.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import { nextStep } from '../limits/bound.ts';
import type { Limit } from '../policy/snapshot.ts';
import { amountOf, type Use } from './amounts.ts';
import type { Wanted } from './claims.ts';
import { usedUp } from './limit-refusal.ts';
import type { Held } from './reserve.ts';
import { crossing } from './thresholds.ts';

/** What a request is expected to use, and the most it can. */
export interface Expected extends Use {
  /** Output tokens, all choices together; infinite where nothing bounds them. */
  readonly mostOutput: number;
  readonly choices: number;
  /** Tokens of the prompt as we count them, before they are adjusted to what its backend usually counts. */
  readonly counted: number;
}

/** What a request has used; or nothing; or all that was reserved, where nobody will ever say. */
export type Used = Use | 'nothing' | 'all';

type HoldingPorts = Pick<Ports, 'quotas' | 'clock' | 'signals' | 'faults'>;

/** A part of the hold that the second door reserved, and for what. */
interface Reserved extends Wanted {
  readonly part: Part;
}

export class Holding {
  readonly #id: string;
  readonly #ports: HoldingPorts;
  /** Places of the first door: nothing is asked of them but to be given back. */
  readonly #places: readonly Part[];
  #reserved: readonly Reserved[] = [];
  #expected: Expected | undefined;
  /** Output tokens that are held. */
  #covered = 0;
  #settled = false;

  /** @param places that the first door's reservation holds */
  constructor(id: string, places: readonly Part[], ports: HoldingPorts) {
    this.#id = id;
    this.#places = places;
    this.#ports = ports;
    if (places.length > 0) ports.quotas.keep(this.#hold());
  }

  /** Adds what the second door reserved. */
  add({ parts, wanted }: Held, expected: Expected | undefined): void {
    if (this.#settled) {
      this.#giveBack(parts);
      return;
    }
    this.#reserved = parts.map((part, i) => ({ ...(wanted[i] as Wanted), part }));
    this.#expected = expected;
    this.#covered = expected?.usage.output ?? 0;
    if (parts.some(({ over }) => over.kind === 'places')) this.#ports.quotas.keep(this.#hold());
  }

  /** The request ended while this was being reserved. Its id is settled already, so this is settled by another. */
  #giveBack(parts: readonly Part[]): void {
    this.#settle(
      { id: `${this.#id}/late`, parts },
      parts.map(() => 0),
      () => {},
    );
  }

  /**
   * Takes more where an answer says more than was expected.
   * @param output tokens so far
   * @returns why the answer must end here, where a limit that ends streams is used up
   */
  grow(output: number): Soon<Refusal | undefined> {
    const expected = this.#expected;
    if (expected === undefined || output <= this.#covered || this.#settled) return undefined;
    const covered = nextStep(output, expected.usage.output, expected.mostOutput);
    const more = this.#reserved.map(({ limit }) => growth(limit, expected, this.#covered, covered));
    this.#covered = covered;
    return more.every((amount) => amount === 0) ? undefined : this.#extend(more);
  }

  #extend(more: readonly number[]): Soon<Refusal | undefined> {
    const { quotas, clock } = this.#ports;
    const hold: Hold = { id: this.#id, parts: this.#reserved.map(({ part }) => part) };
    const ends = this.#reserved.some(({ limit }) => endsStreams(limit));
    return after(quotas.extend(hold, more, clock.now(), !ends), (extended) => {
      if ('hold' in extended) return this.#replace(extended.hold);
      const full = this.#reserved[extended.full]?.limit;
      if (full !== undefined && endsStreams(full)) return usedUp(full);
      // It does not end streams: what is used beyond it is charged all the same.
      return after(quotas.extend(hold, more, clock.now(), true), (forced) =>
        'hold' in forced ? this.#replace(forced.hold) : refuse('internal'),
      );
    });
  }

  #replace({ parts }: Hold): undefined {
    this.#reserved = this.#reserved.map((one, i) => ({ ...one, part: parts[i] ?? one.part }));
    return undefined;
  }

  /** Charges what was used in place of what was held, and gives places back. */
  settle(use: Used): void {
    if (this.#settled) return;
    this.#settled = true;
    const hold = this.#hold();
    if (hold.parts.length === 0) return;
    const used = [...this.#places.map(() => 0), ...this.#reserved.map((one) => usedOf(one, use))];
    this.#settle(hold, used, (standings) => this.#tell(standings));
  }

  #settle(hold: Hold, used: readonly number[], tell: (standings: readonly Standing[]) => void): void {
    const { quotas, clock, faults } = this.#ports;
    try {
      const told = after(quotas.settle(hold, used, clock.now()), tell);
      if (told instanceof Promise) told.catch((error: unknown) => faults.report('limits', error));
    } catch (error) {
      faults.report('limits', error);
    }
  }

  #tell(standings: readonly Standing[]): void {
    const now = this.#ports.clock.now();
    this.#reserved.forEach((one, i) => {
      const standing = standings[this.#places.length + i];
      const signal = standing === undefined ? undefined : crossing(one, standing, now);
      if (signal !== undefined) this.#ports.signals.raise(signal);
    });
  }

  #hold(): Hold {
    return { id: this.#id, parts: [...this.#places, ...this.#reserved.map(({ part }) => part)] };
  }
}

function endsStreams({ stop, shadow }: Limit): boolean {
  return stop && !shadow;
}

/** What a limit takes more of when an answer goes on from so many output tokens to so many. */
function growth(limit: Limit, expected: Expected, from: number, to: number): number {
  if (limit.counts === 'requests' || limit.counts === 'concurrent') return 0;
  const at = (output: number) => amountOf(limit, { ...expected, usage: { ...expected.usage, output } });
  return at(to) - at(from);
}

/** A request that was let in counts as one, whatever became of it: else what a rule refuses could be tried for ever. */
function usedOf({ limit, part }: Reserved, use: Used): number {
  if (part.over.kind === 'places') return 0;
  if (limit.counts === 'requests' || use === 'all') return part.amount;
  return use === 'nothing' ? 0 : amountOf(limit, use);
}

/**
 * Calls that could not be delivered, or of which it is not known whether they were: delivered in order when Redis is
 * back. Each may be repeated, so each counts once.
 *
 * Memory is bounded. What does not fit any more, and what is too old for Redis to know whether it was done before, and
 * what Redis refuses to do, is dropped and counted: what those requests reserved stays charged.
 */
import type { Client } from './client.ts';
import { RedisAway } from './client.ts';
import { REMEMBERED_MS, type Script } from './script.ts';

/** A script and what it is asked. */
export interface Call {
  readonly script: Script;
  readonly keys: readonly string[];
  readonly args: readonly string[];
  /** It may have been done already. */
  readonly sent: boolean;
}

interface Waiting {
  readonly call: Call;
  /** When it may first have been done, by the monotonic clock. */
  sentAt: number | undefined;
}

/** About 1 KB each. */
const MOST_WAITING = 50_000;
/** Delivered together. */
const AT_ONCE = 64;
/** While Redis surely remembers what was done. */
const REPEATABLE_MS = (REMEMBERED_MS * 2) / 3;

export class Outbox {
  readonly #client: Pick<Client, 'run'>;
  readonly #elapsed: () => number;
  readonly #most: number;
  #waiting: Waiting[] = [];
  #dropped = 0;
  #delivering: Promise<void> | undefined;

  constructor(client: Pick<Client, 'run'>, elapsed: () => number, most = MOST_WAITING) {
    this.#client = client;
    this.#elapsed = elapsed;
    this.#most = most;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** How many will never be delivered. */
  get dropped(): number {
    return this.#dropped;
  }

  add(call: Call): void {
    if (this.#waiting.length >= this.#most) this.#dropped++;
    else this.#waiting.push({ call, sentAt: call.sent ? this.#elapsed() : undefined });
  }

  /** Delivers all that waits. @throws RedisAway as soon as something cannot be; it stays */
  deliver(): Promise<void> {
    this.#delivering ??= this.#deliver().finally(() => {
      this.#delivering = undefined;
    });
    return this.#delivering;
  }

  async #deliver(): Promise<void> {
    while (this.#waiting.length > 0) {
      const portion = this.#waiting.slice(0, AT_ONCE);
      const failures = await Promise.all(portion.map((waiting) => this.#try(waiting)));
      const left = portion.filter((_, i) => failures[i] !== undefined);
      this.#waiting = [...left, ...this.#waiting.slice(portion.length)];
      const failure = failures.find((one) => one !== undefined);
      if (failure !== undefined) throw failure;
    }
  }

  /** @returns why it could not be delivered */
  async #try(waiting: Waiting): Promise<unknown> {
    if (waiting.sentAt !== undefined && this.#elapsed() - waiting.sentAt > REPEATABLE_MS) {
      this.#dropped++;
      return undefined;
    }
    const { script, keys, args } = waiting.call;
    try {
      await this.#client.run(script, keys, args);
      return undefined;
    } catch (error) {
      if (error instanceof RedisAway && error.refused) {
        this.#dropped++;
        return undefined;
      }
      if (!(error instanceof RedisAway) || error.sent) waiting.sentAt ??= this.#elapsed();
      return error;
    }
  }
}

/**
 * The keys of one issuer: fetched when they are first needed or a policy names them, fetched again before they get
 * old, and kept while the issuer is away.
 *
 * What clients send cannot make it ask often: one question at a time, and for ids that it does not know at most one in
 * half a minute. An answer that is no good never takes the place of one that was.
 */
import type { Clock, KeyAnswer, KeySource } from '../core/ports.ts';
import type { Soon } from '../core/soon.ts';
import { discover } from './discovery.ts';
import { fetchJson } from './http.ts';
import { type KnownKey, readKeySet } from './key-set.ts';

const TIMEOUT_MS = 5_000;
/** Keys this old are fetched again in the background. */
const REFRESH_MS = 5 * 60_000;
/** After an id that is not known, and after a failure: the first wait, and the longest. */
const COOL_DOWN_MS = 30_000;
const FIRST_RETRY_MS = 1_000;
/** What a client is told to wait where nothing better is known, in seconds. */
const RETRY_AFTER = 5;

export interface IssuerState {
  /** Milliseconds since the keys were fetched; undefined if they never were. */
  readonly ageMs: number | undefined;
  readonly failing: string | undefined;
}

export type Outcome = 'fetched' | 'failed';

export class OneIssuer {
  readonly #source: KeySource;
  readonly #clock: Clock;
  readonly #note: (outcome: Outcome) => void;
  #jwksUri: string | undefined;
  #keys: readonly KnownKey[] | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #problem: string | undefined;
  #running: Promise<void> | undefined;

  constructor(source: KeySource, clock: Clock, note: (outcome: Outcome) => void) {
    this.#source = source;
    this.#clock = clock;
    this.#note = note;
    this.#jwksUri = source.jwksUri;
  }

  get state(): IssuerState {
    const never = this.#keys === undefined;
    return { ageMs: never ? undefined : this.#clock.elapsed() - this.#fetchedAt, failing: this.#problem };
  }

  find(kid: string | undefined, algorithm: string): Soon<KeyAnswer> {
    if (this.#isUsable()) {
      const found = this.#look(kid, algorithm);
      if ('key' in found) {
        if (this.#age() > REFRESH_MS) this.refresh();
        return found;
      }
      // A key that is new there: worth one question, and not one for each token that claims it.
      if (this.#elapsedSinceAsked() < COOL_DOWN_MS && this.#running === undefined) return found;
    }
    return this.#ask().then(() => (this.#isUsable() ? this.#look(kid, algorithm) : this.#unavailable()));
  }

  /** Fetches in the background, if it is time. */
  refresh(): void {
    if (this.#elapsedSinceAsked() >= this.#backOff()) void this.#ask();
  }

  #age(): number {
    return this.#clock.elapsed() - this.#fetchedAt;
  }

  #elapsedSinceAsked(): number {
    return this.#clock.elapsed() - this.#askedAt;
  }

  #isUsable(): boolean {
    return this.#keys !== undefined && this.#age() <= REFRESH_MS + this.#source.staleMs;
  }

  /** Without an id, only the one key that it can mean. */
  #look(kid: string | undefined, algorithm: string): KeyAnswer {
    const fitting = (this.#keys ?? []).filter(
      (key) => key.keys.has(algorithm) && (kid === undefined || key.kid === kid),
    );
    const key = fitting.length === 1 ? fitting[0]?.keys.get(algorithm) : undefined;
    return key === undefined ? { missing: 'unknown' } : { key };
  }

  #unavailable(): KeyAnswer {
    const seconds = Math.ceil((this.#backOff() - this.#elapsedSinceAsked()) / 1000);
    return { missing: 'unavailable', retryAfter: Math.max(1, Math.min(seconds, 60) || RETRY_AFTER) };
  }

  /** Longer after each failure: 1, 2, 4 … seconds, up to the cool-down. */
  #backOff(): number {
    if (this.#failures === 0) return COOL_DOWN_MS;
    return Math.min(COOL_DOWN_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures - 1, 10));
  }

  /** One question at a time; while the issuer is away, none before its time. */
  #ask(): Promise<void> {
    if (this.#running !== undefined) return this.#running;
    if (this.#failures > 0 && this.#elapsedSinceAsked() < this.#backOff()) return Promise.resolve();
    this.#askedAt = this.#clock.elapsed();
    this.#running = this.#fetch().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #fetch(): Promise<void> {
    const problem = await this.#fetchKeys();
    this.#problem = problem;
    this.#failures = problem === undefined ? 0 : this.#failures + 1;
    this.#note(problem === undefined ? 'fetched' : 'failed');
  }

  /** @returns what went wrong */
  async #fetchKeys(): Promise<string | undefined> {
    if (this.#jwksUri === undefined) {
      const discovered = await discover(this.#source.issuer);
      if ('problem' in discovered) return discovered.problem;
      this.#jwksUri = discovered.jwksUri;
    }
    const fetched = await fetchJson(this.#jwksUri, { timeoutMs: TIMEOUT_MS });
    const keys = 'json' in fetched ? await readKeySet(fetched.json) : undefined;
    if (keys === undefined) {
      // It may have moved.
      this.#jwksUri = this.#source.jwksUri;
      return `keys: ${'problem' in fetched ? fetched.problem : 'no usable key'}`;
    }
    this.#keys = keys;
    this.#fetchedAt = this.#clock.elapsed();
    return undefined;
  }
}

/**
 * Tokens for backends: fetched when a request first needs one, or a policy names it, renewed in the background before
 * they expire, and used until they do. However many requests wait, an issuer is asked once at a time; one that fails is
 * left alone for a while.
 */
import { hash } from 'node:crypto';
import type { BackendToken, BackendTokens, Clock, TokenSource } from '../core/ports.ts';
import type { Soon } from '../core/soon.ts';
import { type Granted, requestToken } from './token-request.ts';

/** A token is renewed when so much of its life is left; each process a little earlier or later than others. */
const RENEW_AT = 0.25;
const JITTER = 0.1;
/** A token with less to live is not sent any more: the request takes a while to arrive. */
const LEAST_LEFT_MS = 5_000;
/** After a failure, at first; twice as long after each more. */
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 30_000;
/** More than any policies name; the longest unused are forgotten. */
const MOST_SOURCES = 1_000;

export interface BackendTokensOptions {
  readonly clock: Clock;
  /** Told of each fetch, by the host of the issuer; of one that failed with what went wrong, which holds no secret. */
  readonly note: (issuer: string, problem?: string) => void;
  readonly request?: (source: TokenSource, now: number) => Promise<Granted>;
  /** In [0, 1). */
  readonly fraction: () => number;
}

export interface KeptTokens extends BackendTokens {
  /** Fetches what these need, so that no request waits for it. */
  use(sources: Iterable<TokenSource>): void;
}

export function openBackendTokens(options: BackendTokensOptions): KeptTokens {
  const kept = new Map<string, OneToken>();
  const of = (source: TokenSource): OneToken => {
    const name = nameOf(source);
    const known = kept.get(name) ?? new OneToken(source, options);
    kept.delete(name);
    kept.set(name, known);
    const oldest = kept.keys().next();
    if (kept.size > MOST_SOURCES && oldest.done !== true) kept.delete(oldest.value);
    return known;
  };
  return {
    get: (source) => of(source).get(),
    use(sources) {
      for (const source of sources) of(source).follow(source);
    },
  };
}

/**
 * Another secret is another source: what was fetched with the old one may be withdrawn with it. Not so the token of
 * another issuer, which is exchanged every hour.
 */
const NAMES = new WeakMap<TokenSource, string>();

function nameOf(source: TokenSource): string {
  const known = NAMES.get(source);
  if (known !== undefined) return known;
  const name = hash('sha256', JSON.stringify(partsOf(source)), 'base64url');
  NAMES.set(source, name);
  return name;
}

function partsOf(source: TokenSource): object {
  if (source.kind === 'assertion')
    return { ...source, key: source.key.export({ type: 'pkcs8', format: 'pem' }) };
  if (source.kind === 'client' && source.authentication === 'federated')
    return { ...source, clientSecret: '' };
  return source;
}

class OneToken {
  #source: TokenSource;
  readonly #options: BackendTokensOptions;
  #token = '';
  /** Of the monotonic clock. */
  #expires = Number.NEGATIVE_INFINITY;
  #renews = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #restUntil = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;

  constructor(source: TokenSource, options: BackendTokensOptions) {
    this.#source = source;
    this.#options = options;
  }

  get(): Soon<BackendToken> {
    const now = this.#now();
    if (this.#isGood(now)) {
      if (now >= this.#renews) this.renew();
      return { token: this.#token };
    }
    if (this.#running === undefined && now < this.#restUntil) return this.#unavailable();
    return this.#ask().then(() => (this.#isGood(this.#now()) ? { token: this.#token } : this.#unavailable()));
  }

  /** Asks with the newest from now on, at once if it is time. */
  follow(source: TokenSource): void {
    this.#source = source;
    this.renew();
  }

  /** Fetches in the background, if it is time. */
  renew(): void {
    const now = this.#now();
    if (now >= this.#renews && now >= this.#restUntil) void this.#ask();
  }

  #now(): number {
    return this.#options.clock.elapsed();
  }

  #isGood(now: number): boolean {
    return now < this.#expires - LEAST_LEFT_MS;
  }

  #unavailable(): BackendToken {
    const seconds = Math.ceil((this.#restUntil - this.#now()) / 1000);
    return { unavailable: true, retryAfter: Math.max(1, seconds) };
  }

  #ask(): Promise<void> {
    this.#running ??= this.#fetch().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #fetch(): Promise<void> {
    const { clock, note, request = requestToken, fraction } = this.#options;
    const granted = longEnough(await request(this.#source, clock.now()));
    const now = this.#now();
    const issuer = new URL(this.#source.tokenUrl).host;
    if ('problem' in granted) {
      note(issuer, granted.problem);
      this.#failures += 1;
      this.#restUntil =
        now + Math.min(FIRST_REST_MS * 2 ** Math.min(this.#failures - 1, 10), LONGEST_REST_MS);
      return;
    }
    note(issuer);
    this.#failures = 0;
    this.#restUntil = Number.NEGATIVE_INFINITY;
    this.#token = granted.token;
    this.#expires = now + granted.lifeMs;
    this.#renews = this.#expires - granted.lifeMs * (RENEW_AT + JITTER * fraction());
  }
}

/** One that ends before a request arrives is none: else it would be fetched for every request. */
function longEnough(granted: Granted): Granted {
  return 'token' in granted && granted.lifeMs <= LEAST_LEFT_MS
    ? { problem: 'a token that expires at once' }
    : granted;
}

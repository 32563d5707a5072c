/** What the core needs of the world. Each port has one small job; the edges implement them. */
import type { KeyObject, webcrypto } from 'node:crypto';
import type { Finding } from './finding.ts';
import type { Usage } from './money.ts';
import type { Networks } from './network.ts';
import type { Principal } from './principal.ts';
import type { Quotas } from './quota.ts';
import type { AuditRecord } from './record.ts';
import type { Signals } from './signal.ts';
import type { Soon } from './soon.ts';
import type { ObjectRef, StoredObject } from './stored-object.ts';
import type { Reading, Role } from './text.ts';
import type { UsageBook } from './usage-book.ts';
import type { Voucher } from './voucher.ts';

export interface Clock {
  /** Wall clock, milliseconds since 1970. */
  now(): number;
  /** Monotonic, milliseconds; only differences mean anything. */
  elapsed(): number;
}

export interface Random {
  /** `count` bytes that nobody can guess. */
  bytes(count: number): Uint8Array;
  /** In [0, 1); for choices that nobody gains by guessing. */
  fraction(): number;
}

/** What a presented API key may turn out to be. Nothing tells a client which of the last three it was. */
export type KeyLookup =
  | {
      readonly found: true;
      readonly principal: Principal;
      /** Where it may be used from; absent for anywhere. */
      readonly networks?: Networks;
    }
  | { readonly found: false; readonly why: 'unknown' | 'revoked' | 'expired' };

export interface Keys {
  /** One look-up by digest; cost does not depend on how many keys there are. */
  find(digest: string, now: number): KeyLookup;
}

/** Where an issuer's signing keys are to be had. */
export interface KeySource {
  /** The issuer's URL, exactly as its tokens have it in `iss`. */
  readonly issuer: string;
  /** Its key set; found by discovery where it is not given. */
  readonly jwksUri?: string;
  /** How long keys are used after the last time that they could be fetched, in milliseconds. */
  readonly staleMs: number;
}

/** A public key that Web Crypto verifies with. */
export type SigningKey = webcrypto.CryptoKey;

export type KeyAnswer =
  | { readonly key: SigningKey }
  /** `unknown`: the issuer's keys are known, and this one is not among them. */
  | { readonly missing: 'unknown' }
  | { readonly missing: 'unavailable'; readonly retryAfter: number };

/** The signing keys of token issuers: fetched, kept, and fetched again. A client cannot make it fetch often. */
export interface IssuerKeys {
  /** @param kid absent where the token names none: then only an issuer's only key for the algorithm is meant */
  find(source: KeySource, kid: string | undefined, algorithm: string): Soon<KeyAnswer>;
}

/** Where tokens are introspected (RFC 7662). */
export interface IntrospectionSource {
  readonly endpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How the client proves itself: RFC 6749, section 2.3.1. */
  readonly authentication: 'basic' | 'post';
  readonly timeoutMs: number;
}

export type IntrospectionAnswer =
  | { readonly active: true; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly active: false }
  | { readonly unavailable: true; readonly retryAfter: number };

export interface Introspection {
  ask(source: IntrospectionSource, token: string): Soon<IntrospectionAnswer>;
}

/** To what a token is bound: only who holds that key may use it. */
export type TokenBinding =
  /** RFC 8705: SHA-256 of the client certificate, base64url. */
  | { readonly kind: 'certificate'; readonly thumbprint: string }
  /** RFC 9449: SHA-256 thumbprint (RFC 7638) of the key that signs the proofs, base64url. */
  | { readonly kind: 'dpop'; readonly thumbprint: string };

/** A token whose signature and claims were good. Times are of the wall clock, in milliseconds. */
export interface VerifiedToken {
  readonly principal: Principal;
  /** Absent for a bearer token. */
  readonly binding?: TokenBinding;
  /** First moment at which it is no longer good, clock tolerance included. */
  readonly expires: number;
}

/** Tokens that were verified, by digest, so that a signature is checked once. Bounded; forgets the oldest. */
export interface TokenMemory {
  find(digest: string, now: number): VerifiedToken | undefined;
  keep(digest: string, token: VerifiedToken): void;
}

/** Proofs that must be used once (RFC 9449, section 11.1). Bounded. */
export interface ProofMemory {
  /** @returns false if it was seen before, or cannot be remembered. @param until when it may be forgotten */
  first(proof: string, until: number, now: number): boolean;
}

/** Who owns what lives on at providers. */
export interface Objects {
  find(ref: ObjectRef): Soon<StoredObject | undefined>;
  /** The first owner stays: `taken` says that somebody else owns it already. */
  keep(object: StoredObject, now: number): Soon<'kept' | 'taken'>;
  forget(ref: ObjectRef): Soon<void>;
}

/** What requests turn out to use, learned from those before. Bounded in memory; nothing that clients send grows it. */
export interface Forecast {
  /**
   * Output tokens that an answer will hardly exceed. @param most that it may say, all choices together; may be infinite
   */
  output(model: string, caller: string, bounds: { readonly most: number; readonly choices: number }): number;
  /** How many tokens a backend counts for each that we count, from 0.25 to 4. */
  inputFactor(model: string): number;
  /** @param counted of the prompt, by us, without the factor @param usage as a backend reported it */
  learn(model: string, caller: string, counted: number, usage: Usage, choices: number): void;
}

/** A tokenizer. */
export type Encoding = 'o200k' | 'cl100k';

export interface TokenCounter {
  /** Tokens of all texts together. Never rejects: where it cannot count in time, it estimates. */
  count(texts: readonly string[], encoding: Encoding): Soon<number>;
}

/** Requests that passed the first door and have not reached the second. */
export interface Passages {
  open(voucher: Voucher): void;
  /** The second door took over. */
  close(requestId: string): void;
}

export interface Ledger {
  write(record: AuditRecord): void;
}

/** Seals vouchers so that other replicas can open them and nobody else can make them. */
export interface Sealer {
  seal(payload: string): string;
  /** A keyed digest of a text, 32 bytes: nobody else can make it. */
  mac(text: string): Buffer;
  /** @returns the payload, or undefined if the seal is not ours. */
  open(sealed: string): string | undefined;
}

/** Where a token for backends is had. */
export type TokenSource =
  /** Client credentials: RFC 6749, section 4.4. */
  | {
      readonly kind: 'client';
      readonly tokenUrl: string;
      readonly clientId: string;
      /** A token of another issuer where it is `federated` (RFC 7523, section 2.2). */
      readonly clientSecret: string;
      readonly authentication: 'basic' | 'post' | 'federated';
      /** Words between spaces; empty for none. */
      readonly scope: string;
      readonly audience?: string;
    }
  /** A signed assertion: RFC 7523. */
  | {
      readonly kind: 'assertion';
      readonly tokenUrl: string;
      readonly issuer: string;
      readonly key: KeyObject;
      readonly keyId: string;
      readonly scope: string;
    }
  /** What the machine runs as: who asks from there need not prove anything. */
  | { readonly kind: 'machine'; readonly tokenUrl: string; readonly header: readonly [string, string] };

/** Tokens for backends, kept and renewed. */
export interface BackendTokens {
  get(source: TokenSource): Soon<BackendToken>;
}

/** @property retryAfter seconds */
export type BackendToken =
  | { readonly token: string }
  | { readonly unavailable: true; readonly retryAfter: number };

/** Says what a text is as a whole: how likely an injection, and by what technique. Synchronous, and quick on short texts. */
export interface TextAssessor {
  /** @param harm asks for kinds of harm as well, which costs more */
  assess(text: string, reading: Reading, harm: boolean): readonly Finding[];
  /** The same with a second look at what it is unsure of, which takes milliseconds of another thread. */
  assessClosely(text: string, reading: Reading, harm: boolean): Soon<readonly Finding[]>;
}

/** A slower judge of what users say. */
export interface SecondLook {
  /** @returns the logarithm of the odds of an attack; undefined where there is no answer, or none in time */
  look(text: string): Soon<number | undefined>;
}

/** How a backend took a request. */
export type BackendOutcome =
  | { readonly kind: 'good' }
  /** It cannot be reached, does not answer, or says that the fault is its own. */
  | { readonly kind: 'failed' }
  /** It has too much to do. */
  | { readonly kind: 'busy'; readonly retryAfterMs?: number | undefined };

/** Which backends are in order, as far as is known. @param now of the monotonic clock */
export interface BackendHealth {
  usable(backend: string, now: number): boolean;
  note(backend: string, outcome: BackendOutcome, now: number): void;
}

/** How busy the process is; asked once a request. */
export interface Pressure {
  /** True if new work should be turned away. */
  overloaded(): boolean;
}

/** Somebody else who looks at texts: declared by the policy, asked over HTTP. */
export interface AnalyzerSource {
  readonly name: string;
  /** How it is asked, and how its answers read. */
  readonly kind: 'presidio' | 'moderation' | 'guard' | 'webhook';
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token?: string;
  /** What `moderation` and `guard` are to run. */
  readonly model?: string;
  /** What `presidio` takes the texts for, as in ISO 639-1. */
  readonly language?: string;
  /** What `guard` is told, `{text}` standing for the text. */
  readonly prompt?: string;
  /** For one text, the wait for its turn included, in milliseconds. */
  readonly timeoutMs: number;
  /** Texts that are asked about at one time. */
  readonly concurrency: number;
  /** How long an answer is believed, in milliseconds; 0 for no longer than it takes. */
  readonly cacheMs: number;
  /** A text of more UTF-16 code units is not sent. */
  readonly longest: number;
  /** What becomes of a text about which nothing was learnt. */
  readonly onFailure: 'block' | 'pass';
}

export const ANALYZER_FAILURES = [
  'timeout',
  'unreachable',
  'status',
  'refused',
  'unreadable',
  'too_long',
  'busy',
  'open',
] as const;
/** `status`: 500 and more; `refused`: any other that is not 2xx; `busy`: too many wait for it; `open`: it failed so often that it is left alone for a while. */
export type AnalyzerFailure = (typeof ANALYZER_FAILURES)[number];

export interface Analyzers {
  /** What an analyzer finds in a text: types are `analyzer.<name>.<what it calls it>`. Never rejects. */
  ask(source: AnalyzerSource, text: string, role: Role): Promise<readonly Finding[] | AnalyzerFailure>;
}

/** Counters and timings by fixed names; label values come from the policy or from closed sets, never from a client. */
export interface Meter {
  decided(door: 1 | 2, operation: string, outcome: string, reason: string): void;
  tokens(operation: string, model: string, input: number, output: number): void;
  found(type: string, direction: 'input' | 'output', action: string, count: number): void;
  latency(operation: string, ms: number): void;
  /** How a backend took a request, its fallbacks apart. */
  answered(backend: string, outcome: BackendOutcome['kind']): void;
  /** A limit was reached. */
  limited(limit: string, outcome: 'refused' | 'shadow'): void;
  /** A stream of the second door was ended with an error, so that nothing passed unseen. */
  sessionFailed(reason: string): void;
}

/** Where thrown errors go: bugs and ports out of order. The text is for operators, never for clients. */
export interface Faults {
  report(where: string, error: unknown): void;
}

export interface Ports {
  /** Lets other work run before more of a long piece of work is done. */
  readonly nextTurn: () => Promise<void>;
  /** Keys the digests of API keys, where the operator set one. */
  readonly pepper?: KeyObject | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly keys: Keys;
  readonly issuerKeys: IssuerKeys;
  readonly introspection: Introspection;
  readonly tokens: TokenMemory;
  readonly proofs: ProofMemory;
  readonly objects: Objects;
  readonly quotas: Quotas;
  readonly forecast: Forecast;
  readonly tokenCounter: TokenCounter;
  readonly usageBook: UsageBook;
  readonly signals: Signals;
  readonly passages: Passages;
  readonly health: BackendHealth;
  readonly assessor: TextAssessor;
  readonly analyzers: Analyzers;
  readonly backendTokens: BackendTokens;
  readonly ledger: Ledger;
  readonly sealer: Sealer;
  readonly pressure: Pressure;
  readonly meter: Meter;
  readonly faults: Faults;
}

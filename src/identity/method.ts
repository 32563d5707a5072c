/** The contract of a way to prove who is asking. One file a method; each answers for its own credentials only. */
import type { Principal } from '../core/principal.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Credential } from './credentials.ts';

/**
 * - a principal: mine, and good
 * - a refusal: mine, and bad; nobody else is asked
 * - undefined: not mine; the next method may know it
 */
export type Verdict = Principal | Refusal | undefined;

export interface IdentityMethod {
  readonly name: Principal['method'];
  /** @param now wall clock, milliseconds */
  verify(credential: Credential, now: number): Verdict;
}

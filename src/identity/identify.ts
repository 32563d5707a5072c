/** Who is asking: the one credential of a request, put to the methods in turn. */
import type { Identified } from '../core/exchange.ts';
import type { Headers } from '../core/headers.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { findCredential, invalidCredential } from './credentials.ts';
import type { IdentityMethod } from './method.ts';

/** What identification adds to an exchange. */
export type Identity = Pick<Identified, 'principal' | 'credentialHeaders'>;

/**
 * Asks each method; a credential that none of them knows is as bad as a wrong one.
 * @param allowed headers that may carry the credential, lower case
 * @param now wall clock, milliseconds
 */
export function identify(
  headers: Headers,
  allowed: readonly string[],
  methods: readonly IdentityMethod[],
  now: number,
): Identity | Refusal {
  const credential = findCredential(headers, allowed);
  if (isRefusal(credential)) return credential;
  for (const method of methods) {
    const verdict = method.verify(credential, now);
    if (verdict === undefined) continue;
    return isRefusal(verdict) ? verdict : { principal: verdict, credentialHeaders: [credential.header] };
  }
  return invalidCredential();
}

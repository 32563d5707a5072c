/** Identity by API key: keys that the policy declares, and keys that the command line made. */
import type { Headers } from '../core/headers.ts';
import type { KeyLookup, Keys } from '../core/ports.ts';
import type { Refusal } from '../core/refusal.ts';
import type { ApiKeyRules } from '../policy/snapshot.ts';
import { digestOf, looksLikeKey, type Pepper, wellFormed } from './api-key.ts';
import { invalidCredential } from './credentials.ts';
import { type Identity, identify } from './identify.ts';
import type { IdentityMethod } from './method.ts';

/**
 * Identifies a request by its API key.
 * @param rules undefined where the policy takes no keys: then there is no header to look into
 * @param now wall clock, milliseconds
 * @returns `credential_missing`, `credential_conflict` or `credential_invalid` where nobody was identified
 */
export function identifyByKey(
  headers: Headers,
  rules: ApiKeyRules | undefined,
  keys: Keys,
  now: number,
  pepper?: Pepper,
): Identity | Refusal {
  if (rules === undefined) return identify(headers, [], [], now);
  return identify(headers, rules.headers, [apiKeyMethod(rules, keys, pepper)], now);
}

/**
 * A key is found by its digest, in one look-up, so that neither the number of keys nor how much of a guess is right
 * shows in the time it takes. Unknown, revoked, expired and malformed keys get the same answer; only a malformed one
 * gets it without a look-up, and its own check characters tell that to anyone anyway.
 * @param pepper keys the digests; keys stored without one stay good
 */
export function apiKeyMethod(rules: ApiKeyRules, keys: Keys, pepper?: Pepper): IdentityMethod {
  return {
    name: 'api-key',
    verify(credential, now) {
      const key = credential.token;
      if (!looksLikeKey(key)) return undefined;
      if (!wellFormed(key)) return invalidCredential();
      const found = lookUp(digestOf(key, pepper), rules, keys, now);
      if (found.found) return found.principal;
      if (pepper === undefined) return invalidCredential();
      const plain = lookUp(digestOf(key), rules, keys, now);
      return plain.found ? plain.principal : invalidCredential();
    },
  };
}

/** What the policy says about a key, it says finally: a key it declares expired is not looked for elsewhere. */
function lookUp(digest: string, rules: ApiKeyRules, keys: Keys, now: number): KeyLookup {
  return rules.find(digest, now) ?? keys.find(digest, now);
}

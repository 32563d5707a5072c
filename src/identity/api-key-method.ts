/** Identity by API key: keys that the policy declares, and keys that the command line made. */
import type { KeyLookup, Keys } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import type { Refusal } from '../core/refusal.ts';
import type { ApiKeyRules } from '../policy/identity-rules.ts';
import { digestOf, looksLikeKey, type Pepper, wellFormed } from './api-key.ts';
import { invalidCredential } from './challenge.ts';
import type { IdentityMethod } from './method.ts';

/**
 * A key is found by its digest, in one look-up, so that neither the number of keys nor how much of a guess is right
 * shows in the time it takes. Unknown, revoked, expired and malformed keys, and keys used from elsewhere, get the same
 * answer; only a malformed one gets it without a look-up, and its own check characters tell that to anyone anyway.
 * @param pepper keys the digests; keys stored without one stay good
 */
export function apiKeyMethod(rules: ApiKeyRules, keys: Keys, pepper?: Pepper): IdentityMethod {
  return {
    name: 'api-key',
    judges: 'credential',
    verify({ credential, clientAddress }, now) {
      if (credential === undefined || !looksLikeKey(credential.token)) return undefined;
      if (credential.header !== undefined && !rules.headers.includes(credential.header))
        return invalidCredential('not_accepted_here');
      const key = credential.token;
      if (credential.scheme === 'dpop' || !wellFormed(key)) return invalidCredential('malformed');
      const found = lookUp(digestOf(key, pepper), rules, keys, now);
      // Keys that were stored before there was a pepper.
      const known = found.found || pepper === undefined ? found : lookUp(digestOf(key), rules, keys, now);
      return judge(known, clientAddress);
    },
  };
}

function judge(known: KeyLookup, clientAddress: string): Principal | Refusal {
  if (!known.found) return invalidCredential(known.why);
  const { networks, principal } = known;
  if (networks !== undefined && !networks.contains(clientAddress)) return invalidCredential('wrong_network');
  return principal;
}

/** What the policy says about a key, it says finally: a key it declares expired is not looked for elsewhere. */
function lookUp(digest: string, rules: ApiKeyRules, keys: Keys, now: number): KeyLookup {
  return rules.find(digest, now) ?? keys.find(digest, now);
}

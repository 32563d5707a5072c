/**
 * identify: who is asking?
 * - one credential, in a header that the policy accepts; more than one is refused, whatever they say
 * - an unreadable, unknown, expired or revoked credential all get the same answer
 */
import type { Identified, Matched } from '../core/exchange.ts';
import type { Ports } from '../core/ports.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { identifyByKey } from '../identity/api-key-method.ts';
import type { Snapshot } from '../policy/snapshot.ts';

export function identify(x: Matched, policy: Snapshot, ports: Ports): Identified | Refusal {
  const known = identifyByKey(
    x.headers,
    policy.identity.apiKeys,
    ports.keys,
    ports.clock.now(),
    ports.pepper,
  );
  return isRefusal(known) ? known : { ...x, ...known };
}

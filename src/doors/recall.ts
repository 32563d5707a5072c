/**
 * recall: what did the first door find?
 * - no voucher of ours, no passage: a filter chain without the first door fails closed
 * - the voucher is fresh and speaks of the very request that is here
 * - the policy is the one that the first door judged by
 */

import type { Headers } from '../core/headers.ts';
import { single } from '../core/headers.ts';
import type { Ports } from '../core/ports.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import type { Voucher } from '../core/voucher.ts';
import type { Snapshot } from '../policy/snapshot.ts';
import type { Policies } from './messages.ts';

/** Envoy goes from the first door to the second at once; the slack is for clocks of replicas and a busy proxy. */
const MAX_AGE_MS = 60_000;
const MAX_AHEAD_MS = 10_000;

export interface Recalled {
  readonly voucher: Voucher;
  readonly policy: Snapshot;
}

/**
 * @param met told the voucher once it is known to be this request's, also where its policy is then not found: the
 * record should say whose request it was
 */
export function recall(
  sealed: string | undefined,
  headers: Headers,
  policies: Policies,
  ports: Ports,
  met: (voucher: Voucher) => void,
): Recalled | Refusal {
  if (sealed === undefined) return refuse('voucher_missing');
  const voucher = unseal(sealed, ports);
  if (isRefusal(voucher)) return voucher;
  if (!isFresh(voucher, ports.clock.now()) || !isOf(voucher, headers)) return refuse('voucher_invalid');
  ports.passages.close(voucher.requestId);
  met(voucher);
  const policy = policies.at(voucher.policy);
  return policy === undefined ? refuse('policy_unavailable', { retryAfter: 1 }) : { voucher, policy };
}

function isFresh({ issuedAt }: Voucher, now: number): boolean {
  return now - issuedAt <= MAX_AGE_MS && issuedAt - now <= MAX_AHEAD_MS;
}

function isOf({ path, method }: Voucher, headers: Headers): boolean {
  const seen = single(headers, ':path');
  return typeof seen === 'string' && samePath(seen, path) && single(headers, ':method') === method;
}

/** Where the proxy takes a member off the query it writes the others anew: in an order of its own, each with a `=`. */
function samePath(seen: string, vouched: string): boolean {
  return seen === vouched || (seen.includes('?') && inOrder(seen) === inOrder(vouched));
}

function inOrder(path: string): string {
  const [route = '', query = ''] = path.split('?', 2);
  const pairs = query.split('&').map((pair) => (pair.includes('=') ? pair : `${pair}=`));
  return `${route}?${pairs.sort().join('&')}`;
}

function unseal(sealed: string, ports: Pick<Ports, 'sealer'>): Voucher | Refusal {
  const payload = ports.sealer.open(sealed);
  // Sealed by us, so its form is ours: parsing cannot meet anything else.
  return payload === undefined ? refuse('voucher_invalid') : (JSON.parse(payload) as Voucher);
}

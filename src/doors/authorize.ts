/**
 * authorize: may this principal do this at all?
 * - default deny: without a grant that names the operation the answer is no
 * - a model named by the path is judged here, one named by the body at the second door
 */
import type { Authorized, Identified } from '../core/exchange.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Snapshot } from '../policy/snapshot.ts';

export function authorize(x: Identified, policy: Snapshot): Authorized | Refusal {
  const grants = policy.grantsFor(x.principal, x.operation.name);
  if (grants.length === 0) return refuse('operation_not_allowed');
  return { ...x, grants: grants.map((grant) => grant.id) };
}

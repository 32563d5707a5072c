/**
 * authorize: may this principal do this at all?
 * - default deny: without a grant that names the operation the answer is no, and a denial stands above all grants
 * - what a grant asks about the body is judged at the second door
 */
import { judgeOperation } from '../access/decide.ts';
import type { Authorized, Identified } from '../core/exchange.ts';
import type { Ports } from '../core/ports.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import type { Snapshot } from '../policy/snapshot.ts';
import { factsOfCheck } from './facts.ts';

export function authorize(x: Identified, policy: Snapshot, ports: Ports): Authorized | Refusal {
  if (x.operation.name === 'oauth.metadata') return { ...x, grants: [] };
  const grants = judgeOperation(factsOfCheck(x, ports.clock.now()), policy);
  return isRefusal(grants) ? grants : { ...x, grants: grants.map((grant) => grant.id) };
}

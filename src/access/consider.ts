/** Why each grant of a policy does or does not speak of a request: for whoever explains, never for deciding. */
import type { Facts, Grant, Mismatch, Snapshot } from '../policy/snapshot.ts';

export interface GrantReport {
  readonly id: string;
  readonly effect: Grant['effect'];
  readonly matched: boolean;
  /** The first thing that did not match. */
  readonly mismatch?: Mismatch;
}

/** Every grant, in the policy's order. The models and features of a body count where the facts have one. */
export function considerAll(facts: Facts, policy: Snapshot): readonly GrantReport[] {
  return policy.grants.map((grant) => {
    const mismatch = grant.concerns(facts) ?? grant.applies(facts) ?? modelMismatch(grant, facts);
    const { id, effect } = grant;
    return mismatch === undefined ? { id, effect, matched: true } : { id, effect, matched: false, mismatch };
  });
}

function modelMismatch(grant: Grant, { body }: Facts): Mismatch | undefined {
  if (body?.model === undefined) {
    const waits = grant.effect === 'deny' && !grant.anyModel;
    return waits ? { on: 'models', why: 'it is about models, and the request names none' } : undefined;
  }
  if (grant.allowsModel(body.model)) return undefined;
  return { on: 'models', why: 'it does not name the model' };
}

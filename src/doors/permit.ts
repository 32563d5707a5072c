/**
 * permit: may this principal use this model?
 * - the name is looked up exactly as it was sent: no folding, no prefixes
 * - an unknown model and one that is not granted get the same answer, so names cannot be probed
 */
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Voucher } from '../core/voucher.ts';
import type { Model, Snapshot } from '../policy/snapshot.ts';

export function permit(name: string, voucher: Voucher, policy: Snapshot): Model | Refusal {
  const model = policy.models.get(name);
  const grants = policy.grantsFor(voucher.principal, voucher.operation.name);
  const granted = model !== undefined && grants.some((grant) => grant.allowsModel(name));
  return granted ? model : refuse('model_not_allowed');
}

/** All models that grants allow the principal with the operation of the voucher, in the policy's order. */
export function permittedModels(voucher: Voucher, policy: Snapshot): Model[] {
  const grants = policy.grantsFor(voucher.principal, voucher.operation.name);
  return [...policy.models.values()].filter((model) => grants.some((grant) => grant.allowsModel(model.name)));
}

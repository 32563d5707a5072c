/**
 * permit: may this principal use this model, these features and these stored objects?
 * - the name is looked up exactly as it was sent: no folding, no prefixes
 * - an unknown model and one that is not granted get the same answer, so names cannot be probed; so do objects
 */
import { judgeUse, knownModels, type Permission } from '../access/decide.ts';
import type { FeatureUse } from '../core/feature.ts';
import type { Ports } from '../core/ports.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { ObjectRef } from '../core/stored-object.ts';
import type { Voucher } from '../core/voucher.ts';
import type { BodyFacts, Model, Snapshot } from '../policy/snapshot.ts';
import { factsOfVoucher } from './facts.ts';
import { type Owned, owned } from './owned.ts';

/** What is asked for. */
export interface Asked {
  readonly body: BodyFacts;
  readonly uses: readonly FeatureUse[];
  readonly objects: readonly ObjectRef[];
}

export interface Permitted extends Permission, Owned {}

export interface Permitting {
  readonly voucher: Voucher;
  readonly policy: Snapshot;
  readonly ports: Pick<Ports, 'objects' | 'faults'>;
}

export function permit(asked: Asked, { voucher, policy, ports }: Permitting): Soon<Permitted | Refusal> {
  const permission = judgeUse({ ...factsOfVoucher(voucher), body: asked.body }, asked.uses, policy);
  if (isRefusal(permission)) return permission;
  const stranger = strangeAlternative(asked.uses, permission, voucher, policy);
  if (stranger !== undefined) return stranger;
  return after(owned(asked.objects, voucher.principal, ports), (own) =>
    isRefusal(own) ? own : { ...permission, ...own },
  );
}

/** Models named as alternatives are asked for, too, unless they are taken out of the request. */
function strangeAlternative(
  uses: readonly FeatureUse[],
  { changes }: Permission,
  voucher: Voucher,
  policy: Snapshot,
): Refusal | undefined {
  if (changes.strip.has('routing')) return undefined;
  const named = uses.flatMap((use) => use.models ?? []);
  if (named.length === 0) return undefined;
  const known = new Set(permittedModels(voucher, policy).map((model) => model.name));
  return named.every((name) => known.has(name)) ? undefined : refuse('model_not_allowed');
}

/** All models that grants allow the principal with the operation of the voucher, in the policy's order. */
export function permittedModels(voucher: Voucher, policy: Snapshot): readonly Model[] {
  return knownModels(factsOfVoucher(voucher), policy);
}

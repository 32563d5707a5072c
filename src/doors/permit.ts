/**
 * permit: may this principal use this model, these features and these stored objects?
 * - the name is looked up exactly as it was sent: no folding, no prefixes
 * - an unknown model and one that is not granted get the same answer, so names cannot be probed; so do objects
 */
import { judgeUse, knownModels, type Permission } from '../access/decide.ts';
import type { FeatureChanges, FeatureUse } from '../core/feature.ts';
import type { Ports } from '../core/ports.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { ObjectRef } from '../core/stored-object.ts';
import type { Voucher } from '../core/voucher.ts';
import type { BodyFacts, Facts, Model, Snapshot } from '../policy/snapshot.ts';
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
  const facts = { ...factsOfVoucher(voucher), body: asked.body };
  const permission = judgeUse(facts, asked.uses, policy);
  const permitted = isRefusal(permission) ? permission : withAlternatives(permission, asked, facts, policy);
  if (isRefusal(permitted)) return permitted;
  return after(owned(asked.objects, voucher.principal, ports), (own) =>
    isRefusal(own) ? own : { ...permitted, ...own },
  );
}

/** Each costs as much as the request itself. */
const MOST_ALTERNATIVES = 16;

/** Models named as alternatives are asked for, too, unless they are taken out of the request. */
function withAlternatives(
  permission: Permission,
  { body, uses }: Asked,
  facts: Facts,
  policy: Snapshot,
): Permission | Refusal {
  const named = new Set(uses.flatMap((use) => use.models ?? []));
  if (named.size === 0 || permission.changes.strip.has('routing')) return permission;
  if (named.size > MOST_ALTERNATIVES)
    return refuse('body_too_complex', { detail: 'Too many models are named.' });
  let { changes } = permission;
  for (const model of named) {
    const other = judgeUse({ ...facts, body: { ...body, model } }, uses, policy);
    if (isRefusal(other)) return other;
    changes = both(changes, other.changes);
  }
  return { ...permission, changes };
}

/** What holds for either. */
function both(one: FeatureChanges, other: FeatureChanges): FeatureChanges {
  const clamp = new Map(one.clamp);
  for (const [feature, most] of other.clamp) clamp.set(feature, Math.min(most, clamp.get(feature) ?? most));
  return { strip: new Set([...one.strip, ...other.strip]), clamp };
}

/** All models that grants allow the principal with the operation of the voucher, in the policy's order. */
export function permittedModels(voucher: Voucher, policy: Snapshot): readonly Model[] {
  return knownModels(factsOfVoucher(voucher), policy);
}

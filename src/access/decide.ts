/** The decision: which grants speak of a request, and what they come to. */
import type { FeatureChanges, FeatureUse } from '../core/feature.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { insufficientScope } from '../identity/challenge.ts';
import type { BodyFacts, Facts, Grant, Model, Snapshot } from '../policy/snapshot.ts';

export interface Permission {
  readonly model: Model | undefined;
  readonly grants: readonly string[];
  readonly changes: FeatureChanges;
}

const NONE: FeatureChanges = { strip: new Set(), clamp: new Map() };

export function judgeOperation(facts: Facts, policy: Snapshot): readonly Grant[] | Refusal {
  const grants = policy.grantsFor(facts.principal, facts.operation);
  const allowing = grants.filter((grant) => grant.effect === 'allow' && grant.applies(facts) === undefined);
  if (allowing.length > 0) return allowing;
  const scoped = grants.find((grant) => grant.applies(facts)?.on === 'scopes');
  return scoped === undefined
    ? refuse('operation_not_allowed')
    : insufficientScope(scoped.scopesFor(facts.operation));
}

export function judgeUse(
  facts: Facts & { readonly body: BodyFacts },
  _uses: readonly FeatureUse[],
  policy: Snapshot,
): Permission | Refusal {
  const allowing = judgeOperation(facts, policy);
  if ('refused' in allowing) return allowing;
  const name = facts.body.model;
  if (name === undefined) return { model: undefined, grants: allowing.map(({ id }) => id), changes: NONE };
  const model = policy.models.get(name);
  const granting = allowing.filter((grant) => grant.allowsModel(name));
  if (model === undefined || granting.length === 0) return refuse('model_not_allowed');
  return { model, grants: granting.map(({ id }) => id), changes: NONE };
}

export function knownModels(facts: Facts, policy: Snapshot): readonly Model[] {
  const allowing = judgeOperation(facts, policy);
  if ('refused' in allowing) return [];
  return [...policy.models.values()].filter(({ name }) => allowing.some((grant) => grant.allowsModel(name)));
}

/**
 * The decision: which grants speak of a request, and what they come to.
 * - default deny: without a grant that covers it, a request is refused
 * - a denial that applies stands above every grant
 * - what grants allow adds up only among those that cover the same operation and model
 */
import type { FeatureChanges, FeatureUse } from '../core/feature.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { insufficientScope } from '../identity/challenge.ts';
import type { Backend, BodyFacts, Facts, Grant, Model, Snapshot } from '../policy/snapshot.ts';
import { judgeFeatures } from './features.ts';

export interface Permission {
  /** Undefined for operations that name none. */
  readonly model: Model | undefined;
  /** Ids of the grants that cover the request. */
  readonly grants: readonly string[];
  /** What must be taken out of it, or held to a most, so that they do. */
  readonly changes: FeatureChanges;
  /** Which backends they let it go to; absent: all. */
  readonly fits?: (backend: Backend) => boolean;
}

type FactsOfBody = Facts & { readonly body: BodyFacts };

/**
 * The first door: may the principal do this at all?
 * @returns the grants that allow it, or may once the body is read; `operation_not_allowed`, or `scope_missing` where
 * nothing but a scope was lacking
 */
export function judgeOperation(facts: Facts, policy: Snapshot): readonly Grant[] | Refusal {
  const found = policy.grantsFor(facts.principal, facts.operation);
  const before = JUDGED.get(found);
  if (before !== undefined) return before;
  const judged = judgeFound(found, facts);
  // The same caller gets the same list again; where nothing in it depends on time or place, the same answer.
  if (found.every((grant) => grant.fixed)) JUDGED.set(found, judged);
  return judged;
}

const JUDGED = new WeakMap<readonly Grant[], readonly Grant[] | Refusal>();

function judgeFound(found: readonly Grant[], facts: Facts): readonly Grant[] | Refusal {
  const denial = found.find((grant) => deniesOutright(grant, facts));
  if (denial !== undefined) return refuse('operation_not_allowed', { why: `denied by ${denial.id}` });
  const allowing = found.filter((grant) => grant.effect === 'allow' && grant.applies(facts) === undefined);
  return allowing.length > 0 ? allowing : lacking(found, facts);
}

/** A denial that nothing in the body could change. */
function deniesOutright(grant: Grant, facts: Facts): boolean {
  return (
    grant.effect === 'deny' &&
    grant.anyModel &&
    grant.features.silent &&
    !grant.needsBody &&
    grant.applies(facts) === undefined
  );
}

function lacking(found: readonly Grant[], facts: Facts): Refusal {
  const scoped = found.find((grant) => grant.effect === 'allow' && grant.applies(facts)?.on === 'scopes');
  if (scoped === undefined) return refuse('operation_not_allowed');
  return insufficientScope(scoped.scopesFor(facts.operation));
}

/** The second door: may the principal do it with this model and these features? */
export function judgeUse(
  facts: FactsOfBody,
  uses: readonly FeatureUse[],
  policy: Snapshot,
): Permission | Refusal {
  const allowing = judgeOperation(facts, policy);
  if (isRefusal(allowing)) return allowing;
  const { model: name } = facts.body;
  const model = name === undefined ? undefined : modelFor(name, facts, policy);
  const covering = name === undefined ? allowing : allowing.filter((grant) => grant.allowsModel(name));
  // A model that is not known and one that is not granted get the same answer.
  if (covering.length === 0 || (name !== undefined && model === undefined))
    return refuse('model_not_allowed');
  const denials = denialsOf(facts, policy);
  const denial = denials.find((grant) => grant.features.silent);
  if (denial !== undefined)
    return refuse(name === undefined ? 'operation_not_allowed' : 'model_not_allowed', {
      why: `denied by ${denial.id}`,
    });
  const changes = judgeFeatures(uses, covering, denials);
  if (isRefusal(changes)) return changes;
  return { model, grants: covering.map(({ id }) => id), changes, ...fitsOf(covering) };
}

/** Where every grant requires something of backends, one of them must be satisfied. */
function fitsOf(covering: readonly Grant[]): Pick<Permission, 'fits'> {
  if (covering.some(({ allowsBackend }) => allowsBackend === undefined)) return {};
  return { fits: (backend) => covering.some(({ allowsBackend }) => allowsBackend?.(backend.labels ?? {})) };
}

/** Denials that apply to the request's model, or to the request as a whole where it names none. */
function denialsOf(facts: FactsOfBody, policy: Snapshot): readonly Grant[] {
  const { model } = facts.body;
  return policy
    .grantsFor(facts.principal, facts.operation)
    .filter(
      (grant) =>
        grant.effect === 'deny' &&
        (model === undefined ? grant.anyModel : grant.allowsModel(model)) &&
        grant.applies(facts) === undefined,
    );
}

/** A model of other tenants is for everybody else no model at all. */
function modelFor(name: string, { principal }: Facts, policy: Snapshot): Model | undefined {
  const model = policy.models.get(name);
  return model !== undefined && isOpenTo(model, principal.tenant, policy) ? model : undefined;
}

function isOpenTo(model: Model, tenant: string | undefined, { backends }: Snapshot): boolean {
  const open = (tenants: readonly string[] | undefined) =>
    tenants === undefined || (tenant !== undefined && tenants.includes(tenant));
  return open(model.tenants) && model.backends.some(({ backend }) => open(backends.get(backend)?.tenants));
}

/**
 * All models that the principal may know of, in the policy's order. A grant whose condition needs a body counts as one
 * that holds, a denial of that kind as one that does not.
 */
export function knownModels(facts: Facts, policy: Snapshot): readonly Model[] {
  const allowing = judgeOperation(facts, policy);
  if (isRefusal(allowing)) return [];
  const denying = policy
    .grantsFor(facts.principal, facts.operation)
    .filter(
      (grant) =>
        grant.effect === 'deny' &&
        grant.features.silent &&
        !grant.needsBody &&
        grant.applies(facts) === undefined,
    );
  return [...policy.models.values()].filter(
    (model) =>
      isOpenTo(model, facts.principal.tenant, policy) &&
      allowing.some((grant) => grant.allowsModel(model.name)) &&
      !denying.some((grant) => grant.allowsModel(model.name)),
  );
}

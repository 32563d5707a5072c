/** What becomes of the features that a request asks for, by the grants that cover it. */
import type { BoundedFeature, Feature, FeatureChanges, FeatureUse } from '../core/feature.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { FeatureRule, Grant } from '../policy/snapshot.ts';

/**
 * Of each feature the most permissive grant counts; a denial stands above all.
 * @param allowing grants that cover the operation and the model
 * @param denying denials that apply, of which some name features
 * @returns `feature_not_allowed`, naming the feature, where one must not be asked for and is not to be taken out
 */
export function judgeFeatures(
  uses: readonly FeatureUse[],
  allowing: readonly Grant[],
  denying: readonly Grant[],
): FeatureChanges | Refusal {
  const strip = new Set<Feature>();
  const clamp = new Map<BoundedFeature, number>();
  for (const use of uses) {
    const { feature } = use;
    if (denying.some(({ features }) => !features.silent && features.of(feature).kind === 'deny'))
      return notAllowed(feature);
    const rule = bestOf(allowing, use);
    if (rule === undefined) return notAllowed(feature);
    if (rule.kind === 'strip') strip.add(feature);
    if (rule.kind === 'clamp') clamp.set(feature as BoundedFeature, rule.most);
  }
  return { strip, clamp };
}

function notAllowed(feature: Feature): Refusal {
  return refuse('feature_not_allowed', { detail: `${feature} is not allowed.`, why: feature });
}

type Effective = Extract<FeatureRule, { kind: 'allow' | 'strip' | 'clamp' }>;

/** @returns undefined where no grant lets the feature be asked for, nor takes it out */
function bestOf(grants: readonly Grant[], use: FeatureUse): Effective | undefined {
  let best: Effective | undefined;
  for (const grant of grants) {
    const rule = effective(grant.features.of(use.feature), use);
    if (rule?.kind === 'allow') return rule;
    if (rule !== undefined && better(rule, best)) best = rule;
  }
  return best;
}

const ALLOW: Effective = { kind: 'allow' };

/** What a rule comes to for this use: a bound that holds already, or servers that are the right ones, allow it. */
function effective(rule: FeatureRule, use: FeatureUse): Effective | undefined {
  switch (rule.kind) {
    case 'deny':
      return undefined;
    case 'servers': {
      const { server, tools, approval } = use;
      const named = { ...(tools && { tools }), ...(approval !== undefined && { approval }) };
      return server !== undefined && rule.allows({ server, ...named }) ? ALLOW : undefined;
    }
    case 'clamp':
      return (use.amount ?? Number.POSITIVE_INFINITY) <= rule.most ? ALLOW : rule;
    default:
      return rule;
  }
}

function better(rule: Effective, best: Effective | undefined): boolean {
  if (best === undefined || best.kind === 'strip') return true;
  return rule.kind === 'clamp' && best.kind === 'clamp' && rule.most > best.most;
}

/** What a grant says of each feature, compiled. */
import { BOUNDED, EFFORTS, FEATURES, type Feature } from '../core/feature.ts';
import { matcher } from './glob.ts';
import type { FeatureRule, FeatureRules } from './grant-rules.ts';
import { serverPattern } from './mcp-servers.ts';
import type { FeaturesConfig } from './schema/features.ts';

const ALLOW: FeatureRule = { kind: 'allow' };
const DENY: FeatureRule = { kind: 'deny' };
const STRIP: FeatureRule = { kind: 'strip' };

/**
 * What makes the provider act, fetch, keep or spend on its own is denied unless a grant says otherwise. The rest is
 * between the model and the client.
 */
export const DENIED_BY_DEFAULT: ReadonlySet<Feature> = new Set<Feature>([
  'code_execution',
  'web_access',
  'file_search',
  'mcp',
  'computer_use',
  'background',
  'stored_prompt',
  'service_tier',
  'routing',
  'unknown_tools',
]);

/** Not given away by a list that does not name them: amounts, and members that nobody knows. */
const NEUTRAL: ReadonlySet<Feature> = new Set<Feature>([...BOUNDED, 'unknown_fields']);

const byDefault = (feature: Feature): FeatureRule => (DENIED_BY_DEFAULT.has(feature) ? DENY : ALLOW);

/** Equal texts share their rules: a policy has many grants and few lists. */
const SHARED = new Map<string, FeatureRules>();
const MOST_SHARED = 1000;

/** @param effect of the grant: a denial speaks of what it names, and of nothing else */
export function compileFeatures(config: FeaturesConfig, effect: 'allow' | 'deny'): FeatureRules {
  const key = `${effect} ${JSON.stringify(config)}`;
  const shared = SHARED.get(key);
  if (shared !== undefined) return shared;
  const rules = compile(config, effect);
  if (SHARED.size >= MOST_SHARED) SHARED.clear();
  SHARED.set(key, rules);
  return rules;
}

function compile(config: FeaturesConfig, effect: 'allow' | 'deny'): FeatureRules {
  const rules = new Map(FEATURES.map((feature) => [feature, ruleOf(feature, config, effect)]));
  return Object.freeze({
    of: (feature: Feature) => rules.get(feature) ?? DENY,
    silent: config === undefined,
  });
}

function ruleOf(feature: Feature, config: FeaturesConfig, effect: 'allow' | 'deny'): FeatureRule {
  if (effect === 'deny') return namesFeature(feature, config) ? DENY : ALLOW;
  if (config === undefined) return byDefault(feature);
  if (config === '*') return ALLOW;
  if (Array.isArray(config)) {
    if (config.includes(feature)) return ALLOW;
    return NEUTRAL.has(feature) && feature !== 'reasoning' ? byDefault(feature) : DENY;
  }
  const said = (config as Readonly<Record<string, unknown>>)[feature];
  return said === undefined ? byDefault(feature) : written(said);
}

function namesFeature(feature: Feature, config: FeaturesConfig): boolean {
  if (config === undefined) return false;
  if (config === '*') return true;
  return Array.isArray(config) ? config.includes(feature) : Object.hasOwn(config, feature);
}

function written(said: unknown): FeatureRule {
  if (said === 'allow') return ALLOW;
  if (said === 'strip') return STRIP;
  if (typeof said !== 'object' || said === null) return DENY;
  if ('max' in said) {
    const most =
      typeof said.max === 'number' ? said.max : EFFORTS.indexOf(said.max as (typeof EFFORTS)[number]);
    return { kind: 'clamp', most };
  }
  return serversOf(said as { servers: readonly string[]; tools?: readonly string[]; approval?: string });
}

function serversOf(said: {
  readonly servers: readonly string[];
  readonly tools?: readonly string[];
  readonly approval?: string;
}): FeatureRule {
  const servers = said.servers.flatMap((pattern) => serverPattern(pattern) ?? []);
  const tools = said.tools?.map(matcher);
  return {
    kind: 'servers',
    allows: (use) =>
      servers.some((matches) => matches(use.server)) &&
      (said.approval !== 'required' || use.approval === true) &&
      (tools === undefined || (use.tools?.every((tool) => tools.some((matches) => matches(tool))) ?? false)),
  };
}

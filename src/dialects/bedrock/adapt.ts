/** Takes features out of a request, or holds them to a most. */
import type { Feature, FeatureChanges } from '../../core/feature.ts';
import { type Headers, NO_HEADER_CHANGES } from '../../core/headers.ts';
import type { Operation } from '../../core/operation.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf } from '../../json/document.ts';
import { adapt as adaptMessages } from '../anthropic/adapt.ts';
import type { Adapted } from '../dialect.ts';
import { judgeFixed } from '../reading/adapt.ts';
import { Changes } from '../reading/changes.ts';
import { numberIn } from '../reading/features.ts';
import { BOUNDS, CONFIGS, featureOfMember, featuresOfTool } from './features.ts';
import { isAnthropic } from './request.ts';

/** What a body can do without: content cannot be taken out, and what stands in a model's own members is not known. */
const LOOSE: ReadonlySet<Feature> = new Set<Feature>([
  'functions',
  'web_access',
  'code_execution',
  'unknown_tools',
  'unknown_fields',
  'service_tier',
]);

export function adapt(
  operation: Operation,
  text: string,
  root: JsonNode,
  changes: FeatureChanges,
  headers: Headers,
): Adapted | Refusal {
  if (root.kind !== 'object') return refuse('feature_not_allowed');
  if (isAnthropic(operation, root)) return adaptMessages(operation, text, root, changes, headers);
  const fixed = judgeFixed([...changes.strip].find((feature) => !LOOSE.has(feature)));
  if (fixed !== undefined) return fixed;
  const made = new Changes();
  for (const member of root.members) {
    const feature = featureOfMember(member.key);
    if (feature !== undefined && changes.strip.has(feature)) made.drop(root, member);
  }
  dropTools(text, root, changes.strip, made);
  clampOutput(operation, text, root, changes, made);
  return { edits: made.edits(), headers: NO_HEADER_CHANGES };
}

/** A configuration of no tool is refused there: it goes with the last of them. */
function dropTools(text: string, root: JsonObject, strip: FeatureChanges['strip'], made: Changes): void {
  const config = root.members.find(({ key }) => key === 'toolConfig');
  const list = memberOf(config?.value, 'tools');
  if (config === undefined || list?.kind !== 'array') return;
  const gone = list.items.filter((tool) => featuresOfTool(text, tool).some((feature) => strip.has(feature)));
  const left = list.items.filter((tool) => !gone.includes(tool) && featuresOfTool(text, tool).length > 0);
  if (gone.length === 0) return;
  if (left.length === 0) made.drop(root, config);
  else for (const tool of gone) made.cut(list, tool);
}

function clampOutput(
  { name }: Operation,
  text: string,
  root: JsonObject,
  { clamp }: FeatureChanges,
  made: Changes,
): void {
  const most = clamp.get('max_output_tokens');
  if (most === undefined) return;
  let stated = false;
  for (const holder of [root, ...CONFIGS.map((key) => memberOf(root, key))]) {
    for (const key of BOUNDS) {
      const bound = memberOf(holder, key);
      if (bound === undefined) continue;
      stated = true;
      if (!((numberIn(text, bound) ?? most + 1) <= most)) made.replace(bound, String(most));
    }
  }
  // How a model's own body says it, nobody here knows: it is then refused, for it still asks for more.
  if (stated || name !== 'chat') return;
  const config = memberOf(root, 'inferenceConfig');
  if (config?.kind === 'object') made.add(config, `"maxTokens":${most}`);
  else if (config === undefined) made.add(root, `"inferenceConfig":{"maxTokens":${most}}`);
}

/** Takes features out of a request, or holds them to a most. */
import type { Feature, FeatureChanges } from '../../core/feature.ts';
import { NO_HEADER_CHANGES } from '../../core/headers.ts';
import type { Operation } from '../../core/operation.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { JsonNode, JsonObject, Member } from '../../json/document.ts';
import type { Adapted } from '../dialect.ts';
import { judgeFixed } from '../reading/adapt.ts';
import { Changes } from '../reading/changes.ts';
import { numberIn, tokensOfEffort } from '../reading/features.ts';
import { featureOfConfig, featureOfMember, featureOfTool, modality } from './features.ts';
import { camel, membersNamed, named } from './names.ts';

/** Content cannot be taken out without changing what is asked. */
const FIXED: readonly Feature[] = ['image_input', 'audio_input', 'file_input'];

export function adapt(
  _: Operation,
  text: string,
  root: JsonNode,
  changes: FeatureChanges,
): Adapted | Refusal {
  if (root.kind !== 'object') return refuse('feature_not_allowed');
  const fixed = judgeFixed(FIXED.find((feature) => changes.strip.has(feature)));
  if (fixed !== undefined) return fixed;
  const made = new Changes();
  for (const member of root.members) {
    const feature = featureOfMember(member.key);
    if (feature !== undefined && changes.strip.has(feature)) made.drop(root, member);
  }
  dropTools(root, changes.strip, made);
  const config = named(root, 'generationConfig');
  if (config?.kind === 'object') adaptConfig(text, config, changes, made);
  else addConfig(root, changes, made);
  return { edits: made.edits(), headers: NO_HEADER_CHANGES };
}

/** A tool that is emptied goes, as do all of them with the choice of one. */
function dropTools(root: JsonObject, strip: FeatureChanges['strip'], made: Changes): void {
  const tools = membersNamed(root, 'tools');
  if (tools?.value.kind !== 'array') return;
  const list = tools.value;
  let left = 0;
  for (const tool of list.items) {
    if (tool.kind !== 'object') continue;
    const gone = tool.members.filter(({ key }) => strip.has(featureOfTool(key)));
    if (gone.length > 0 && gone.length === tool.members.length) made.cut(list, tool);
    else for (const member of gone) made.drop(tool, member);
    if (gone.length < tool.members.length) left += 1;
  }
  if (left > 0 || list.items.length === 0) return;
  made.drop(root, tools);
  const choice = membersNamed(root, 'toolConfig');
  if (choice !== undefined) made.drop(root, choice);
}

function adaptConfig(text: string, config: JsonObject, changes: FeatureChanges, made: Changes): void {
  for (const member of config.members) {
    const feature = featureOfConfig(member.key);
    if (feature !== undefined && changes.strip.has(feature)) made.drop(config, member);
    else adaptSetting(text, member, changes, made);
  }
  const most = changes.clamp.get('max_output_tokens');
  if (most === undefined) return;
  const stated = membersNamed(config, 'maxOutputTokens');
  if (stated === undefined) made.add(config, `"maxOutputTokens":${most}`);
  else lower(text, stated.value, most, made);
}

function adaptSetting(text: string, { key, value }: Member, changes: FeatureChanges, made: Changes): void {
  const { strip, clamp } = changes;
  switch (camel(key)) {
    case 'responseModalities':
      if (value.kind === 'array')
        for (const item of value.items)
          if (modality(text, item).some((use) => strip.has(use.feature))) made.cut(value, item);
      break;
    case 'candidateCount':
      lower(text, value, clamp.get('n'), made);
      break;
    case 'thinkingConfig':
      clampThinking(value, clamp.get('reasoning'), made);
      break;
  }
}

function lower(text: string, value: JsonNode, most: number | undefined, made: Changes): void {
  if (most !== undefined && !((numberIn(text, value) ?? most + 1) <= most)) made.replace(value, String(most));
}

/** Says the whole anew: a level and a budget cannot be compared. */
function clampThinking(value: JsonNode, effort: number | undefined, made: Changes): void {
  if (effort !== undefined) made.replace(value, `{"thinkingBudget":${tokensOfEffort(effort)}}`);
}

function addConfig(root: JsonObject, { clamp }: FeatureChanges, made: Changes): void {
  const most = clamp.get('max_output_tokens');
  if (most === undefined) return;
  const open = membersNamed(root, 'generationConfig');
  if (open === undefined) made.add(root, `"generationConfig":{"maxOutputTokens":${most}}`);
  else made.replace(open.value, `{"maxOutputTokens":${most}}`);
}

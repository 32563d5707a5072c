/** Takes features out of a request, or holds them to a most. */
import { EFFORTS, type Feature, type FeatureChanges } from '../../core/feature.ts';
import type { Headers } from '../../core/headers.ts';
import type { Operation } from '../../core/operation.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, type Member, memberOf } from '../../json/document.ts';
import type { Adapted } from '../dialect.ts';
import { judgeFixed } from '../reading/adapt.ts';
import { Changes } from '../reading/changes.ts';
import { numberIn, tokensOfEffort, wordOf } from '../reading/features.ts';
import { featureOfBeta, withoutBetas } from './betas.ts';
import { featureOfMember, featureOfTool } from './features.ts';

/** Content cannot be taken out without changing what is asked. */
const FIXED: readonly Feature[] = ['image_input', 'file_input'];

type Strip = FeatureChanges['strip'];

export function adapt(
  _: Operation,
  text: string,
  root: JsonNode,
  changes: FeatureChanges,
  headers: Headers,
): Adapted | Refusal {
  if (root.kind !== 'object') return refuse('feature_not_allowed');
  const fixed = judgeFixed(FIXED.find((feature) => changes.strip.has(feature)));
  if (fixed !== undefined) return fixed;
  const made = new Changes();
  for (const member of root.members) {
    if (isOut(member, changes.strip)) made.drop(root, member);
    else adaptMember(text, member, changes, made);
  }
  dropTools(text, root, changes.strip, made);
  clampOutput(text, root, changes, made);
  return { edits: made.edits(), headers: withoutBetas(headers, changes.strip) };
}

/** Is the whole member about something that must go? */
function isOut({ key }: Member, strip: Strip): boolean {
  if (key === 'thinking') return strip.has('reasoning');
  if (key === 'mcp_servers') return strip.has('mcp');
  if (key === 'service_tier') return strip.has('service_tier');
  const feature = featureOfMember(key);
  return feature !== undefined && strip.has(feature);
}

function adaptMember(text: string, { key, value }: Member, changes: FeatureChanges, made: Changes): void {
  if (key === 'output_config' && value.kind === 'object') adaptOutput(value, changes, made);
  if (key === 'thinking') clampThinking(text, value, changes, made);
  if (key !== 'anthropic_beta' || value.kind !== 'array') return;
  for (const beta of value.items) {
    const feature = featureOfBeta(wordOf(text, beta));
    if (feature !== undefined && changes.strip.has(feature)) made.cut(value, beta);
  }
}

function adaptOutput(value: JsonObject, { strip, clamp }: FeatureChanges, made: Changes): void {
  const effort = clamp.get('reasoning');
  for (const member of value.members) {
    const about = member.key === 'effort' ? 'reasoning' : 'structured_output';
    if ((member.key === 'effort' || member.key === 'format') && strip.has(about)) made.drop(value, member);
    else if (member.key === 'effort' && effort !== undefined)
      made.replace(member.value, JSON.stringify(EFFORTS[effort]));
  }
}

/** What says no number of tokens, or too many, may reason with as many as the effort allows. */
function clampThinking(text: string, value: JsonNode, { clamp }: FeatureChanges, made: Changes): void {
  const effort = clamp.get('reasoning');
  if (effort === undefined) return;
  const most = tokensOfEffort(effort);
  const budget = memberOf(value, 'budget_tokens');
  if (most === 0) made.replace(value, '{"type":"disabled"}');
  else if (budget === undefined) {
    if (wordOf(text, memberOf(value, 'type')) !== 'disabled')
      made.replace(value, `{"type":"enabled","budget_tokens":${most}}`);
  } else if (!((numberIn(text, budget) ?? most + 1) <= most)) made.replace(budget, String(most));
}

/** An emptied list of tools goes, with the choice of one; so does a choice of a tool that is gone. */
function dropTools(text: string, root: JsonObject, strip: Strip, made: Changes): void {
  const list = memberOf(root, 'tools');
  if (list?.kind !== 'array') return;
  const gone = list.items.filter((tool) => strip.has(featureOfTool(text, tool)));
  if (gone.length === 0) return;
  const none = gone.length === list.items.length;
  const names = new Set(gone.map((tool) => wordOf(text, memberOf(tool, 'name'))));
  for (const member of root.members) {
    const chosen = member.key === 'tool_choice' ? wordOf(text, memberOf(member.value, 'name')) : '';
    if (none && member.key === 'tools') made.drop(root, member);
    else if (member.key === 'tool_choice' && (none || names.has(chosen))) made.drop(root, member);
  }
  if (!none) for (const tool of gone) made.cut(list, tool);
}

function clampOutput(text: string, root: JsonObject, { clamp }: FeatureChanges, made: Changes): void {
  const most = clamp.get('max_output_tokens');
  if (most === undefined) return;
  let stated = false;
  for (const { key, value } of root.members) {
    if (key !== 'max_tokens' && key !== 'max_tokens_to_sample') continue;
    const amount = numberIn(text, value);
    if (amount === undefined || amount > most) made.replace(value, String(most));
    stated = true;
  }
  if (!stated) made.add(root, `"max_tokens":${most}`);
}

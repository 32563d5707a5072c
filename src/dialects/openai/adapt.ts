/** Takes features out of a request, or holds them to a most. */
import { EFFORTS, type Feature, type FeatureChanges } from '../../core/feature.ts';
import { NO_HEADER_CHANGES } from '../../core/headers.ts';
import type { Operation } from '../../core/operation.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, type Member, memberOf } from '../../json/document.ts';
import type { Adapted } from '../dialect.ts';
import { judgeFixed } from '../reading/adapt.ts';
import { Changes } from '../reading/changes.ts';
import { numberIn, textIn, unknownFeature } from '../reading/features.ts';
import { ASKING, KNOWN } from './request-fields.ts';
import { toolUse } from './tools.ts';

/** Content cannot be taken out without changing what is asked; nor can what a model does by itself. */
const FIXED: readonly Feature[] = ['image_input', 'audio_input', 'file_input', 'stored_prompt'];

/** @returns a refusal where the request would mean something else without them */
export function adapt(
  operation: Operation,
  text: string,
  root: JsonNode,
  changes: FeatureChanges,
): Adapted | Refusal {
  if (root.kind !== 'object') return refuse('feature_not_allowed');
  const fixed = judgeFixed(FIXED.find((feature) => changes.strip.has(feature)));
  if (fixed !== undefined) return fixed;
  const made = new Changes();
  for (const member of root.members) if (isOut(member, changes.strip)) made.drop(root, member);
  dropTools(text, root, changes.strip, made);
  for (const member of root.members) clamp(text, member, changes, made);
  for (const member of addedMembers(operation, root, changes)) made.add(root, member);
  return { edits: made.edits(), headers: NO_HEADER_CHANGES };
}

/** Is the whole member about something that must go? */
function isOut({ key, value }: Member, strip: FeatureChanges['strip']): boolean {
  const feature = ASKING.get(key);
  if (feature !== undefined) return strip.has(feature);
  switch (key) {
    case 'response_format':
      return strip.has('structured_output');
    case 'text':
      return strip.has('structured_output') && memberOf(value, 'format') !== undefined;
    case 'modalities':
      return strip.has('audio_output') || strip.has('image_output');
    case 'include':
      return strip.has('logprobs');
    case 'service_tier':
      return strip.has('service_tier');
    case 'store':
      return strip.has('stored');
    case 'n':
    case 'best_of':
      return strip.has('n');
    default:
      return !KNOWN.has(key) && strip.has(unknownFeature(key));
  }
}

/** An emptied list of tools goes, with what speaks of it; a choice of a tool that is gone goes, too. */
function dropTools(text: string, root: JsonObject, strip: FeatureChanges['strip'], made: Changes): void {
  const list = memberOf(root, 'tools');
  if (list?.kind !== 'array') return;
  const gone = list.items.filter((tool) => strip.has(toolUse(text, tool).feature));
  if (gone.length === 0) return;
  const none = gone.length === list.items.length;
  for (const member of root.members) {
    const { key, value } = member;
    if (key === 'tool_choice' ? none || namesAny(text, value, gone) : none && OF_TOOLS.has(key))
      made.drop(root, member);
  }
  if (!none) for (const tool of gone) made.cut(list, tool);
}

const OF_TOOLS = new Set(['tools', 'parallel_tool_calls', 'max_tool_calls']);

function namesAny(text: string, choice: JsonNode, gone: readonly JsonNode[]): boolean {
  const type = textIn(text, choice, 'type');
  return type !== undefined && gone.some((tool) => textIn(text, tool, 'type') === type);
}

const OUTPUT_BOUNDS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'];

function clamp(text: string, { key, value }: Member, changes: FeatureChanges, made: Changes): void {
  const most = changes.clamp.get('max_output_tokens');
  if (most !== undefined && OUTPUT_BOUNDS.includes(key)) lower(text, value, most, made);
  const copies = changes.clamp.get('n');
  if (copies !== undefined && (key === 'n' || key === 'best_of')) lower(text, value, copies, made);
  const effort = changes.clamp.get('reasoning');
  if (effort === undefined) return;
  const word = JSON.stringify(EFFORTS[effort]);
  if (key === 'reasoning_effort') made.replace(value, word);
  if (key !== 'reasoning') return;
  const inner = memberOf(value, 'effort');
  // The effort is left open, or written in a way of its own: the whole says it anew.
  if (inner === undefined) made.replace(value, `{"effort":${word}}`);
  else made.replace(inner, word);
}

function lower(text: string, value: JsonNode, most: number, made: Changes): void {
  const amount = numberIn(text, value);
  if (amount === undefined || amount > most) made.replace(value, String(most));
}

/** What must be said where the request says nothing. */
function addedMembers(
  { name }: Operation,
  root: JsonObject,
  { strip, clamp }: FeatureChanges,
): readonly string[] {
  const added: string[] = [];
  const most = clamp.get('max_output_tokens');
  const stated = OUTPUT_BOUNDS.some((key) => memberOf(root, key) !== undefined);
  if (most !== undefined && !stated) added.push(`"${boundOf(name)}":${most}`);
  // The Responses API keeps what is not said to be forgotten.
  if (strip.has('stored') && name === 'responses') added.push('"store":false');
  return added;
}

function boundOf(name: Operation['name']): string {
  if (name === 'responses') return 'max_output_tokens';
  return name === 'completions' ? 'max_tokens' : 'max_completion_tokens';
}

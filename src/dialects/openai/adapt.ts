/** Takes features out of a request, or holds them to a most: edits of members and of items of lists, commas and all. */
import { EFFORTS, type Feature, type FeatureChanges } from '../../core/feature.ts';
import type { Edit } from '../../core/finding.ts';
import type { Operation } from '../../core/operation.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, type Member, memberOf } from '../../json/document.ts';
import { itemsOf, numberIn, textIn } from './nodes.ts';
import { ASKING, KNOWN, NAMES_A_TOOL } from './request-fields.ts';
import { toolUse } from './tools.ts';

/** Content cannot be taken out without changing what is asked; nor can what a model does by itself. */
const FIXED: readonly Feature[] = ['image_input', 'audio_input', 'file_input', 'stored_prompt'];

/** @returns edits in order, none overlapping; a refusal where the request would mean something else without them */
export function adapt(
  operation: Operation,
  text: string,
  root: JsonNode,
  changes: FeatureChanges,
): readonly Edit[] | Refusal {
  if (root.kind !== 'object') return refuse('feature_not_allowed');
  const fixed = FIXED.find((feature) => changes.strip.has(feature));
  if (fixed !== undefined) return refuse('feature_not_allowed', { detail: `${fixed} cannot be taken out.` });
  const out = new Set(root.members.filter((member) => isOut(member, changes.strip)));
  const tools = memberOf(root, 'tools');
  const gone = itemsOf(tools).filter((tool) => changes.strip.has(toolUse(text, tool).feature));
  const edits = [...withoutTools(text, root, gone, out)];
  for (const member of root.members) if (!out.has(member)) edits.push(...clampOf(text, member, changes));
  const added = addedMembers(operation, root, changes);
  return [...edits, ...without(root, out, added)].sort((a, b) => a.start - b.start);
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
      return !KNOWN.has(key) && strip.has(NAMES_A_TOOL.test(key) ? 'unknown_tools' : 'unknown_fields');
  }
}

/** An emptied list of tools goes, with what speaks of it; a choice of a tool that is gone goes, too. */
function withoutTools(
  text: string,
  root: JsonObject,
  gone: readonly JsonNode[],
  out: Set<Member>,
): readonly Edit[] {
  if (gone.length === 0) return [];
  const list = root.members.find(({ key }) => key === 'tools');
  const items = itemsOf(list?.value);
  const choice = root.members.find(({ key }) => key === 'tool_choice');
  if (choice !== undefined && (items.length === gone.length || namesAny(text, choice.value, gone)))
    out.add(choice);
  if (items.length > gone.length) return cutOut(items, new Set(gone));
  for (const member of root.members)
    if (['tools', 'parallel_tool_calls', 'max_tool_calls'].includes(member.key)) out.add(member);
  return [];
}

function namesAny(text: string, choice: JsonNode, gone: readonly JsonNode[]): boolean {
  const type = textIn(text, choice, 'type');
  return type !== undefined && gone.some((tool) => textIn(text, tool, 'type') === type);
}

/** Items of a list, each with the comma beside it. */
function cutOut(items: readonly JsonNode[], gone: ReadonlySet<JsonNode>): Edit[] {
  const edits: Edit[] = [];
  let kept = false;
  for (const [i, item] of items.entries()) {
    if (!gone.has(item)) kept = true;
    else if (kept) edits.push({ start: items[i - 1]?.end ?? item.start, end: item.end, text: '' });
    else edits.push({ start: item.start, end: items[i + 1]?.start ?? item.end, text: '' });
  }
  return edits;
}

/** The same for members of an object; `added` stand at its end. */
function without(root: JsonObject, out: ReadonlySet<Member>, added: readonly string[]): Edit[] {
  const edits: Edit[] = [];
  let kept = false;
  for (const [i, member] of root.members.entries()) {
    if (!out.has(member)) kept = true;
    else if (kept)
      edits.push({
        start: root.members[i - 1]?.value.end ?? member.keyStart,
        end: member.value.end,
        text: '',
      });
    else
      edits.push({
        start: member.keyStart,
        end: root.members[i + 1]?.keyStart ?? member.value.end,
        text: '',
      });
  }
  if (added.length > 0) {
    const end = root.end - 1;
    edits.push({ start: end, end, text: `${kept ? ',' : ''}${added.join(',')}` });
  }
  return edits;
}

const OUTPUT_BOUNDS = ['max_tokens', 'max_completion_tokens', 'max_output_tokens'];

function clampOf(text: string, { key, value }: Member, { clamp }: FeatureChanges): Edit[] {
  const most = clamp.get('max_output_tokens');
  if (most !== undefined && OUTPUT_BOUNDS.includes(key)) return lowered(text, value, most);
  const copies = clamp.get('n');
  if (copies !== undefined && (key === 'n' || key === 'best_of')) return lowered(text, value, copies);
  const effort = clamp.get('reasoning');
  if (effort === undefined) return [];
  const word = JSON.stringify(EFFORTS[effort]);
  if (key === 'reasoning_effort') return [{ start: value.start, end: value.end, text: word }];
  const inner = key === 'reasoning' ? memberOf(value, 'effort') : undefined;
  if (inner !== undefined) return [{ start: inner.start, end: inner.end, text: word }];
  // The effort is left open, or written in a way of its own: the whole says it anew.
  if (key === 'reasoning') return [{ start: value.start, end: value.end, text: `{"effort":${word}}` }];
  return [];
}

function lowered(text: string, value: JsonNode, most: number): Edit[] {
  const amount = numberIn(text, value);
  return amount !== undefined && amount <= most
    ? []
    : [{ start: value.start, end: value.end, text: String(most) }];
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

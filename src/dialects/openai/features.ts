/** Which capabilities a request asks for, whatever place of the body asks for them. */
import type { Feature, FeatureUse } from '../../core/feature.ts';
import type { OperationName } from '../../core/operation.ts';
import { type JsonNode, type JsonObject, type Member, memberOf, stringValue } from '../../json/document.ts';
import {
  asks,
  copiesUse,
  effortOf,
  itemsOf,
  numberIn,
  oneOrMore,
  outputUse,
  textIn,
  unknownFeature,
  wordOf,
} from '../reading/features.ts';
import { partsIn, partUses } from './parts.ts';
import { ASKING, KNOWN } from './request-fields.ts';
import { mcpUse, toolUse } from './tools.ts';

/** What an operation is for. */
const BY_ITSELF: ReadonlyMap<OperationName, Feature> = new Map<OperationName, Feature>([
  ['images', 'image_output'],
  ['audio.speak', 'audio_output'],
]);

/** Operations whose answer is as long as the model makes it. */
const SPEAKING: ReadonlySet<OperationName> = new Set<OperationName>([
  'chat',
  'completions',
  'responses',
  'threads.run',
]);

/** Members that mean another thing where they stand: how an image, or speech, is to look. */
function isOther(operation: OperationName, key: string): boolean {
  const media = operation === 'images' || operation.startsWith('audio');
  return media && (key === 'background' || key === 'response_format');
}

/** Models that search by themselves, by the end of their names. */
const SEARCHING = /(?:-search(?:-preview)?(?:-\d{4}-\d{2}-\d{2})?|:online)$/;

/** One use for each place that asks; a feature may come several times. */
export function featuresOf(operation: OperationName, text: string, root: JsonObject): readonly FeatureUse[] {
  const uses: FeatureUse[] = [];
  for (const member of root.members) {
    if (asks(member.value) && !isOther(operation, member.key)) uses.push(...usesOf(text, member));
  }
  const model = textIn(text, root, 'model');
  if (model !== undefined && SEARCHING.test(model)) uses.push({ feature: 'web_access' });
  // What is not said to be forgotten is kept there; `null` says nothing.
  const { kind: store = 'null' } = memberOf(root, 'store') ?? {};
  if (operation === 'responses' && store === 'null') uses.push({ feature: 'stored' });
  const own = BY_ITSELF.get(operation);
  if (own !== undefined) uses.push({ feature: own });
  if (SPEAKING.has(operation)) uses.push(outputUse(boundsIn(text, root)));
  return uses;
}

function usesOf(text: string, member: Member): readonly FeatureUse[] {
  const { key, value } = member;
  switch (key) {
    case 'tools':
      return oneOrMore(value).map((tool) => toolUse(text, tool));
    case 'mcp_servers':
      return oneOrMore(value).map((server) => ({ ...mcpUse(text, server), approval: false }));
    case 'messages':
    case 'additional_messages':
    case 'input':
    case 'items':
      return partsIn(text, value);
    case 'content':
      return oneOrMore(value).flatMap((part) => partUses(text, part));
    case 'attachments':
      return itemsOf(value).map(() => ({ feature: 'file_input' }));
    case 'thread':
      return value.kind === 'object' ? value.members.flatMap((inner) => usesOf(text, inner)) : [];
    case 'response_format':
      return textIn(text, value, 'type') === 'text' ? [] : [{ feature: 'structured_output' }];
    case 'text':
      return structured(text, value);
    case 'modalities':
      return oneOrMore(value).flatMap((item) => modality(text, item));
    case 'store':
      return [{ feature: 'stored' }];
    case 'prompt':
      return value.kind === 'object' ? [{ feature: 'stored_prompt' }] : [];
    case 'service_tier':
      return ['auto', 'default'].includes(wordOf(text, value)) ? [] : [{ feature: 'service_tier' }];
    case 'include':
      return oneOrMore(value).some((item) => wordOf(text, item).includes('logprobs'))
        ? [{ feature: 'logprobs' }]
        : [];
    case 'n':
    case 'best_of':
      return copiesUse(text, value);
    default:
      return otherUses(text, member);
  }
}

function otherUses(text: string, { key, value }: Member): readonly FeatureUse[] {
  const feature = ASKING.get(key);
  if (feature === 'routing') return [{ feature, models: NAMES_MODELS.has(key) ? modelsIn(text, value) : [] }];
  if (feature === 'reasoning') return [{ feature, amount: effortIn(text, key, value) }];
  if (feature !== undefined) return [{ feature }];
  if (KNOWN.has(key)) return [];
  return [{ feature: unknownFeature(key) }];
}

/** The members that bound the answer, each as far as it says something. */
export function boundsIn(text: string, root: JsonObject): readonly (number | undefined)[] {
  return ['max_tokens', 'max_completion_tokens', 'max_output_tokens'].map((key) =>
    numberIn(text, memberOf(root, key)),
  );
}

function effortIn(text: string, key: string, value: JsonNode): number {
  return effortOf(key === 'reasoning' ? (textIn(text, value, 'effort') ?? 'medium') : wordOf(text, value));
}

const NAMES_MODELS = new Set(['models', 'fallbacks']);

/** Every text of a list of alternatives could be a model's name. */
function modelsIn(text: string, value: JsonNode): readonly string[] {
  if (value.kind === 'string') return [stringValue(text, value)];
  return itemsOf(value).map((item) =>
    item.kind === 'string' ? stringValue(text, item) : (textIn(text, item, 'model') ?? ''),
  );
}

function structured(text: string, value: JsonNode): readonly FeatureUse[] {
  const format = memberOf(value, 'format');
  return format === undefined || textIn(text, format, 'type') === 'text'
    ? []
    : [{ feature: 'structured_output' }];
}

function modality(text: string, item: JsonNode): readonly FeatureUse[] {
  const word = wordOf(text, item);
  if (word === 'audio') return [{ feature: 'audio_output' }];
  return word === 'image' ? [{ feature: 'image_output' }] : [];
}

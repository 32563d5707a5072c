/** Which capabilities a request asks for, whatever place of the body asks for them. */
import type { Feature, FeatureUse } from '../../core/feature.ts';
import type { Operation } from '../../core/operation.ts';
import { type JsonNode, type JsonObject, type Member, memberOf } from '../../json/document.ts';
import { usesOfMembers } from '../anthropic/features.ts';
import { asks, itemsOf, numberIn, outputUse, textIn, unknownFeature, wordOf } from '../reading/features.ts';

/** Objects in which a body has its bounds, besides itself. */
export const CONFIGS = ['inferenceConfig', 'textGenerationConfig'];
export const BOUNDS = [
  'max_tokens',
  'max_tokens_to_sample',
  'maxTokens',
  'max_new_tokens',
  'max_gen_len',
  'maxTokenCount',
];

/** Every bound of the answer that a body states. */
export function boundsIn(text: string, root: JsonObject): readonly (number | undefined)[] {
  const holders = [root, ...CONFIGS.map((name) => memberOf(root, name))];
  return holders.flatMap((holder) => BOUNDS.map((key) => numberIn(text, memberOf(holder, key))));
}

const MEDIA: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['image', 'image_input'],
  ['image_url', 'image_input'],
  ['images', 'image_input'],
  ['video', 'file_input'],
  ['document', 'file_input'],
  ['audio', 'audio_input'],
]);

const SYSTEM_TOOLS: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['nova_grounding', 'web_access'],
  ['nova_code_interpreter', 'code_execution'],
]);

const PLAIN = new Set([
  'messages',
  'system',
  'inferenceConfig',
  'toolConfig',
  'guardrailConfig',
  'promptVariables',
  'requestMetadata',
  'additionalModelResponseFieldPaths',
  'schemaVersion',
  // models' own
  'prompt',
  'message',
  'chat_history',
  'preamble',
  'documents',
  'inputText',
  'textGenerationConfig',
  'embeddingConfig',
  'temperature',
  'top_p',
  'top_k',
  'topP',
  'topK',
  'p',
  'k',
  'stop',
  'stop_sequences',
  'stopSequences',
  'stop_words',
  'seed',
  'num_generations',
  'return_likelihoods',
  'truncate',
  'texts',
  'input_type',
  'embedding_types',
  'dimensions',
  'normalize',
  'countPenalty',
  'presencePenalty',
  'frequencyPenalty',
  'presence_penalty',
  'frequency_penalty',
  'anthropic_version',
  'tool_choice',
  'query',
  'top_n',
  'api_version',
  ...BOUNDS,
]);

/** What a member asks for as a whole; undefined for those that ask for nothing, or are judged by what they hold. */
export function featureOfMember(key: string): Feature | undefined {
  if (key === 'performanceConfig' || key === 'serviceTier') return 'service_tier';
  if (key === 'tools') return 'functions';
  const judged = MEDIA.has(key) || key === 'additionalModelRequestFields' || key === 'stream';
  return PLAIN.has(key) || judged ? undefined : unknownFeature(key);
}

/** A prompt that is kept at the provider stands where a model does. */
const PROMPT = /^arn:aws[\w-]*:bedrock:[\w-]*:\d*:prompt\//;

export function featuresOf(
  { pathModel = '' }: Operation,
  text: string,
  root: JsonObject,
): readonly FeatureUse[] {
  return [
    ...(PROMPT.test(pathModel) ? [{ feature: 'stored_prompt' as const }] : []),
    ...root.members.filter(({ value }) => asks(value)).flatMap((member) => usesOf(text, member)),
    outputUse(boundsIn(text, root)),
  ];
}

function usesOf(text: string, { key, value }: Member): readonly FeatureUse[] {
  switch (key) {
    case 'toolConfig':
      return itemsOf(memberOf(value, 'tools')).flatMap((tool) => toolUses(text, tool));
    case 'messages':
    case 'system':
    case 'chat_history':
      return mediaIn(text, value);
    case 'performanceConfig':
      return textIn(text, value, 'latency') === 'standard' ? [] : [{ feature: 'service_tier' }];
    case 'serviceTier':
      return ['default', 'auto'].includes(wordOf(text, memberOf(value, 'type')))
        ? []
        : [{ feature: 'service_tier' }];
    case 'additionalModelRequestFields':
      // What Bedrock passes on to the model as it is: Claude's own members, as a rule.
      return value.kind === 'object' ? usesOfMembers(text, value) : [{ feature: 'unknown_fields' }];
    default: {
      const feature = featureOfMember(key) ?? MEDIA.get(key);
      return feature === undefined ? [] : [{ feature }];
    }
  }
}

/** A point in a cache is no tool. */
function toolUses(text: string, tool: JsonNode): readonly FeatureUse[] {
  return featuresOfTool(text, tool).map((feature) => ({ feature }));
}

export function featuresOfTool(text: string, tool: JsonNode): readonly Feature[] {
  if (tool.kind !== 'object') return ['unknown_tools'];
  return tool.members.flatMap(({ key, value }): Feature[] => {
    if (key === 'cachePoint') return [];
    if (key === 'toolSpec') return ['functions'];
    if (key !== 'systemTool') return ['unknown_tools'];
    return [SYSTEM_TOOLS.get(textIn(text, value, 'name') ?? '') ?? 'unknown_tools'];
  });
}

/** Blocks that are named by what they hold, however deep: what a tool gave back may hold some, too. */
function mediaIn(text: string, node: JsonNode): FeatureUse[] {
  if (node.kind === 'array') return node.items.flatMap((item) => mediaIn(text, item));
  if (node.kind !== 'object') return [];
  return node.members.flatMap(({ key, value }) => {
    const feature = MEDIA.get(key);
    if (feature !== undefined && value.kind === 'object') return [{ feature }];
    const typed = key === 'type' ? MEDIA.get(wordOf(text, value)) : undefined;
    return typed === undefined ? mediaIn(text, value) : [{ feature: typed }];
  });
}

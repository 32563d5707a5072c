/** Which capabilities a request asks for, whatever place of the body asks for them. */
import type { Feature, FeatureUse } from '../../core/feature.ts';
import type { Operation } from '../../core/operation.ts';
import { type JsonNode, type JsonObject, type Member, memberOf, stringValue } from '../../json/document.ts';
import {
  asks,
  copiesUse,
  effortOf,
  effortOfTokens,
  itemsOf,
  NO_END,
  numberIn,
  oneOrMore,
  outputUse,
  unknownFeature,
  wordOf,
} from '../reading/features.ts';
import { camel, named } from './names.ts';

/** Members of a tool: each is a tool of its own. */
const TOOLS: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['functionDeclarations', 'functions'],
  ['codeExecution', 'code_execution'],
  ['googleSearch', 'web_access'],
  ['googleSearchRetrieval', 'web_access'],
  ['enterpriseWebSearch', 'web_access'],
  ['googleMaps', 'web_access'],
  ['urlContext', 'web_access'],
  ['retrieval', 'file_search'],
  ['fileSearch', 'file_search'],
  ['computerUse', 'computer_use'],
]);

export function featureOfTool(key: string): Feature {
  return TOOLS.get(camel(key)) ?? 'unknown_tools';
}

const PLAIN = new Set([
  'contents',
  'content',
  'systemInstruction',
  'tools',
  'toolConfig',
  'safetySettings',
  'generationConfig',
  'labels',
  'model',
  'requests',
  'generateContentRequest',
  'taskType',
  'title',
  'outputDimensionality',
  'autoTruncate',
  'displayName',
  'ttl',
  'expireTime',
]);

/** What a member of the body asks for as a whole. */
export function featureOfMember(key: string): Feature | undefined {
  const name = camel(key);
  if (name === 'cachedContent') return 'stored';
  return PLAIN.has(name) ? undefined : unknownFeature(key);
}

const OF_CONFIG: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['responseMimeType', 'structured_output'],
  ['responseSchema', 'structured_output'],
  ['responseJsonSchema', 'structured_output'],
  ['thinkingConfig', 'reasoning'],
  ['responseLogprobs', 'logprobs'],
  ['logprobs', 'logprobs'],
  ['speechConfig', 'audio_output'],
  ['imageConfig', 'image_output'],
  ['candidateCount', 'n'],
]);
const PLAIN_CONFIG = new Set([
  'maxOutputTokens',
  'stopSequences',
  'temperature',
  'topP',
  'topK',
  'seed',
  'presencePenalty',
  'frequencyPenalty',
  'responseModalities',
  'mediaResolution',
  'enableEnhancedCivicAnswers',
  'audioTimestamp',
]);

/** What a member of `generationConfig` asks for; undefined for those that ask for nothing, or several things. */
export function featureOfConfig(key: string): Feature | undefined {
  const name = camel(key);
  return OF_CONFIG.get(name) ?? (PLAIN_CONFIG.has(name) ? undefined : unknownFeature(key));
}

export function featuresOf({ name }: Operation, text: string, root: JsonObject): readonly FeatureUse[] {
  const uses = root.members.filter(({ value }) => asks(value)).flatMap((member) => usesOf(text, member));
  if (name !== 'chat') return uses;
  return [...uses, outputUse([numberIn(text, named(named(root, 'generationConfig'), 'maxOutputTokens'))])];
}

function usesOf(text: string, { key, value }: Member): readonly FeatureUse[] {
  switch (camel(key)) {
    case 'tools':
      return oneOrMore(value).flatMap((tool) =>
        tool.kind === 'object' ? tool.members.map((member) => ({ feature: featureOfTool(member.key) })) : [],
      );
    case 'contents':
    case 'content':
    case 'systemInstruction':
      return mediaIn(text, value);
    case 'requests':
    case 'generateContentRequest':
      return oneOrMore(value).flatMap((inner) =>
        inner.kind === 'object' ? inner.members.flatMap((member) => usesOf(text, member)) : [],
      );
    case 'generationConfig':
      return value.kind === 'object' ? value.members.flatMap((member) => configUses(text, member)) : [];
    default: {
      const feature = featureOfMember(key);
      return feature === undefined ? [] : [{ feature }];
    }
  }
}

function configUses(text: string, { key, value }: Member): readonly FeatureUse[] {
  if (!asks(value)) return [];
  switch (camel(key)) {
    case 'candidateCount':
      return copiesUse(text, value);
    case 'responseMimeType':
      return wordOf(text, value) === 'text/plain' ? [] : [{ feature: 'structured_output' }];
    case 'responseModalities':
      return itemsOf(value).flatMap((item) => modality(text, item));
    case 'thinkingConfig':
      return [{ feature: 'reasoning', amount: thinkingIn(text, value) }];
    default: {
      const feature = featureOfConfig(key);
      return feature === undefined ? [] : [{ feature }];
    }
  }
}

/** By its tokens, or a word; -1 leaves it to the model, as does saying nothing. */
function thinkingIn(text: string, value: JsonNode): number {
  const budget = numberIn(text, named(value, 'thinkingBudget'));
  const level = wordOf(text, named(value, 'thinkingLevel'));
  const amounts = [
    ...(budget === undefined ? [] : [budget < 0 ? NO_END : effortOfTokens(budget)]),
    ...(level === '' ? [] : [effortOf(level)]),
  ];
  return amounts.length === 0 ? NO_END : Math.max(...amounts);
}

export function modality(text: string, item: JsonNode): readonly FeatureUse[] {
  const word = wordOf(text, item).toUpperCase();
  if (word === 'AUDIO') return [{ feature: 'audio_output' }];
  return word === 'IMAGE' ? [{ feature: 'image_output' }] : [];
}

/** Data and files, however deep they stand: what a function gave back may hold some, too. */
function mediaIn(text: string, node: JsonNode): FeatureUse[] {
  if (node.kind === 'array') return node.items.flatMap((item) => mediaIn(text, item));
  if (node.kind !== 'object') return [];
  return node.members.flatMap(({ key, value }) => {
    const name = camel(key);
    if (name !== 'inlineData' && name !== 'fileData') return mediaIn(text, value);
    const type = named(value, 'mimeType') ?? memberOf(value, 'mimeType');
    return [{ feature: featureOfMedia(type?.kind === 'string' ? stringValue(text, type) : '') }];
  });
}

function featureOfMedia(type: string): Feature {
  if (type.startsWith('image/')) return 'image_input';
  return type.startsWith('audio/') ? 'audio_input' : 'file_input';
}

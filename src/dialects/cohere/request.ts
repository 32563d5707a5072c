/** Reads request bodies of both APIs: what one calls a message, the other calls messages. */
import type { Feature, FeatureUse } from '../../core/feature.ts';
import type { Operation } from '../../core/operation.ts';
import type { Refusal } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, type Member, memberOf } from '../../json/document.ts';
import type { RequestView, Role } from '../dialect.ts';
import { readMessages } from '../openai/messages.ts';
import { adapter } from '../reading/adapt.ts';
import { type BodyForm, modelNamed, readBody } from '../reading/body.ts';
import {
  asks,
  copiesUse,
  effortOfTokens,
  itemsOf,
  NO_END,
  numberIn,
  outputUse,
  textIn,
  tokensOfEffort,
  unknownFeature,
} from '../reading/features.ts';
import {
  BOOLEAN,
  invalid,
  judgeMembers,
  judgeSpelling,
  MODEL,
  namesOf,
  type Rules,
  readObjects,
  TOKENS,
  whole,
} from '../reading/governed.ts';
import { objectsIn } from '../reading/objects.ts';
import { RequestTexts } from '../reading/request-texts.ts';

const RULES: Rules = new Map([
  ['model', MODEL],
  ['stream', BOOLEAN],
  ['max_tokens', TOKENS],
  ['num_generations', whole(1, 128)],
]);
const NAMES = namesOf([
  'message',
  'messages',
  'chat_history',
  'prompt',
  'texts',
  'query',
  'documents',
  'connectors',
  ...RULES.keys(),
]);
const TURN_NAMES = namesOf(['role', 'message', 'tool_calls', 'tool_results']);

const FORM: BodyForm = {
  readers: new Map([
    ['messages', readMessages],
    ['chat_history', readHistory],
  ]),
  roles: new Map<string, Role>([
    ['preamble', 'system'],
    ['tools', 'tool'],
    ['tool_results', 'tool'],
    // What is to be read may be anybody's.
    ['documents', 'tool'],
    ['response_format', 'system'],
  ]),
  unread: new Set(['model', 'conversation_id', 'stream_options', 'embedding_types', 'input_type']),
};

const SPEAKERS: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['USER', 'user'],
  ['CHATBOT', 'assistant'],
  ['SYSTEM', 'system'],
  ['TOOL', 'tool'],
]);

function readHistory(texts: RequestTexts, value: JsonNode): Refusal | undefined {
  return readObjects('chat_history', value, (turn) => readTurn(texts, turn));
}

function readTurn(texts: RequestTexts, turn: JsonObject): Refusal | undefined {
  const speaker = memberOf(turn, 'role');
  const role = (speaker?.kind === 'string' ? SPEAKERS.get(texts.textOf(speaker)) : undefined) ?? 'user';
  for (const { key, value } of turn.members) {
    if (key === 'tool_calls') texts.calls(value);
    else if (key !== 'role') texts.all(value, key === 'tool_results' ? 'tool' : role, key);
  }
  return judgeSpelling(turn.members, TURN_NAMES);
}

export function readRequest({ name }: Operation, text: string, root: JsonNode): RequestView | Refusal {
  if (root.kind !== 'object') return invalid('The body must be an object.');
  const texts = new RequestTexts(text);
  const missing = memberOf(root, 'model') === undefined ? invalid('"model" is missing.') : undefined;
  const wrong = judgeMembers(text, root, RULES, NAMES) ?? missing ?? readBody(texts, root, FORM);
  if (wrong !== undefined) return wrong;
  const bound = numberIn(text, memberOf(root, 'max_tokens'));
  return {
    model: modelNamed(text, root),
    stream: memberOf(root, 'stream')?.kind === 'true',
    segments: texts.segments,
    opaque: texts.opaque,
    features: featuresOf(name, text, root),
    objects: objectsIn(text, root),
    n: numberIn(text, memberOf(root, 'num_generations')),
    maxOutputTokens: bound,
    tokenInputs: texts.tokenInputs,
    usageEdits: [],
  };
}

const PLAIN = new Set([
  'model',
  'message',
  'messages',
  'chat_history',
  'preamble',
  'prompt',
  'stream',
  'stream_options',
  'documents',
  'citation_quality',
  'citation_options',
  'prompt_truncation',
  'safety_mode',
  'max_tokens',
  'max_input_tokens',
  'temperature',
  'top_p',
  'top_k',
  'p',
  'k',
  'seed',
  'n',
  'stop',
  'stop_sequences',
  'end_sequences',
  'frequency_penalty',
  'presence_penalty',
  'raw_prompting',
  'tool_choice',
  'strict_tools',
  'tool_results',
  'force_single_step',
  'priority',
  // embed and rerank
  'texts',
  'inputs',
  'input_type',
  'embedding_types',
  'output_dimension',
  'max_tokens_per_doc',
  'max_chunks_per_doc',
  'truncate',
  'truncation',
  'query',
  'top_n',
  'rank_fields',
  'return_documents',
  'text',
  'preset',
]);

const ASKING: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['tools', 'functions'],
  ['connectors', 'web_access'],
  ['search_queries_only', 'web_access'],
  ['conversation_id', 'stored'],
  ['response_format', 'structured_output'],
  ['thinking', 'reasoning'],
  ['logprobs', 'logprobs'],
  ['return_likelihoods', 'logprobs'],
  ['images', 'image_input'],
  ['num_generations', 'n'],
]);

function featureOf(key: string): Feature | undefined {
  return ASKING.get(key) ?? (PLAIN.has(key) ? undefined : unknownFeature(key));
}

function featuresOf(name: Operation['name'], text: string, root: JsonObject): readonly FeatureUse[] {
  const uses = root.members.filter(({ value }) => asks(value)).flatMap((member) => usesOf(text, member));
  const speaks = name === 'chat' || name === 'completions';
  return speaks ? [...uses, outputUse([numberIn(text, memberOf(root, 'max_tokens'))])] : uses;
}

function usesOf(text: string, { key, value }: Member): readonly FeatureUse[] {
  switch (key) {
    case 'messages':
    case 'inputs':
      return itemsOf(value).flatMap((item) => imagesIn(text, memberOf(item, 'content')));
    case 'tools':
      return itemsOf(value).map(() => ({ feature: 'functions' }));
    case 'response_format':
      return textIn(text, value, 'type') === 'text' ? [] : [{ feature: 'structured_output' }];
    case 'num_generations':
      return copiesUse(text, value);
    case 'thinking':
      return thinkingUse(text, value);
    default: {
      const feature = featureOf(key);
      return feature === undefined ? [] : [{ feature }];
    }
  }
}

function imagesIn(text: string, content: JsonNode | undefined): readonly FeatureUse[] {
  return itemsOf(content).flatMap((part) =>
    textIn(text, part, 'type') === 'image_url' ? [{ feature: 'image_input' as const }] : [],
  );
}

function thinkingUse(text: string, value: JsonNode): readonly FeatureUse[] {
  if (textIn(text, value, 'type') === 'disabled') return [];
  const budget = numberIn(text, memberOf(value, 'token_budget'));
  return [{ feature: 'reasoning', amount: budget === undefined ? NO_END : effortOfTokens(budget) }];
}

export const adapt = adapter({
  featureOf,
  fixed: ['image_input'],
  ofTools: ['tools', 'tool_choice', 'strict_tools', 'force_single_step'],
  bounds: [{ key: 'max_tokens' }],
  effort: {
    key: 'thinking',
    word: (effort) =>
      effort === 0
        ? '{"type":"disabled"}'
        : `{"type":"enabled","token_budget":${Math.min(tokensOfEffort(effort), 32_000)}}`,
  },
});

/** Reads request bodies: those of `converse`, and those of `invoke`, which are as each model wants them. */
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf } from '../../json/document.ts';
import { readMessagesBody } from '../anthropic/request.ts';
import type { RequestView, Role } from '../dialect.ts';
import {
  BOOLEAN,
  invalid,
  judgeElsewhere,
  judgeSpelling,
  judgeTypes,
  namesOf,
  type Rules,
  readEach,
  TOKENS,
} from '../reading/governed.ts';
import { RequestTexts } from '../reading/request-texts.ts';
import { readBlocks, readMessages } from './converse.ts';
import { boundsIn, CONFIGS, featuresOf } from './features.ts';

const RULES: Rules = new Map([
  ['max_tokens', TOKENS],
  ['max_tokens_to_sample', TOKENS],
  ['maxTokens', TOKENS],
  ['max_new_tokens', TOKENS],
  ['max_gen_len', TOKENS],
  ['maxTokenCount', TOKENS],
  ['stream', BOOLEAN],
]);
const NAMES = namesOf([
  'messages',
  'system',
  'inferenceConfig',
  'toolConfig',
  'prompt',
  'inputText',
  'message',
  'anthropic_version',
  ...CONFIGS,
  ...RULES.keys(),
]);

export function readRequest(operation: Operation, text: string, root: JsonNode): RequestView | Refusal {
  if (root.kind !== 'object') return invalid('The body must be an object.');
  const { pathModel = '' } = operation;
  if (isAnthropic(operation, root)) {
    const view = readMessagesBody(operation, text, root, []);
    return isRefusal(view) ? view : { ...view, model: { name: pathModel, places: [] } };
  }
  const wrong = judgeBody(text, root);
  if (wrong !== undefined) return wrong;
  const texts = new RequestTexts(text);
  const refused = readBody(texts, root);
  if (refused !== undefined) return refused;
  return {
    model: { name: pathModel, places: [] },
    stream: operation.stream === true,
    segments: texts.segments,
    opaque: texts.opaque,
    features: featuresOf(operation, text, root),
    objects: [],
    n: undefined,
    maxOutputTokens: boundsIn(text, root).find((bound) => bound !== undefined),
    tokenInputs: texts.tokenInputs,
    usageEdits: [],
  };
}

/** Claude's own messages, as they say of themselves. */
export function isAnthropic({ name }: Operation, root: JsonNode): boolean {
  return (
    name === 'invoke' &&
    memberOf(root, 'anthropic_version') !== undefined &&
    memberOf(root, 'messages') !== undefined
  );
}

function judgeBody(text: string, root: JsonObject): Refusal | undefined {
  const holders = [root, ...CONFIGS.map((name) => memberOf(root, name))];
  for (const holder of holders) {
    if (holder?.kind !== 'object') continue;
    const wrong = judgeSpelling(holder.members, NAMES) ?? judgeTypes(text, holder.members, RULES);
    if (wrong !== undefined) return wrong;
  }
  const stated = new Set(boundsIn(text, root).filter((bound) => bound !== undefined));
  return stated.size > 1 ? invalid('The bounds of the answer differ.') : judgeElsewhere(root);
}

const ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['toolConfig', 'tool'],
  ['tools', 'tool'],
  ['tool_results', 'tool'],
  ['preamble', 'system'],
  ['system_prompt', 'system'],
]);
const UNREAD = new Set([
  'schemaVersion',
  'requestMetadata',
  'guardrailConfig',
  'performanceConfig',
  'serviceTier',
  'additionalModelResponseFieldPaths',
]);

function readBody(texts: RequestTexts, root: JsonObject): Refusal | undefined {
  return readEach(root.members, ({ key, value }) => readMember(texts, key, value));
}

function readMember(texts: RequestTexts, key: string, value: JsonNode): Refusal | undefined {
  if (UNREAD.has(key) || value.kind === 'null') return undefined;
  if (key === 'messages' || key === 'chat_history') return readMessages(texts, value);
  if (key === 'system') return readBlocks(texts, value, 'system');
  return void texts.all(value, ROLES.get(key) ?? 'user', key);
}

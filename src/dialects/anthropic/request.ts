/** Reads request bodies: what is asked of which model, and every text. */
import type { Headers } from '../../core/headers.ts';
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf, stringValue } from '../../json/document.ts';
import type { AskedModel, RequestView, Role } from '../dialect.ts';
import { modelInPath } from '../reading/body.ts';
import { numberIn } from '../reading/features.ts';
import {
  BOOLEAN,
  invalid,
  judgeMembers,
  judgeSame,
  MODEL,
  namesOf,
  type Rules,
  TOKENS,
} from '../reading/governed.ts';
import { objectsIn } from '../reading/objects.ts';
import { RequestTexts } from '../reading/request-texts.ts';
import { batchIn } from './batch.ts';
import { betasIn } from './betas.ts';
import { readContent, readMessages } from './blocks.ts';
import { featuresOf, KNOWN } from './features.ts';

const RULES: Rules = new Map([
  ['model', MODEL],
  ['stream', BOOLEAN],
  ['max_tokens', TOKENS],
  ['max_tokens_to_sample', TOKENS],
]);
/** A member that some readers take for one that is known must not pass as one that nobody knows. */
const NAMES = namesOf([...KNOWN, 'requests', ...RULES.keys()]);

export function readRequest(
  operation: Operation,
  text: string,
  root: JsonNode,
  headers: Headers,
): RequestView | Refusal {
  if (root.kind !== 'object') return invalid('The body must be an object.');
  if (operation.name === 'batches.create') return readBatch(text, root, headers);
  const model = modelIn(operation, text, root);
  if (model === undefined) return invalid('"model" is missing.');
  const view = readMessagesBody(operation, text, root, betasIn(headers));
  return isRefusal(view) ? view : { ...view, model };
}

/** Where the path names the model, it is that one. */
function modelIn({ pathModel }: Operation, text: string, root: JsonObject): AskedModel | undefined {
  const node = memberOf(root, 'model');
  const name = node?.kind === 'string' ? stringValue(text, node) : undefined;
  if (pathModel !== undefined)
    return modelInPath(pathModel, node === undefined ? [] : [{ name: name ?? '', place: node }]);
  if (node === undefined) return undefined;
  return { name: name ?? '', places: [node] };
}

/**
 * Reads the body of a message, wherever it is sent: other providers put the model into the path.
 * @param betas that are asked for beside the body
 */
export function readMessagesBody(
  operation: Operation,
  text: string,
  root: JsonObject,
  betas: readonly string[],
): RequestView | Refusal {
  const wrong =
    judgeMembers(text, root, RULES, NAMES) ?? judgeSame(text, root, 'max_tokens', 'max_tokens_to_sample');
  if (wrong !== undefined) return wrong;
  const required = operation.name === 'completions' ? 'prompt' : 'messages';
  if (memberOf(root, required) === undefined) return invalid(`"${required}" is missing.`);
  const texts = readTexts(text, root);
  if (isRefusal(texts)) return texts;
  return {
    model: undefined,
    stream: operation.stream === true || memberOf(root, 'stream')?.kind === 'true',
    segments: texts.segments,
    opaque: texts.opaque,
    tokenInputs: 0,
    features: featuresOf(operation.name, text, root, betas),
    objects: objectsIn(text, root),
    n: undefined,
    maxOutputTokens:
      numberIn(text, memberOf(root, 'max_tokens')) ?? numberIn(text, memberOf(root, 'max_tokens_to_sample')),
    usageEdits: [],
  };
}

function readTexts(text: string, root: JsonObject): RequestTexts | Refusal {
  const texts = new RequestTexts(text);
  for (const { key, value } of root.members) {
    const wrong = readMember(texts, key, value);
    if (wrong !== undefined) return wrong;
  }
  return texts;
}

/** Names and settings of one word. The user's id only works if it stays the same. */
const UNREAD = new Set(['model', 'metadata', 'anthropic_version', 'anthropic_beta', 'service_tier', 'speed']);

function readMember(texts: RequestTexts, key: string, value: JsonNode): Refusal | undefined {
  if (UNREAD.has(key) && !(key === 'metadata' && value.kind !== 'object')) return readUser(texts, key, value);
  if (key === 'messages') return readMessages(texts, value);
  if (key === 'system' && value.kind !== 'null') return readContent(texts, value, 'system');
  if (key === 'container' && value.kind === 'string') return undefined;
  return void texts.all(value, ROLES.get(key) ?? 'user', key);
}

const ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['tools', 'tool'],
  ['mcp_servers', 'tool'],
  ['output_format', 'system'],
  ['output_config', 'system'],
]);

function readUser(texts: RequestTexts, key: string, value: JsonNode): undefined {
  if (key !== 'metadata' || value.kind !== 'object') return;
  for (const member of value.members)
    if (member.key !== 'user_id') texts.all(member.value, 'user', member.key);
}

/** Each of its requests is judged on its own; what they hold is not looked at twice. */
function readBatch(text: string, root: JsonObject, headers: Headers): RequestView | Refusal {
  const wrong = judgeMembers(text, root, new Map(), NAMES);
  if (wrong !== undefined) return wrong;
  const batch = batchIn(text, root);
  if (isRefusal(batch)) return batch;
  const texts = new RequestTexts(text);
  for (const { key, value } of root.members) if (key !== 'requests') texts.all(value, 'user', key);
  return {
    model: undefined,
    stream: false,
    segments: texts.segments,
    opaque: [],
    tokenInputs: 0,
    features: featuresOf('batches.create', text, { ...root, members: [] }, betasIn(headers)),
    objects: [],
    n: undefined,
    maxOutputTokens: undefined,
    usageEdits: [],
    batch,
  };
}

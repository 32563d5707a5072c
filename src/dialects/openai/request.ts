/** Reads request bodies: what is asked of which model, and every text. */
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf, stringValue } from '../../json/document.ts';
import type { RequestView, Role } from '../dialect.ts';
import { modelInPath } from '../reading/body.ts';
import { numberIn, textIn } from '../reading/features.ts';
import { invalid, readEach } from '../reading/governed.ts';
import { objectsIn, STORED_NAMES } from '../reading/objects.ts';
import { RequestTexts } from '../reading/request-texts.ts';
import { boundsIn, featuresOf } from './features.ts';
import { judgeGoverned } from './governed.ts';
import { readInput } from './input-items.ts';
import { referencesIn } from './items.ts';
import { readContent, readMessages } from './messages.ts';
import { judgeUrls } from './parts.ts';
import { usageEdits } from './usage-request.ts';

export function readRequest(operation: Operation, text: string, root: JsonNode): RequestView | Refusal {
  if (root.kind !== 'object') return invalid('The body must be an object.');
  const wrong =
    judgeGoverned(operation, text, root) ?? judgeUrls(text, root) ?? judgePurpose(operation, text, root);
  if (wrong !== undefined) return wrong;
  const texts = readTexts(operation, text, root);
  if (isRefusal(texts)) return texts;
  const stream = operation.name !== 'embeddings' && memberOf(root, 'stream')?.kind === 'true';
  const reportsUsage = operation.name === 'chat' || operation.name === 'completions';
  return {
    model: modelOf(operation, text, root),
    stream,
    segments: texts.segments,
    opaque: texts.opaque,
    tokenInputs: texts.tokenInputs,
    features: featuresOf(operation.name, text, root),
    objects: [...objectsIn(text, root), ...referencesIn(text, itemsNamed(root))],
    n: copiesIn(text, root),
    maxOutputTokens: boundsIn(text, root).find((bound) => bound !== undefined),
    usageEdits: stream && reportsUsage ? usageEdits(root) : [],
  };
}

/** A completion is written `best_of` times, however many of them are shown. */
function copiesIn(text: string, root: JsonObject): number | undefined {
  const [n, best] = ['n', 'best_of'].map((key) => numberIn(text, memberOf(root, key)));
  return n === undefined || best === undefined ? (n ?? best) : Math.max(n, best);
}

/** A conversation takes them as `items`. */
function itemsNamed(root: JsonObject): JsonNode | undefined {
  return memberOf(root, 'input') ?? memberOf(root, 'items');
}

/** Requests that come in pieces could not be judged one by one. */
function judgePurpose({ name }: Operation, text: string, root: JsonObject): Refusal | undefined {
  if (name !== 'uploads.create' || textIn(text, root, 'purpose') !== 'batch') return undefined;
  return invalid('A file of requests must be sent whole, to /v1/files.');
}

/** Where the path names the model, it is that one. */
function modelOf({ pathModel }: Operation, text: string, root: JsonObject): RequestView['model'] {
  const node = memberOf(root, 'model');
  const name = node?.kind === 'string' ? stringValue(text, node) : undefined;
  if (pathModel !== undefined)
    return modelInPath(pathModel, node === undefined || name === undefined ? [] : [{ name, place: node }]);
  if (node === undefined || name === undefined) return undefined;
  return { name, places: [node] };
}

/**
 * Names that the client gives to its users and caches. They are no part of the prompt, and only work if they stay the
 * same from request to request, which a mask does not.
 */
const CLIENT_NAMES = new Set(['user', 'safety_identifier', 'prompt_cache_key']);

/** Settings that take one word. */
const SETTINGS = new Set([
  'reasoning_effort',
  'verbosity',
  'service_tier',
  'tool_choice',
  'function_call',
  'encoding_format',
]);

/** What the application says rather than its user. Tools are often described by a third party: nobody's to trust. */
const ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['tools', 'tool'],
  ['functions', 'tool'],
  ['response_format', 'system'],
  ['instructions', 'system'],
  ['additional_instructions', 'system'],
  ['prediction', 'assistant'],
  ['tool_outputs', 'tool'],
]);

/** The member without which the operation has nothing to do. A completion may start from nothing. */
const REQUIRED: ReadonlyMap<string, string> = new Map([
  ['chat', 'messages'],
  ['embeddings', 'input'],
  ['moderations', 'input'],
  ['audio.speak', 'input'],
  ['images', 'prompt'],
]);

/** Goes over every member, known or not: a text in one that we never heard of is read as the user's. */
function readTexts(operation: Operation, text: string, root: JsonObject): RequestTexts | Refusal {
  const required = REQUIRED.get(operation.name);
  if (required !== undefined && memberOf(root, required) === undefined)
    return invalid(`"${required}" is missing.`);
  const texts = new RequestTexts(text);
  return readEach(root.members, ({ key, value }) => readMember(operation, texts, key, value)) ?? texts;
}

function readMember(
  operation: Operation,
  texts: RequestTexts,
  key: string,
  value: JsonNode,
): Refusal | undefined {
  if (key === 'model' || CLIENT_NAMES.has(key) || isSetting(texts, key, value)) return undefined;
  if (STORED_NAMES.has(key) && value.kind === 'string') return undefined;
  const read = readerOf(operation, key);
  if (read !== undefined) return read(texts, value);
  texts.all(value, ROLES.get(key) ?? 'user', key);
  return undefined;
}

type Read = (texts: RequestTexts, value: JsonNode) => Refusal | undefined;

/** How a member is read that is more than strings, one beside the other; undefined for any other. */
function readerOf(operation: Operation, key: string): Read | undefined {
  const { name } = operation;
  switch (key) {
    case 'messages':
    case 'additional_messages':
      return (texts, value) =>
        name !== 'chat' && value.kind === 'null' ? undefined : readMessages(texts, value);
    case 'thread':
      return (texts, value) => readThread(operation, texts, value);
    case 'content':
      return name === 'threads.update' ? (texts, value) => readContent(texts, value, 'user') : undefined;
    case 'items':
      return name.startsWith('conversations') ? readInput : undefined;
    case 'input':
      return readerOfInput(name);
    case 'prompt':
      return name === 'responses' ? readStoredPrompt : (texts, value) => readPrompt(texts, key, value);
    default:
      return undefined;
  }
}

function readerOfInput(name: Operation['name']): Read {
  if (name === 'responses' || name === 'tokens.count') return readInput;
  if (name === 'moderations') return (texts, value) => readContent(texts, value, 'user');
  return (texts, value) => readPrompt(texts, 'input', value);
}

/** A thread that is made with the run of it. */
function readThread(operation: Operation, texts: RequestTexts, thread: JsonNode): Refusal | undefined {
  if (thread.kind !== 'object') return void texts.all(thread, 'user', 'thread');
  return readEach(thread.members, ({ key, value }) => readMember(operation, texts, key, value));
}

/** The variables of a stored prompt are the caller's words; its id is judged by who owns it. */
function readStoredPrompt(texts: RequestTexts, node: JsonNode): undefined {
  if (node.kind !== 'object') return void texts.all(node, 'user', 'prompt');
  for (const { key, value } of node.members) if (key !== 'id') texts.all(value, 'user', key);
}

function isSetting(texts: RequestTexts, key: string, value: JsonNode): boolean {
  return SETTINGS.has(key) && value.kind === 'string' && /^[a-z_]{0,32}$/.test(texts.textOf(value));
}

/** A text, several, or the same as tokens, which only the model's own tokenizer could read. */
function readPrompt(texts: RequestTexts, key: string, node: JsonNode): Refusal | undefined {
  if (node.kind === 'numbers') texts.tokens(node.count);
  else if (node.kind === 'string' || node.kind === 'array') texts.prompts(node);
  else if (node.kind !== 'null' || key === 'input') return invalid(`"${key}" must be a text or a list.`);
  return undefined;
}

/** The messages of `converse`: content blocks that are named by their one member. */
import type { Refusal } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf } from '../../json/document.ts';
import type { Role } from '../dialect.ts';
import { roleOf } from '../reading/fields.ts';
import { invalid, judgeSpelling, namesOf, readEach, readObjects } from '../reading/governed.ts';
import type { RequestTexts } from '../reading/request-texts.ts';

const MESSAGE_NAMES = namesOf(['role', 'content']);
const BLOCK_NAMES = namesOf([
  'text',
  'image',
  'document',
  'toolUse',
  'toolResult',
  'reasoningContent',
  'guardContent',
]);

const SPEAKERS: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['system', 'system'],
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['tool', 'tool'],
  ['USER', 'user'],
  ['CHATBOT', 'assistant'],
  ['SYSTEM', 'system'],
]);

/** Blocks whose content no detector can look into. */
const MEDIA = new Set(['image', 'document', 'video', 'audio']);

export function readMessages(texts: RequestTexts, node: JsonNode): Refusal | undefined {
  return readObjects('messages', node, (message) => readMessage(texts, message));
}

function readMessage(texts: RequestTexts, message: JsonObject): Refusal | undefined {
  const misspelled = judgeSpelling(message.members, MESSAGE_NAMES);
  if (misspelled !== undefined) return misspelled;
  const speaker = memberOf(message, 'role');
  const role = (speaker?.kind === 'string' ? SPEAKERS.get(texts.textOf(speaker)) : undefined) ?? 'user';
  for (const { key, value } of message.members) {
    const wrong = key === 'content' ? readBlocks(texts, value, role) : undefined;
    if (wrong !== undefined) return wrong;
    if (key !== 'content' && key !== 'role') texts.all(value, roleOf(key) ?? role, key);
  }
  return undefined;
}

/** A text, or blocks: of a message, of the system's words, of what a tool gave back. */
export function readBlocks(texts: RequestTexts, content: JsonNode, role: Role): Refusal | undefined {
  if (content.kind === 'string') return void texts.string(content, role);
  if (content.kind !== 'array') return invalid('"content" must be a text or a list.');
  return readEach(content.items, (block) => readBlock(texts, block, role));
}

function readBlock(texts: RequestTexts, block: JsonNode, role: Role): Refusal | undefined {
  if (block.kind !== 'object') return void texts.all(block, role, 'text');
  const misspelled = judgeSpelling(block.members, BLOCK_NAMES);
  if (misspelled !== undefined) return misspelled;
  return readEach(block.members, ({ key, value }) => readMember(texts, key, value, role));
}

function readMember(texts: RequestTexts, key: string, value: JsonNode, role: Role): Refusal | undefined {
  if (MEDIA.has(key) && value.kind === 'object') {
    const location = memberOf(memberOf(value, 'source'), 's3Location');
    const kind = location === undefined ? key : 'remote';
    return void texts.part(kind, () => texts.all(value, role, key));
  }
  const content = key === 'toolResult' ? memberOf(value, 'content') : undefined;
  if (content !== undefined) return readBlocks(texts, content, 'tool');
  return void texts.all(value, roleOf(key) ?? role, key);
}

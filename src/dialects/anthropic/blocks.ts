/** The content of messages: blocks, each with a type that says who speaks in it. */
import type { Refusal } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf } from '../../json/document.ts';
import type { Role } from '../dialect.ts';
import { isName, roleOf } from '../reading/fields.ts';
import { invalid, judgeSpelling, namesOf, readEach, readObjects } from '../reading/governed.ts';
import type { RequestTexts } from '../reading/request-texts.ts';
import { leadsOutside } from '../remote-url.ts';

const MESSAGE_NAMES = namesOf(['role', 'content']);
const BLOCK_NAMES = namesOf(['type', 'text', 'source', 'content', 'input', 'thinking']);

/** Who speaks. A role that is not known is trusted no more than the user. */
const SPEAKERS: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['system', 'system'],
  ['user', 'user'],
  ['assistant', 'assistant'],
]);

/** Blocks that are nothing but texts, with what stands in them. */
const READABLE =
  /^(?:text|thinking|(?:server_|mcp_)?tool_use|[a-z_]*tool_result|search_result|web_search_result|content|tool_reference)$/;

/** Who speaks in a block; undefined for whoever speaks in the message. */
export function roleOfBlock(type: string): Role | undefined {
  if (type.endsWith('tool_use')) return 'arguments';
  if (type.endsWith('thinking')) return 'reasoning';
  // What a tool gave back is nobody's to trust.
  return type.endsWith('tool_result') || type.endsWith('search_result') ? 'tool' : undefined;
}

export function readMessages(texts: RequestTexts, node: JsonNode): Refusal | undefined {
  return readObjects('messages', node, (message) => readMessage(texts, message));
}

function readMessage(texts: RequestTexts, message: JsonObject): Refusal | undefined {
  const misspelled = judgeSpelling(message.members, MESSAGE_NAMES);
  if (misspelled !== undefined) return misspelled;
  const speaker = memberOf(message, 'role');
  if (speaker?.kind !== 'string') return invalid('"role" of each of "messages" must be a text.');
  const role = SPEAKERS.get(texts.textOf(speaker)) ?? 'user';
  for (const { key, value } of message.members) {
    if (key === 'role') continue;
    const wrong = key === 'content' ? readContent(texts, value, role) : void texts.all(value, role, key);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** A text, or blocks. */
export function readContent(texts: RequestTexts, content: JsonNode, role: Role): Refusal | undefined {
  if (content.kind === 'string') return void texts.string(content, role);
  if (content.kind !== 'array') return invalid('"content" must be a text or a list.');
  return readEach(content.items, (block) => readBlock(texts, block, role));
}

function readBlock(texts: RequestTexts, block: JsonNode, speaker: Role): Refusal | undefined {
  if (block.kind !== 'object') return void texts.all(block, speaker);
  const misspelled = judgeSpelling(block.members, BLOCK_NAMES) ?? judgeSource(texts, block);
  if (misspelled !== undefined) return misspelled;
  const node = memberOf(block, 'type');
  const type = node?.kind === 'string' ? texts.textOf(node) : '';
  const role = roleOfBlock(type) ?? speaker;
  let wrong: Refusal | undefined;
  const read = () => {
    for (const { key, value } of block.members) wrong ??= readMember(texts, key, value, role);
  };
  if (READABLE.test(type) || isTextSource(texts, block)) read();
  else texts.part(type === 'redacted_thinking' ? 'sealed' : type, read);
  return wrong;
}

function readMember(texts: RequestTexts, key: string, value: JsonNode, role: Role): Refusal | undefined {
  if (value.kind === 'string' && isName(key, texts.textOf(value))) return undefined;
  if (key === 'content' && value.kind === 'array') return readContent(texts, value, role);
  return void texts.all(value, roleOf(key) ?? role, key);
}

/** What the backend is to fetch for itself. */
function judgeSource(texts: RequestTexts, block: JsonNode): Refusal | undefined {
  const url = memberOf(memberOf(block, 'source'), 'url');
  if (url?.kind !== 'string' || leadsOutside(texts.textOf(url))) return undefined;
  return invalid('A URL must be https and lead to a public name.');
}

/** A document that is given as text. */
function isTextSource(texts: RequestTexts, block: JsonNode): boolean {
  const type = memberOf(memberOf(block, 'source'), 'type');
  return type?.kind === 'string' && ['text', 'content'].includes(texts.textOf(type));
}

/** Reads the messages of a chat. */
import type { Refusal } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, type Member, memberOf } from '../../json/document.ts';
import type { Role } from '../dialect.ts';
import { isName, roleOf } from '../reading/fields.ts';
import { invalid, judgeSpelling, namesOf, readObjects } from '../reading/governed.ts';
import type { RequestTexts } from '../reading/request-texts.ts';

const MESSAGE_NAMES = namesOf(['role', 'content', 'tool_calls', 'function_call']);

/** Who speaks. A role that is not known is trusted no more than the user. */
export const SPEAKERS: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['tool', 'tool'],
  ['function', 'tool'],
]);

/** Parts of a message that are nothing but text. */
const TEXT_PARTS = new Set(['text', 'refusal', 'thinking']);

export function readMessages(texts: RequestTexts, node: JsonNode): Refusal | undefined {
  return readObjects('messages', node, (message) => readMessage(texts, message));
}

function readMessage(texts: RequestTexts, message: JsonObject): Refusal | undefined {
  const misspelled = judgeSpelling(message.members, MESSAGE_NAMES);
  if (misspelled !== undefined) return misspelled;
  const speaker = memberOf(message, 'role');
  if (speaker?.kind !== 'string') return invalid('"role" of each of "messages" must be a text.');
  const known = SPEAKERS.get(texts.textOf(speaker));
  const role = known ?? 'user';
  for (const { key, value } of message.members) {
    if (key === 'role' && known !== undefined) continue; // a word that says nothing
    if (key === 'content') {
      const wrong = readContent(texts, value, role);
      if (wrong !== undefined) return wrong;
    } else if (key === 'tool_calls' || key === 'function_call') texts.calls(value);
    else if (value.kind !== 'string' || !isName(key, texts.textOf(value)))
      texts.all(value, roleOf(key) ?? role, key);
  }
  return undefined;
}

export function readContent(texts: RequestTexts, content: JsonNode, role: Role): Refusal | undefined {
  if (content.kind === 'string') texts.string(content, role);
  else if (content.kind === 'array') for (const part of content.items) readPart(texts, part, role);
  else if (content.kind !== 'null')
    return invalid('"content" of each of "messages" must be a text or a list.');
  return undefined;
}

/** Whatever a part is, the strings in it are read; one that is more than text counts as not looked into, once. */
function readPart(texts: RequestTexts, part: JsonNode, role: Role): void {
  const type = memberOf(part, 'type');
  const name = type?.kind === 'string' ? texts.textOf(type) : '';
  const read = () => {
    if (part.kind === 'object') readMembers(texts, part.members, role);
    else texts.all(part, role);
  };
  if (part.kind === 'string' || TEXT_PARTS.has(name)) read();
  else texts.part(name, read);
}

/** All strings of an object but those that name it. */
function readMembers(texts: RequestTexts, members: readonly Member[], role: Role): void {
  for (const { key, value } of members) readMember(texts, key, value, role);
}

function readMember(texts: RequestTexts, key: string, value: JsonNode, role: Role): void {
  const name = value.kind === 'string' && isName(key, texts.textOf(value));
  if (!name) texts.all(value, roleOf(key) ?? role, key);
}

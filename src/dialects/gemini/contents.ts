/** Contents: who says what, part by part. */

import type { Refusal } from '../../core/refusal.ts';
import type { JsonNode, Member } from '../../json/document.ts';
import type { Role } from '../dialect.ts';
import { oneOrMore } from '../reading/features.ts';
import { kindOfMedia } from '../reading/fields.ts';
import { invalid, readEach } from '../reading/governed.ts';
import type { RequestTexts } from '../reading/request-texts.ts';
import { leadsOutside } from '../remote-url.ts';
import { camel, judgeNames, named } from './names.ts';

const CONTENT_NAMES = ['role', 'parts'];
const PART_NAMES = ['text', 'thought', 'inlineData', 'fileData', 'functionCall', 'functionResponse'];

const SPEAKERS: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['user', 'user'],
  ['model', 'assistant'],
  ['function', 'tool'],
  ['system', 'system'],
]);

/** Who speaks in a member of a part, whoever says the rest. */
const ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['functionCall', 'arguments'],
  ['executableCode', 'arguments'],
  ['functionResponse', 'tool'],
  ['codeExecutionResult', 'tool'],
]);

export function roleOfPartMember(key: string): Role | undefined {
  return ROLES.get(camel(key));
}

/** One content or several, a text or parts, as the API takes them. */
export function readContents(texts: RequestTexts, node: JsonNode, role: Role): Refusal | undefined {
  if (node.kind === 'string') return void texts.string(node, role);
  if (node.kind === 'object') return readContent(texts, node, role);
  if (node.kind !== 'array') return invalid('Contents must be a list.');
  return readEach(node.items, (item) => readContents(texts, item, role));
}

function readContent(
  texts: RequestTexts,
  content: JsonNode & { kind: 'object' },
  otherwise: Role,
): Refusal | undefined {
  const wrong = judgeNames(content, CONTENT_NAMES);
  if (wrong !== undefined) return wrong;
  const speaker = named(content, 'role');
  const role = speaker?.kind === 'string' ? (SPEAKERS.get(texts.textOf(speaker)) ?? 'user') : otherwise;
  // A part may stand where a content is expected.
  if (named(content, 'parts') === undefined && speaker === undefined) return readPart(texts, content, role);
  for (const { key, value } of content.members) {
    const list = camel(key) === 'parts' ? oneOrMore(value) : undefined;
    if (list === undefined && key !== 'role') texts.all(value, role, key);
    for (const part of list ?? []) {
      const refused = readPart(texts, part, role);
      if (refused !== undefined) return refused;
    }
  }
  return undefined;
}

function readPart(texts: RequestTexts, part: JsonNode, speaker: Role): Refusal | undefined {
  if (part.kind !== 'object') return void texts.all(part, speaker, 'text');
  const wrong = judgeNames(part, PART_NAMES);
  if (wrong !== undefined) return wrong;
  const elsewhere = judgeFile(texts, named(part, 'fileData'));
  if (elsewhere !== undefined) return elsewhere;
  const role = named(part, 'thought')?.kind === 'true' ? 'reasoning' : speaker;
  for (const member of part.members) readMember(texts, member, role);
  return undefined;
}

function readMember(texts: RequestTexts, { key, value }: Member, role: Role): void {
  const name = camel(key);
  const read = () => texts.all(value, ROLES.get(name) ?? role, key);
  if (name === 'inlineData') texts.part(mediaOf(texts, value), read);
  // It lives at the provider: here or elsewhere, nobody else can look.
  else if (name === 'fileData') texts.part('remote', read);
  else read();
}

/** What the provider is to fetch: from its own storage, or from where anybody could. */
function judgeFile(texts: RequestTexts, data: JsonNode | undefined): Refusal | undefined {
  const uri = named(data, 'fileUri');
  if (uri?.kind !== 'string') return undefined;
  const address = texts.textOf(uri);
  const own = /^(?:gs:\/\/|files\/)/.test(address);
  return own || leadsOutside(address) ? undefined : invalid('A URL must be https and lead to a public name.');
}

function mediaOf(texts: RequestTexts, data: JsonNode): string {
  const type = named(data, 'mimeType');
  return type?.kind === 'string' ? kindOfMedia(texts.textOf(type)) : 'file';
}

/** Reads the `input` of the Responses API: a text, or items of a conversation. */
import type { Refusal } from '../../core/refusal.ts';
import { type JsonNode, memberOf } from '../../json/document.ts';
import type { Role } from '../dialect.ts';
import { isName, roleOf } from '../reading/fields.ts';
import { invalid, judgeSpelling, namesOf, readObjects } from '../reading/governed.ts';
import type { RequestTexts } from '../reading/request-texts.ts';
import { readContent, SPEAKERS } from './messages.ts';

const ITEM_NAMES = namesOf(['id', 'role', 'content', 'type', 'output', 'arguments', 'encrypted_content']);

export function readInput(texts: RequestTexts, node: JsonNode): Refusal | undefined {
  if (node.kind === 'string') texts.string(node, 'user');
  else if (node.kind === 'array')
    return readObjects(
      'input',
      node,
      (item) => judgeSpelling(item.members, ITEM_NAMES) ?? readItem(texts, item),
    );
  else if (node.kind !== 'null') return invalid('"input" must be a text or a list.');
  return undefined;
}

function readItem(texts: RequestTexts, item: JsonNode & { kind: 'object' }): Refusal | undefined {
  const type = textOf(texts, memberOf(item, 'type')) ?? 'message';
  if (/(?:^|_)call$/.test(type)) {
    texts.calls(item);
    return undefined;
  }
  const role = roleOfItem(type, textOf(texts, memberOf(item, 'role')));
  for (const { key, value } of item.members) {
    if (key === 'content') {
      const wrong = readContent(texts, value, role);
      if (wrong !== undefined) return wrong;
    } else if (value.kind !== 'string' || !isName(key, texts.textOf(value)))
      texts.all(value, roleOf(key) ?? role, key);
  }
  return undefined;
}

function textOf(texts: RequestTexts, node: JsonNode | undefined): string | undefined {
  return node?.kind === 'string' ? texts.textOf(node) : undefined;
}

/** What a tool gave back is nobody's to trust; a role that is not known no more than the user's. */
function roleOfItem(type: string, role: string | undefined): Role {
  if (type.endsWith('_output')) return 'tool';
  if (type === 'reasoning') return 'reasoning';
  return SPEAKERS.get(role ?? '') ?? 'user';
}

/**
 * Items of stored responses: messages, reasoning, calls of tools, images. The Responses API keeps each under an id of
 * its own, and an item of a later request that has only the id, and not what the item says, stands for the one kept.
 */
import type { ObjectRef } from '../../core/stored-object.ts';
import { type JsonNode, memberOf, stringValue } from '../../json/document.ts';
import { itemsOf, textIn } from '../reading/features.ts';
import { idsIn, refTo } from '../reading/objects.ts';

/** Members that say what an item is about; with none of them it can only be looked up. */
const SAYS = [
  'content',
  'arguments',
  'input',
  'action',
  'code',
  'result',
  'results',
  'output',
  'tools',
  'encrypted_content',
];

/** Items that a request names by their ids alone. */
export function referencesIn(text: string, input: JsonNode | undefined): readonly ObjectRef[] {
  return itemsOf(input).flatMap((item) => {
    const id = memberOf(item, 'id');
    if (id === undefined || id.kind === 'null') return [];
    const whole = textIn(text, item, 'type') !== 'item_reference' && SAYS.some((key) => holds(item, key));
    return whole ? [] : [refTo('item', id.kind === 'string' ? stringValue(text, id) : '')];
  });
}

function holds(item: JsonNode, key: string): boolean {
  const value = memberOf(item, key);
  return value !== undefined && value.kind !== 'null';
}

/** Items that a response was made of, where it is kept. */
export function itemsKept(text: string, response: JsonNode): readonly ObjectRef[] {
  return memberOf(response, 'store')?.kind === 'false' ? [] : itemsIn(text, memberOf(response, 'output'));
}

/** Items of a list. */
export function itemsIn(text: string, list: JsonNode | undefined): readonly ObjectRef[] {
  return itemsOf(list).flatMap((item) => idsIn(text, item, [['id', 'item']]));
}

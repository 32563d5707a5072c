/** Small questions to the nodes of a document. */
import { type JsonNode, memberOf, stringValue } from '../../json/document.ts';

/** The items of a list; of anything else none. */
export function itemsOf(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.kind === 'array' ? node.items : [];
}

/** The text in a member, where there is one. */
export function textIn(text: string, node: JsonNode | undefined, key: string): string | undefined {
  const member = node === undefined ? undefined : memberOf(node, key);
  return member?.kind === 'string' ? stringValue(text, member) : undefined;
}

/** A text; of anything else the empty one. */
export function wordOf(text: string, node: JsonNode): string {
  return node.kind === 'string' ? stringValue(text, node) : '';
}

/** A plain whole number; `governed.ts` has refused every other. */
export function numberIn(text: string, node: JsonNode | undefined): number | undefined {
  return node?.kind === 'number' ? Number(text.slice(node.start, node.end)) : undefined;
}

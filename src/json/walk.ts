/** Looking things up in a document that was read. */
import type { Span } from '../core/finding.ts';
import type { JsonNode } from './document.ts';
import { stringValue } from './string.ts';

/** The value of a member, undefined if the node is no object or has no such key. */
export function memberOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  if (node?.kind !== 'object') return undefined;
  for (const member of node.members) if (member.key === key) return member.value;
  return undefined;
}

export interface FoundString {
  readonly text: string;
  /** The string token, quotes included. */
  readonly place: Span;
}

/** Every string of a document in its order, keys included. */
export function stringsIn(text: string, root: JsonNode): FoundString[] {
  const found: FoundString[] = [];
  const visit = (node: JsonNode): void => {
    if (node.kind === 'string') found.push({ text: stringValue(text, node), place: node });
    else if (node.kind === 'array') node.items.forEach(visit);
    else if (node.kind === 'object') {
      for (const member of node.members) {
        found.push({ text: member.key, place: { start: member.keyStart, end: member.keyEnd } });
        visit(member.value);
      }
    }
  };
  visit(root);
  return found;
}

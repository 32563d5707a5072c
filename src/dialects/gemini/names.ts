/**
 * Names of members. Google reads each in two spellings, `generationConfig` and `generation_config`: here both are one,
 * and a body that has both is refused.
 */
import type { Refusal } from '../../core/refusal.ts';
import type { JsonNode, JsonObject, Member } from '../../json/document.ts';
import { invalid } from '../reading/governed.ts';

/** The spelling with capitals. */
export function camel(key: string): string {
  return key.includes('_') ? key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) : key;
}

/** The member of that name, in whichever spelling. */
export function membersNamed(node: JsonNode | undefined, name: string): Member | undefined {
  if (node?.kind !== 'object') return undefined;
  for (const member of node.members) if (camel(member.key) === name) return member;
  return undefined;
}

export function named(node: JsonNode | undefined, name: string): JsonNode | undefined {
  return membersNamed(node, name)?.value;
}

/** Refuses an object in which two members are one, or one is spelled almost like a known one. */
export function judgeNames({ members }: JsonObject, names: readonly string[]): Refusal | undefined {
  const seen = new Set<string>();
  for (const { key } of members) {
    if (key === '__proto__') return invalid('A key is not allowed in this object.');
    const name = camel(key);
    if (seen.has(name)) return invalid('A key stands in two spellings.');
    seen.add(name);
    if (names.includes(name)) continue;
    const folded = name.toUpperCase().toLowerCase().replaceAll('_', '');
    const known = names.find((other) => other.toLowerCase() === folded);
    if (known !== undefined) return invalid(`A key is spelled almost like "${known}".`);
  }
  return undefined;
}

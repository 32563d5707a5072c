/** Bodies that are members beside one another: each read in its own way, and all others as texts. */

import type { Span } from '../../core/finding.ts';
import type { Refusal } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf, stringValue } from '../../json/document.ts';
import type { AskedModel, Role } from '../dialect.ts';
import type { RequestTexts } from './request-texts.ts';

export type ReadMember = (texts: RequestTexts, value: JsonNode) => Refusal | undefined;

export interface BodyForm {
  /** Members that are more than strings, one beside the other. */
  readonly readers: ReadonlyMap<string, ReadMember>;
  /** Who says what stands in a member; the user if nothing stands here. */
  readonly roles: ReadonlyMap<string, Role>;
  /** Names and settings: no texts. */
  readonly unread: ReadonlySet<string>;
}

/** Goes over every member, known or not: a text in one that we never heard of is read as the user's. */
export function readBody(texts: RequestTexts, root: JsonObject, form: BodyForm): Refusal | undefined {
  for (const { key, value } of root.members) {
    if (form.unread.has(key) || value.kind === 'null') continue;
    const read = form.readers.get(key);
    const wrong = read?.(texts, value);
    if (wrong !== undefined) return wrong;
    if (read === undefined) texts.all(value, form.roles.get(key) ?? 'user', key);
  }
  return undefined;
}

/** The model that a body names. */
export function modelNamed(text: string, root: JsonNode, key = 'model'): AskedModel | undefined {
  const node = memberOf(root, key);
  if (node?.kind !== 'string') return undefined;
  return { name: stringValue(text, node), places: [node] };
}

/** A model that the path names, with what the body says about it. */
export function modelInPath(
  name: string,
  said: readonly { readonly name: string; readonly place: Span }[],
): AskedModel {
  const places = said.map(({ place }) => place);
  return said.every((one) => one.name === name) ? { name, places } : { name, places, disputed: true };
}

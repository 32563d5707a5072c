/**
 * Stored objects: which ones a request names, and how to leave them out of a list. One reader for all places: an id is
 * found by the member that holds it, and by its own look, at any depth.
 */
import type { Edit, Span } from '../../core/finding.ts';
import type { ObjectKind, ObjectRef } from '../../core/stored-object.ts';
import { foldedKey, type JsonNode, memberOf, quote, stringValue } from '../../json/document.ts';
import type { ListedObject } from '../dialect.ts';
import { Changes } from './changes.ts';
import { itemsOf, oneOrMore } from './features.ts';

/** Members that name an object, or a list of them. */
const MEMBERS: ReadonlyMap<string, ObjectKind> = new Map<string, ObjectKind>([
  ['previous_response_id', 'response'],
  ['response_id', 'response'],
  ['conversation', 'conversation'],
  ['audio', 'audio'],
  ['conversation_id', 'conversation'],
  ['file_id', 'file'],
  ['file_ids', 'file'],
  ['input_file_id', 'batch_file'],
  ['vector_store_id', 'vector_store'],
  ['vector_store_ids', 'vector_store'],
  ['container', 'container'],
  ['container_id', 'container'],
  ['batch_id', 'batch'],
  ['message_batch_id', 'batch'],
  ['assistant_id', 'assistant'],
  ['thread_id', 'thread'],
  ['upload_id', 'upload'],
  ['training_file', 'file'],
  ['validation_file', 'file'],
]);

/** Members that hold nothing but the id of an object: it is judged by who owns it, not as a text. */
export const STORED_NAMES: ReadonlySet<string> = new Set([
  'previous_response_id',
  'conversation',
  'input_file_id',
  'assistant_id',
  'file_id',
  'training_file',
  'validation_file',
]);

/** How ids of each kind begin. */
const LOOKS: readonly (readonly [RegExp, ObjectKind])[] = [
  [/^file[-_]/, 'file'],
  [/^resp_/, 'response'],
  [/^conv_/, 'conversation'],
  [/^vs_/, 'vector_store'],
  [/^(?:cntr|container)_/, 'container'],
  [/^(?:msg)?batch_/, 'batch'],
  [/^pmpt_/, 'prompt'],
  [/^asst_/, 'assistant'],
  [/^thread_/, 'thread'],
  [/^upload_/, 'upload'],
  [/^ftjob-/, 'fine_tune'],
];
const ID = /^[\x21-\x7e]{1,256}$/;

/** `response_id`, `file_ids`, `id`. @param name folded */
function namesIds(name: string): boolean {
  return name.endsWith('id') || name.endsWith('ids');
}

/** What cannot be an id is one that nobody owns. */
export function refTo(kind: ObjectKind, id: string): ObjectRef {
  return { kind, id: ID.test(id) ? id : '' };
}

/** Every stored object that a request names; each once. */
export function objectsIn(text: string, root: JsonNode): readonly ObjectRef[] {
  const found = new Map<string, ObjectRef>();
  const add = (ref: ObjectRef | undefined) => {
    if (ref !== undefined) found.set(`${ref.kind} ${ref.id}`, ref);
  };
  walk(text, root, add);
  add(promptIn(text, root));
  return [...found.values()];
}

function walk(text: string, node: JsonNode, add: (ref: ObjectRef | undefined) => void): void {
  if (node.kind === 'array') {
    for (const item of node.items) if (item.kind === 'object' || item.kind === 'array') walk(text, item, add);
    return;
  }
  if (node.kind !== 'object') return;
  for (const member of node.members) {
    const name = foldedKey(member);
    const { value } = member;
    if (MEMBERS.has(name) || namesIds(name)) for (const ref of namedBy(text, name, value)) add(ref);
    if (value.kind === 'object' || value.kind === 'array') walk(text, value, add);
  }
}

/** @param name folded */
function namedBy(text: string, name: string, value: JsonNode): ObjectRef[] {
  const kind = MEMBERS.get(name);
  return oneOrMore(value).flatMap((node) => {
    if (node.kind !== 'string') return objectById(text, kind, node);
    // Sound that is earlier sound goes by an object; a text is the sound itself, or where it is.
    if (kind === 'audio') return [];
    const id = stringValue(text, node);
    const meant = kind ?? LOOKS.find(([look]) => look.test(id))?.[1];
    return meant === undefined ? [] : [refTo(meant, id)];
  });
}

/** `conversation: { id }`. A schema that describes such a member has no text there. */
function objectById(text: string, kind: ObjectKind | undefined, node: JsonNode): ObjectRef[] {
  const id = kind === undefined ? undefined : memberOf(node, 'id');
  return kind !== undefined && id?.kind === 'string' ? [refTo(kind, stringValue(text, id))] : [];
}

/** A stored prompt: `prompt: { id }` at the top. */
function promptIn(text: string, root: JsonNode): ObjectRef | undefined {
  const prompt = memberOf(root, 'prompt');
  const id = prompt?.kind === 'object' ? memberOf(prompt, 'id') : undefined;
  return id?.kind === 'string' ? refTo('prompt', stringValue(text, id)) : undefined;
}

/** The objects whose ids stand in members of a node. */
export function idsIn(
  text: string,
  node: JsonNode,
  members: readonly (readonly [string, ObjectKind])[],
): ObjectRef[] {
  return members.flatMap(([member, kind]) => {
    const id = memberOf(node, member);
    if (id?.kind !== 'string') return [];
    const value = stringValue(text, id);
    return ID.test(value) ? [{ kind, id: value }] : [];
  });
}

/** What stands on a list of stored objects. @param list the member that holds it */
export function listedIn(text: string, root: JsonNode, kind: ObjectKind, list = 'data'): ListedObject[] {
  return itemsOf(memberOf(root, list)).map((item) => {
    const id = memberOf(item, 'id');
    const ref = refTo(kind, id?.kind === 'string' ? stringValue(text, id) : '');
    return { ...ref, place: { start: item.start, end: item.end } };
  });
}

/** Where a list is to begin or to end, as a query says it. */
export function idsInQuery(query: string, kind: ObjectKind, members: readonly string[]): ObjectRef[] {
  return query.split('&').flatMap((pair) => {
    const [member = '', id = ''] = pair.split('=', 2);
    return members.includes(member) ? [refTo(kind, id)] : [];
  });
}

/** Takes items out of a list that an answer holds, with the commas beside them. */
export function shortenList(
  list: JsonNode | undefined,
  out: readonly { readonly place: Span }[],
): readonly Edit[] {
  if (list?.kind !== 'array') return [];
  const starts = new Set(out.map(({ place }) => place.start));
  const changes = new Changes();
  for (const item of list.items) if (starts.has(item.start)) changes.cut(list, item);
  return changes.edits();
}

/** The same for the list in `data`; puts right, too, which is the first and which the last. */
export function shorten(
  text: string,
  root: JsonNode,
  out: readonly { readonly place: Span }[],
): readonly Edit[] {
  const list = memberOf(root, 'data');
  const edits = shortenList(list, out);
  if (edits.length === 0) return edits;
  const starts = new Set(out.map(({ place }) => place.start));
  const left = itemsOf(list).filter((item) => !starts.has(item.start));
  return [...edits, ...ends(text, root, left)].sort((a, b) => a.start - b.start);
}

function ends(text: string, root: JsonNode, left: readonly JsonNode[]): Edit[] {
  return [['first_id', left[0]] as const, ['last_id', left.at(-1)] as const].flatMap(([member, item]) => {
    const node = memberOf(root, member);
    if (node === undefined) return [];
    const id = item === undefined ? undefined : memberOf(item, 'id');
    const value = id?.kind === 'string' ? quote(stringValue(text, id)) : 'null';
    return [{ start: node.start, end: node.end, text: value }];
  });
}

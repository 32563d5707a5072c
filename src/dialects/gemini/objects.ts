/** Stored objects: files and cached contents, each by its name, `files/abc` or `cachedContents/abc`. */
import type { Edit, Span } from '../../core/finding.ts';
import { first, type HeaderChanges, type Headers } from '../../core/headers.ts';
import type { Operation, OperationName } from '../../core/operation.ts';
import type { ObjectKind, ObjectRef } from '../../core/stored-object.ts';
import { type JsonNode, stringValue } from '../../json/document.ts';
import type { ListedObject } from '../dialect.ts';
import { itemsOf } from '../reading/features.ts';
import { refTo, shortenList } from '../reading/objects.ts';
import { camel, named } from './names.ts';

const NAME = /(?:^|\/)(files|cachedContents)\/([A-Za-z0-9_-][\w.-]{0,255})$/;
const KINDS: ReadonlyMap<string, ObjectKind> = new Map<string, ObjectKind>([
  ['files', 'file'],
  ['cachedContents', 'cache'],
]);

function refIn(text: string, node: JsonNode | undefined): ObjectRef[] {
  if (node?.kind !== 'string') return [];
  const [, collection = '', id = ''] = NAME.exec(stringValue(text, node)) ?? [];
  const kind = KINDS.get(collection);
  return kind === undefined ? [] : [{ kind, id }];
}

/** Every stored object that a request names. What is named in another way than ours is nobody's. */
export function objectsIn(text: string, root: JsonNode): readonly ObjectRef[] {
  const found = new Map<string, ObjectRef>();
  walk(text, root, (ref) => found.set(`${ref.kind} ${ref.id}`, ref));
  return [...found.values()];
}

function walk(text: string, node: JsonNode, found: (ref: ObjectRef) => void): void {
  if (node.kind === 'array') for (const item of node.items) walk(text, item, found);
  if (node.kind !== 'object') return;
  for (const { key, value } of node.members) {
    const refs = refsNamed(text, camel(key), value);
    if (refs === undefined) walk(text, value, found);
    else refs.forEach(found);
  }
}

/** @returns undefined where the member names nothing */
function refsNamed(text: string, name: string, value: JsonNode): readonly ObjectRef[] | undefined {
  if (name === 'fileUri') return refIn(text, value);
  if (name !== 'cachedContent' || value.kind !== 'string') return undefined;
  const refs = refIn(text, value);
  return refs.length === 0 ? [refTo('cache', '')] : refs;
}

const MAKING: ReadonlySet<OperationName> = new Set<OperationName>(['caches.create', 'files.create']);

export function madeIn({ name }: Operation, text: string, root: JsonNode): readonly ObjectRef[] {
  // The last piece of a file has become the file.
  if (name === 'uploads.complete') return refIn(text, named(named(root, 'file'), 'name'));
  return MAKING.has(name) ? refIn(text, named(root, 'name')) : [];
}

const LISTS: ReadonlyMap<OperationName, string> = new Map<OperationName, string>([
  ['files.list', 'files'],
  ['caches.list', 'cachedContents'],
]);

export function listed(
  { name }: Operation,
  text: string,
  root: JsonNode,
): readonly ListedObject[] | undefined {
  const list = LISTS.get(name);
  const kind = list === undefined ? undefined : KINDS.get(list);
  if (list === undefined || kind === undefined) return undefined;
  return itemsOf(named(root, list)).map((item) => {
    const [ref = refTo(kind, '')] = refIn(text, named(item, 'name'));
    return { ...ref, place: { start: item.start, end: item.end } };
  });
}

export function shorten(
  _: string,
  root: JsonNode,
  out: readonly { readonly place: Span }[],
): readonly Edit[] {
  return [...LISTS.values()].flatMap((list) => shortenList(named(root, list), out));
}

/** Where a file goes piece by piece, and where it is asked after, as the answer to its announcement says. */
const ADDRESSES = ['x-goog-upload-url', 'x-goog-upload-control-url'];

/** The ids of uploads that a query has. More than one is nobody's: who reads it may take either. */
export const uploadsIn = (query: string): readonly string[] => new URLSearchParams(query).getAll('upload_id');

export function queryObjects({ name }: Operation, query: string): readonly ObjectRef[] {
  return name === 'uploads.complete' || name === 'uploads.part'
    ? uploadsIn(query).map((id) => refTo('upload', id))
    : [];
}

export function headerObjects(headers: Headers): readonly ObjectRef[] {
  const made = ADDRESSES.flatMap((name) => uploadsIn(addressIn(headers, name)?.search ?? ''));
  return [...new Set(made)].map((id) => refTo('upload', id));
}

/**
 * The pieces of a file come here, too, and go on from here. What is no address leads nowhere.
 * @param origin where clients reach us
 */
export function ownAddresses(headers: Headers, origin: string): HeaderChanges['set'] {
  return ADDRESSES.filter((name) => headers.has(name)).map((name) => {
    const address = addressIn(headers, name);
    return [name, `${origin}${address?.pathname ?? '/'}${address?.search ?? ''}`];
  });
}

function addressIn(headers: Headers, name: string): URL | undefined {
  const url = first(headers, name);
  return url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
}

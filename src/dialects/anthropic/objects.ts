/** Stored objects: which an answer made, and which lists there are. */
import type { Operation } from '../../core/operation.ts';
import type { ObjectKind, ObjectRef } from '../../core/stored-object.ts';
import { type JsonNode, memberOf } from '../../json/document.ts';
import type { ListedObject } from '../dialect.ts';
import { idsIn, idsInQuery, listedIn } from '../reading/objects.ts';

function listOf(operation: Operation | undefined): ObjectKind | undefined {
  if (operation?.name === 'files.list') return 'file';
  return operation?.name === 'batches.list' ? 'batch' : undefined;
}

export function queryObjects(operation: Operation, query: string): readonly ObjectRef[] {
  const kind = listOf(operation);
  return kind === undefined ? [] : idsInQuery(query, kind, ['after_id', 'before_id']);
}

/** A message may have made a container and files in it; other answers are the object themselves. */
export function madeIn(operation: Operation | undefined, text: string, root: JsonNode): readonly ObjectRef[] {
  const name = operation?.name ?? 'messages';
  if (name === 'files.create') return idsIn(text, root, [['id', 'file']]);
  if (name.startsWith('batches.'))
    return name === 'batches.list' || name === 'batches.delete' ? [] : idsIn(text, root, [['id', 'batch']]);
  if (name !== 'messages') return [];
  const container = memberOf(root, 'container');
  return container === undefined ? [] : idsIn(text, container, [['id', 'container']]);
}

export function listed(
  operation: Operation,
  text: string,
  root: JsonNode,
): readonly ListedObject[] | undefined {
  const kind = listOf(operation);
  return kind === undefined ? undefined : listedIn(text, root, kind);
}

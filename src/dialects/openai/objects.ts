/** Stored objects of OpenAI's API: which an answer made, and which lists there are. */
import type { Operation, OperationName } from '../../core/operation.ts';
import type { ObjectKind, ObjectRef } from '../../core/stored-object.ts';
import { type JsonNode, memberOf } from '../../json/document.ts';
import type { ListedObject } from '../dialect.ts';
import { itemsOf } from '../reading/features.ts';
import { idsIn, idsInQuery, listedIn } from '../reading/objects.ts';
import { itemsIn, itemsKept } from './items.ts';

const LISTS: ReadonlyMap<OperationName, ObjectKind> = new Map<OperationName, ObjectKind>([
  ['files.list', 'file'],
  ['batches.list', 'batch'],
  ['vector_stores.list', 'vector_store'],
  ['assistants.list', 'assistant'],
  ['fine_tuning.list', 'fine_tune'],
]);

/** The items of a response are nobody's by themselves; the response in the path is. */
export function queryObjects({ name }: Operation, query: string): readonly ObjectRef[] {
  const kind = LISTS.get(name);
  return kind === undefined ? [] : idsInQuery(query, kind, ['after', 'before']);
}

type Named = readonly (readonly [member: string, kind: ObjectKind])[];

const BATCH: Named = [
  ['id', 'batch'],
  ['output_file_id', 'file'],
  ['error_file_id', 'file'],
];

/** Members of an answer that name what was made, or came to be, for the caller. */
const MAKING: ReadonlyMap<OperationName, Named> = new Map<OperationName, Named>([
  ['files.create', [['id', 'file']]],
  ['batches.create', BATCH],
  ['batches.get', BATCH],
  ['batches.cancel', BATCH],
  ['uploads.create', [['id', 'upload']]],
  ['vector_stores.create', [['id', 'vector_store']]],
  ['assistants.create', [['id', 'assistant']]],
  ['threads.create', [['id', 'thread']]],
  ['threads.run', [['thread_id', 'thread']]],
  ['conversations.create', [['id', 'conversation']]],
  ['fine_tuning.create', [['id', 'fine_tune']]],
  ['responses', [['id', 'response']]],
  ['responses.get', [['id', 'response']]],
  ['responses.cancel', [['id', 'response']]],
]);

/** Objects that an answer, or the `response` of an event, names as made for the caller. */
export function madeIn({ name }: Operation, text: string, root: JsonNode): readonly ObjectRef[] {
  const made = [...idsIn(text, root, MAKING.get(name) ?? []), ...itemsMade(name, text, root)];
  if (name === 'chat') return audioIn(text, root);
  if (name === 'uploads.complete') return fileIn(text, root);
  const conversation = name.startsWith('responses') ? memberOf(root, 'conversation') : undefined;
  return conversation === undefined || name === 'responses.items' || name === 'responses.delete'
    ? made
    : [...made, ...idsIn(text, conversation, [['id', 'conversation']])];
}

function itemsMade(name: OperationName, text: string, root: JsonNode): readonly ObjectRef[] {
  if (name === 'responses.items' || name === 'conversations.items')
    return itemsIn(text, memberOf(root, 'data'));
  const whole = name === 'responses' || name === 'responses.get' || name === 'responses.cancel';
  return whole ? itemsKept(text, root) : [];
}

/** What a chat said as sound: a later message may name it instead of sending it. */
export function audioIn(text: string, root: JsonNode): readonly ObjectRef[] {
  return itemsOf(memberOf(root, 'choices')).flatMap((choice) => {
    const said = memberOf(choice, 'message') ?? memberOf(choice, 'delta');
    const audio = memberOf(said, 'audio');
    return audio === undefined ? [] : idsIn(text, audio, [['id', 'audio']]);
  });
}

/** An upload that is complete has become a file. */
function fileIn(text: string, root: JsonNode): readonly ObjectRef[] {
  const file = memberOf(root, 'file');
  return file === undefined ? [] : idsIn(text, file, [['id', 'file']]);
}

/** What is on a list of stored objects; undefined for any other answer. */
export function listed(
  { name }: Operation,
  text: string,
  root: JsonNode,
): readonly ListedObject[] | undefined {
  const kind = LISTS.get(name);
  return kind === undefined ? undefined : listedIn(text, root, kind);
}

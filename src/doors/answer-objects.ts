/**
 * The stored objects of an answer: what it made is the caller's from now on, before the caller hears of it; what it
 * lists and is not the caller's is left out; what it deleted is forgotten.
 */
import type { Ports } from '../core/ports.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import { type BatchUse, type ObjectRef, ownerOf, type StoredObject } from '../core/stored-object.ts';
import type { Voucher } from '../core/voucher.ts';
import type { ListedObject } from '../dialects/dialect.ts';

/** More than any answer makes at once. */
const MOST_MADE = 1000;

export interface ObjectContext {
  readonly voucher: Voucher;
  /** The backend that answers. */
  readonly backend: string;
  /** Of a file of requests that is being stored. */
  readonly uses?: readonly BatchUse[] | undefined;
  readonly ports: Pick<Ports, 'objects' | 'clock' | 'faults'>;
}

/** @returns why the answer must not reach the caller, if it must not */
export function keepMade(made: readonly ObjectRef[], x: ObjectContext): Soon<Refusal | undefined> {
  const named = made.filter(({ id }) => id !== '');
  if (named.length === 0) return undefined;
  if (named.length > MOST_MADE) return refuse('answer_unreadable', { why: 'too_many_objects' });
  const owner = ownerOf(x.voucher.principal);
  const now = x.ports.clock.now();
  const { backend, uses } = x;
  const objects = named.flatMap((ref) => {
    const object = { ...ref, owner, backend };
    // Its lines were judged as requests when it came: it may become a batch.
    return ref.kind === 'file' && uses !== undefined
      ? [object, { ...object, kind: 'batch_file' as const, uses }]
      : [object];
  });
  const keep = (object: StoredObject) => x.ports.objects.keep(object, now);
  return guarded(x, objects.map(keep), (kept) => {
    // Some backends number the items of every response anew: whose an item is decides only who may name it later.
    if (kept.every((one, i) => one === 'kept' || objects[i]?.kind === 'item')) return undefined;
    x.ports.faults.report('objects', new Error(`${x.backend} gave an object that has another owner`));
    return refuse('answer_unreadable', { why: 'object_of_another_owner' });
  });
}

/** @returns what of a list is not the caller's */
export function strangersOf(
  listed: readonly ListedObject[],
  x: ObjectContext,
): Soon<readonly ListedObject[] | Refusal> {
  const owner = ownerOf(x.voucher.principal);
  return guarded(
    x,
    listed.map((ref) => x.ports.objects.find(ref)),
    (found) => listed.filter((_, i) => found[i]?.owner !== owner),
  );
}

/** After a deletion that the backend confirmed. */
export function forgetDeleted({ voucher, ports }: ObjectContext): Soon<void> {
  const { name, pathObject } = voucher.operation;
  if (pathObject === undefined || !name.endsWith('.delete')) return undefined;
  const gone = [
    pathObject,
    ...(pathObject.kind === 'file' ? [{ ...pathObject, kind: 'batch_file' as const }] : []),
  ];
  const done = gone.map((ref) => ports.objects.forget(ref));
  return done.some((one) => one instanceof Promise) ? Promise.all(done).then(() => {}) : undefined;
}

/** Waits for answers of the state, if it must; where it is out of reach the answer must not pass. */
function guarded<T, U>(
  { ports }: ObjectContext,
  asked: readonly Soon<T>[],
  judge: (answers: readonly T[]) => U,
): Soon<U | Refusal> {
  if (!asked.some((one) => one instanceof Promise)) return judge(asked as readonly T[]);
  return Promise.all(asked).then(judge, (error: unknown) => {
    ports.faults.report('objects', error);
    return refuse('objects_unavailable', { retryAfter: 1 });
  });
}

/** Does one thing after another came to no refusal. */
export function unlessRefused<T>(
  first: Soon<Refusal | undefined>,
  then: () => Soon<T | Refusal>,
): Soon<T | Refusal> {
  return after(first, (refusal) => refusal ?? then());
}

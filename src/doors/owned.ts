/**
 * owned: are the stored objects that a request names the caller's own?
 * - one that belongs to somebody else is answered exactly like one that nobody ever made
 * - so is one that we never saw being made: who owns it cannot be known
 * - where they are kept is where the request must go
 */
import type { Ports } from '../core/ports.ts';
import type { Principal } from '../core/principal.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Soon } from '../core/soon.ts';
import { type BatchUse, type ObjectRef, ownerOf, type StoredObject } from '../core/stored-object.ts';

/** Many more than any request has use for; each costs a look-up. */
const MOST_OBJECTS = 1000;

export interface Owned {
  /** The backend that keeps all of them; absent where none is named. */
  readonly home?: string;
  /** What the files of requests among them are expected to use. */
  readonly uses: readonly BatchUse[];
}

type Found = StoredObject | undefined;

export function owned(
  refs: readonly ObjectRef[],
  principal: Principal,
  ports: Pick<Ports, 'objects' | 'faults'>,
): Soon<Owned | Refusal> {
  if (refs.length === 0) return { uses: [] };
  if (refs.length > MOST_OBJECTS)
    return refuse('body_too_complex', { detail: 'Too many stored objects are named.' });
  const unavailable = (error: unknown): Refusal => {
    ports.faults.report('objects', error);
    return refuse('objects_unavailable', { retryAfter: 1 });
  };
  const owner = ownerOf(principal);
  try {
    const found = refs.map((ref) => ports.objects.find(ref));
    if (!found.some((one) => one instanceof Promise)) return judge(found as Found[], owner);
    return Promise.all(found).then((all) => judge(all, owner), unavailable);
  } catch (error) {
    return unavailable(error);
  }
}

function judge(found: readonly Found[], owner: string): Owned | Refusal {
  let home: string | undefined;
  const uses: BatchUse[] = [];
  for (const object of found) {
    if (object === undefined || object.owner !== owner) return refuse('object_not_found');
    if (home !== undefined && home !== object.backend)
      return refuse('body_invalid', { detail: 'It names stored objects of several backends.' });
    home = object.backend;
    uses.push(...(object.uses ?? []));
  }
  return home === undefined ? { uses } : { home, uses };
}

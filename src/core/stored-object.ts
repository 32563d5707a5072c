/** What lives on at a provider after a request: files, batches, stored responses. Each belongs to who made it. */
import type { OperationName } from './operation.ts';
import type { Principal } from './principal.ts';

export const OBJECT_KINDS = [
  'file',
  /** A file whose every line was judged as a request: only such a one may become a batch. */
  'batch_file',
  'batch',
  'response',
  /** A part of a stored response. */
  'item',
  'conversation',
  'vector_store',
  'container',
  'prompt',
  'upload',
  'assistant',
  'thread',
  'fine_tune',
  'cache',
  /** Of a server of the Model Context Protocol. */
  'session',
  /** What a model said, as sound. */
  'audio',
] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** An object as a request or an answer names it. */
export interface ObjectRef {
  readonly kind: ObjectKind;
  /** At most 256 printable ASCII characters; whoever reads one checks that. */
  readonly id: string;
}

export interface StoredObject extends ObjectRef {
  readonly owner: string;
  /** The backend where it lives, by its name in the policy. */
  readonly backend: string;
  /** Of a `batch_file`: what they are expected to use each time that a batch is made of it. */
  readonly uses?: readonly BatchUse[];
}

/** What the requests of a file that are for one model are expected to use, together. */
export interface BatchUse {
  readonly operation: OperationName;
  readonly model: string;
  readonly requests: number;
  /** Tokens. */
  readonly input: number;
  readonly output: number;
}

/**
 * Who owns what this principal makes: its tenant with all its members, or the principal alone where it has none. The
 * prefix keeps a tenant and a key of one name apart.
 */
export function ownerOf(principal: Principal): string {
  return principal.tenant === undefined ? `principal:${principal.id}` : `tenant:${principal.tenant}`;
}

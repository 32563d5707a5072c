/** What an API call is, whatever its wire format. */
import type { ObjectRef } from './stored-object.ts';

export const OPERATIONS = [
  'chat',
  'completions',
  'embeddings',
  'responses',
  'responses.get',
  'responses.delete',
  'responses.cancel',
  'responses.items',
  'files.create',
  'files.list',
  'files.get',
  'files.content',
  'files.delete',
  'batches.create',
  'batches.list',
  'batches.get',
  'batches.cancel',
  'models.list',
  'models.get',
] as const;
/** `oauth.metadata` tells anybody how to get a credential: no grant names it, and none is needed. */
export type OperationName = (typeof OPERATIONS)[number] | 'oauth.metadata';

export const DIALECTS = ['openai'] as const;
export type DialectName = (typeof DIALECTS)[number];

/** An operation as its dialect spells it. */
export interface Operation {
  readonly name: OperationName;
  readonly dialect: DialectName;
  /** Has the request a body that must be read, and in which form? */
  readonly body: 'json' | 'multipart' | 'none';
  /** Is its answer, where it is no JSON, whatever somebody stored or a model spoke? It is looked into as far as it is text. */
  readonly answer?: 'file';
  /** The path asks for a stream, where it is the path that does. */
  readonly stream?: boolean;
  /** A model named by the path, decoded, as `models.get` does. */
  readonly pathModel?: string;
  /** A stored object named by the path, as `files.get` does. */
  readonly pathObject?: ObjectRef;
}

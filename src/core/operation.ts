/** What an API call is, whatever its wire format. */
import type { ObjectRef } from './stored-object.ts';

export const OPERATIONS = [
  'chat',
  'completions',
  'messages',
  'embeddings',
  'rerank',
  'invoke',
  'tokens.count',
  'moderations',
  'images',
  'images.edit',
  'images.variation',
  'audio.speak',
  'audio.transcribe',
  'audio.translate',
  'responses',
  'responses.get',
  'responses.delete',
  'responses.cancel',
  'responses.items',
  'conversations.create',
  'conversations.get',
  'conversations.update',
  'conversations.delete',
  'conversations.items',
  'files.create',
  'files.list',
  'files.get',
  'files.content',
  'files.delete',
  'uploads.create',
  'uploads.part',
  'uploads.complete',
  'uploads.cancel',
  'batches.create',
  'batches.list',
  'batches.get',
  'batches.cancel',
  'batches.delete',
  'batches.results',
  'vector_stores.create',
  'vector_stores.list',
  'vector_stores.get',
  'vector_stores.update',
  'vector_stores.delete',
  'vector_stores.search',
  'vector_stores.files',
  'assistants.create',
  'assistants.list',
  'assistants.get',
  'assistants.update',
  'assistants.delete',
  'threads.create',
  'threads.get',
  'threads.update',
  'threads.delete',
  'threads.run',
  'fine_tuning.create',
  'fine_tuning.list',
  'fine_tuning.get',
  'fine_tuning.cancel',
  'caches.create',
  'caches.list',
  'caches.get',
  'caches.update',
  'caches.delete',
  'mcp',
  'realtime',
  'models.list',
  'models.get',
] as const;
/** `oauth.metadata` tells anybody how to get a credential: no grant names it, and none is needed. */
export type OperationName = (typeof OPERATIONS)[number] | 'oauth.metadata';

export const DIALECTS = [
  'openai',
  'azure',
  'anthropic',
  'gemini',
  'vertex',
  'bedrock',
  'cohere',
  'ollama',
  'tgi',
  'mcp',
] as const;
export type DialectName = (typeof DIALECTS)[number];

/** An operation as its dialect spells it. */
export interface Operation {
  readonly name: OperationName;
  readonly dialect: DialectName;
  /** Has the request a body that must be read, and in which form? */
  readonly body: 'json' | 'multipart' | 'bytes' | 'none';
  /** Its clients do not say what the body is: it is JSON whatever they say. */
  readonly untyped?: boolean;
  /** Its body is a piece of a file: what is cut between two of them is seen in neither. */
  readonly piece?: boolean;
  /** Is its answer, where it is no JSON, whatever somebody stored or a model spoke? It is looked into as far as it is text. */
  readonly answer?: 'file';
  /** The path asks for a stream, where it is the path that does. */
  readonly stream?: boolean;
  /** A model named by the path, decoded, as `models.get` does. */
  readonly pathModel?: string;
  /** Where it stands there, for whoever writes another name in its place. */
  readonly pathModelPlace?: PathModel;
  /** A stored object named by the path, as `files.get` does. */
  readonly pathObject?: ObjectRef;
}

/** A model's name in a path, half-open: as it is, with slashes of its own, or with colons and slashes percent-encoded. */
export interface PathModel {
  readonly start: number;
  readonly end: number;
  readonly as: 'model' | 'models' | 'escaped';
}

/** Which operation a path is. */
import type { Operation } from '../../core/operation.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Asked } from '../dialect.ts';
import { type PathTable, pathReader } from '../reading/paths.ts';

const TABLE: PathTable = [
  ['POST /chat/completions', { name: 'chat', body: 'json' }],
  ['POST /completions', { name: 'completions', body: 'json' }],
  ['POST /embeddings', { name: 'embeddings', body: 'json' }],
  ['POST /responses', { name: 'responses', body: 'json' }],
  ['GET /responses/{response}', { name: 'responses.get' }],
  ['DELETE /responses/{response}', { name: 'responses.delete' }],
  ['POST /responses/{response}/cancel', { name: 'responses.cancel' }],
  ['GET /responses/{response}/input_items', { name: 'responses.items' }],
  ['GET /models', { name: 'models.list' }],
  ['GET /models/{models}', { name: 'models.get' }],
  ['POST /files', { name: 'files.create', body: 'multipart' }],
  ['GET /files', { name: 'files.list' }],
  ['GET /files/{file}', { name: 'files.get' }],
  ['DELETE /files/{file}', { name: 'files.delete' }],
  ['GET /files/{file}/content', { name: 'files.content', answer: 'file' }],
  ['POST /batches', { name: 'batches.create', body: 'json' }],
  ['GET /batches', { name: 'batches.list' }],
  ['GET /batches/{batch}', { name: 'batches.get' }],
  ['POST /batches/{batch}/cancel', { name: 'batches.cancel' }],
];

const read = pathReader('openai', ['/v1'], TABLE);

export function classify({ method, path }: Pick<Asked, 'method' | 'path'>): Operation | Refusal | undefined {
  return read(method, path);
}

/** Which operation a path is. */
import type { Operation } from '../../core/operation.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Asked } from '../dialect.ts';
import { type PathTable, pathReader } from '../reading/paths.ts';

const OWN: PathTable = [
  ['POST /messages', { name: 'messages', body: 'json' }],
  ['POST /messages/count_tokens', { name: 'tokens.count', body: 'json' }],
  ['POST /complete', { name: 'completions', body: 'json' }],
  ['POST /messages/batches', { name: 'batches.create', body: 'json' }],
  ['GET /messages/batches', { name: 'batches.list' }],
  ['GET /messages/batches/{batch}', { name: 'batches.get' }],
  ['DELETE /messages/batches/{batch}', { name: 'batches.delete' }],
  ['POST /messages/batches/{batch}/cancel', { name: 'batches.cancel' }],
  ['GET /messages/batches/{batch}/results', { name: 'batches.results', answer: 'file' }],
];

/** Paths that OpenAI has, too. */
const SHARED: PathTable = [
  ['GET /models', { name: 'models.list' }],
  ['GET /models/{models}', { name: 'models.get' }],
  ['POST /files', { name: 'files.create', body: 'multipart' }],
  ['GET /files', { name: 'files.list' }],
  ['GET /files/{file}', { name: 'files.get' }],
  ['DELETE /files/{file}', { name: 'files.delete' }],
  ['GET /files/{file}/content', { name: 'files.content', answer: 'file' }],
];

/** Vertex AI serves the same messages, with the model in the path. */
const OF_MODELS: PathTable = [
  ['POST /models/{model}:rawPredict', { name: 'messages', body: 'json' }],
  ['POST /models/{model}:streamRawPredict', { name: 'messages', body: 'json', stream: true }],
];
const VERTEX = ['/v1', '/v1beta1'].map(
  (version) => `${version}/projects/{}/locations/{}/publishers/anthropic`,
);

const readVertex = pathReader('anthropic', VERTEX, OF_MODELS);
const readOwn = pathReader('anthropic', ['/v1'], OWN);
const readShared = pathReader('anthropic', ['/v1'], SHARED);

/** Anthropic's API wants its version with every request; nobody else's client sends it. */
export function classify({ method, path, headers }: Asked): Operation | Refusal | undefined {
  const own = readOwn(method, path) ?? readVertex(method, path);
  if (own !== undefined || !headers.has('anthropic-version')) return own;
  return readShared(method, path);
}

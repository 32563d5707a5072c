/** Which operation a path is. The model stands in the path, and what is done with it behind a colon. */
import { first, joined } from '../../core/headers.ts';
import type { Operation } from '../../core/operation.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { Asked } from '../dialect.ts';
import { type PathTable, pathReader } from '../reading/paths.ts';
import { uploadsIn } from './objects.ts';

/** What a model does: the same at Gemini and at Vertex. */
export const OF_MODELS: PathTable = [
  ['POST /models/{model}:generateContent', { name: 'chat', body: 'json' }],
  ['POST /models/{model}:streamGenerateContent', { name: 'chat', body: 'json', stream: true }],
  ['POST /models/{model}:countTokens', { name: 'tokens.count', body: 'json' }],
  ['POST /models/{model}:embedContent', { name: 'embeddings', body: 'json' }],
  ['POST /models/{model}:batchEmbedContents', { name: 'embeddings', body: 'json' }],
  ['POST /tunedModels/{model}:generateContent', { name: 'chat', body: 'json' }],
  ['POST /tunedModels/{model}:streamGenerateContent', { name: 'chat', body: 'json', stream: true }],
];

export const CACHES: PathTable = [
  ['POST /cachedContents', { name: 'caches.create', body: 'json' }],
  ['GET /cachedContents', { name: 'caches.list' }],
  ['GET /cachedContents/{cache}', { name: 'caches.get' }],
  ['PATCH /cachedContents/{cache}', { name: 'caches.update', body: 'json' }],
  ['DELETE /cachedContents/{cache}', { name: 'caches.delete' }],
];

const FILES: PathTable = [
  ['GET /files', { name: 'files.list' }],
  ['GET /files/{file}', { name: 'files.get' }],
  ['DELETE /files/{file}', { name: 'files.delete' }],
];

const MODELS: PathTable = [
  ['GET /models', { name: 'models.list' }],
  ['GET /models/{model}', { name: 'models.get' }],
];

const read = pathReader('gemini', ['/v1beta', '/v1alpha', '/v1'], [...OF_MODELS, ...CACHES]);
const readBeta = pathReader('gemini', ['/v1beta', '/v1alpha'], [...FILES, ...MODELS]);
/** OpenAI has these paths, too. */
const readShared = pathReader('gemini', ['/v1'], MODELS);

/** A file comes to an address that the provider gives when it is announced. */
const UPLOAD = /^\/upload\/v1(?:beta|alpha)?\/files$/;

function readUpload({ method, query, headers }: Asked): Operation | Refusal {
  if (method !== 'POST') return refuse('method_not_allowed', { headers: [['allow', 'POST']] });
  const ids = uploadsIn(query);
  if (ids.length > 1) return refuse('path_not_canonical', { detail: 'An upload has one upload_id.' });
  if (ids.length === 0) return { name: 'uploads.create', dialect: 'gemini', body: 'json' };
  const begins = Number(first(headers, 'x-goog-upload-offset') ?? 0) === 0;
  const ends = joined(headers, 'x-goog-upload-command')?.includes('finalize') === true;
  return {
    name: ends ? 'uploads.complete' : 'uploads.part',
    dialect: 'gemini',
    body: 'bytes',
    ...(!(begins && ends) && { piece: true }),
  };
}

export function classify(asked: Asked): Operation | Refusal | undefined {
  const { method, path, headers } = asked;
  if (UPLOAD.test(path)) return readUpload(asked);
  const own = read(method, path) ?? readBeta(method, path);
  if (own !== undefined || !headers.has('x-goog-api-key')) return own;
  return readShared(method, path);
}

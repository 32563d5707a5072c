/** The paths of OpenAI's API below their prefix: those of others who speak it differ in the prefix alone. */
import type { PathTable } from '../reading/paths.ts';

/** What a model does; elsewhere each may stand below the name of a model. */
export const OF_MODELS: PathTable = [
  ['POST /chat/completions', { name: 'chat', body: 'json' }],
  ['POST /completions', { name: 'completions', body: 'json' }],
  ['POST /embeddings', { name: 'embeddings', body: 'json' }],
  ['POST /images/generations', { name: 'images', body: 'json' }],
  ['POST /images/edits', { name: 'images.edit', body: 'multipart' }],
  ['POST /images/variations', { name: 'images.variation', body: 'multipart' }],
  ['POST /audio/speech', { name: 'audio.speak', body: 'json', answer: 'file' }],
  ['POST /audio/transcriptions', { name: 'audio.transcribe', body: 'multipart', answer: 'file' }],
  ['POST /audio/translations', { name: 'audio.translate', body: 'multipart', answer: 'file' }],
  ['POST /moderations', { name: 'moderations', body: 'json' }],
];

const RESPONSES: PathTable = [
  ['POST /responses', { name: 'responses', body: 'json' }],
  ['GET /responses/{response}', { name: 'responses.get' }],
  ['DELETE /responses/{response}', { name: 'responses.delete' }],
  ['POST /responses/{response}/cancel', { name: 'responses.cancel' }],
  ['GET /responses/{response}/input_items', { name: 'responses.items' }],
  ['POST /responses/input_tokens', { name: 'tokens.count', body: 'json' }],
  ['POST /conversations', { name: 'conversations.create', body: 'json' }],
  ['GET /conversations/{conversation}', { name: 'conversations.get' }],
  ['POST /conversations/{conversation}', { name: 'conversations.update', body: 'json' }],
  ['DELETE /conversations/{conversation}', { name: 'conversations.delete' }],
  ['GET /conversations/{conversation}/items', { name: 'conversations.items' }],
  ['POST /conversations/{conversation}/items', { name: 'conversations.update', body: 'json' }],
  ['GET /conversations/{conversation}/items/{}', { name: 'conversations.items' }],
  ['DELETE /conversations/{conversation}/items/{}', { name: 'conversations.items' }],
];

const FILES: PathTable = [
  ['POST /files', { name: 'files.create', body: 'multipart' }],
  ['GET /files', { name: 'files.list' }],
  ['GET /files/{file}', { name: 'files.get' }],
  ['DELETE /files/{file}', { name: 'files.delete' }],
  ['GET /files/{file}/content', { name: 'files.content', answer: 'file' }],
  ['POST /uploads', { name: 'uploads.create', body: 'json' }],
  ['POST /uploads/{upload}/parts', { name: 'uploads.part', body: 'multipart', piece: true }],
  ['POST /uploads/{upload}/complete', { name: 'uploads.complete', body: 'json' }],
  ['POST /uploads/{upload}/cancel', { name: 'uploads.cancel' }],
  ['POST /batches', { name: 'batches.create', body: 'json' }],
  ['GET /batches', { name: 'batches.list' }],
  ['GET /batches/{batch}', { name: 'batches.get' }],
  ['POST /batches/{batch}/cancel', { name: 'batches.cancel' }],
];

const VECTOR_STORES: PathTable = [
  ['POST /vector_stores', { name: 'vector_stores.create', body: 'json' }],
  ['GET /vector_stores', { name: 'vector_stores.list' }],
  ['GET /vector_stores/{vector_store}', { name: 'vector_stores.get' }],
  ['POST /vector_stores/{vector_store}', { name: 'vector_stores.update', body: 'json' }],
  ['DELETE /vector_stores/{vector_store}', { name: 'vector_stores.delete' }],
  ['POST /vector_stores/{vector_store}/search', { name: 'vector_stores.search', body: 'json' }],
  ['GET /vector_stores/{vector_store}/files', { name: 'vector_stores.files' }],
  ['POST /vector_stores/{vector_store}/files', { name: 'vector_stores.update', body: 'json' }],
  ['GET /vector_stores/{vector_store}/files/{}', { name: 'vector_stores.files' }],
  ['POST /vector_stores/{vector_store}/files/{}', { name: 'vector_stores.update', body: 'json' }],
  ['DELETE /vector_stores/{vector_store}/files/{}', { name: 'vector_stores.files' }],
  ['GET /vector_stores/{vector_store}/files/{}/content', { name: 'vector_stores.files' }],
  ['POST /vector_stores/{vector_store}/file_batches', { name: 'vector_stores.update', body: 'json' }],
  ['GET /vector_stores/{vector_store}/file_batches/{}', { name: 'vector_stores.files' }],
  ['GET /vector_stores/{vector_store}/file_batches/{}/files', { name: 'vector_stores.files' }],
  ['POST /vector_stores/{vector_store}/file_batches/{}/cancel', { name: 'vector_stores.files' }],
];

const ASSISTANTS: PathTable = [
  ['POST /assistants', { name: 'assistants.create', body: 'json' }],
  ['GET /assistants', { name: 'assistants.list' }],
  ['GET /assistants/{assistant}', { name: 'assistants.get' }],
  ['POST /assistants/{assistant}', { name: 'assistants.update', body: 'json' }],
  ['DELETE /assistants/{assistant}', { name: 'assistants.delete' }],
  ['POST /threads', { name: 'threads.create', body: 'json' }],
  ['POST /threads/runs', { name: 'threads.run', body: 'json' }],
  ['GET /threads/{thread}', { name: 'threads.get' }],
  ['POST /threads/{thread}', { name: 'threads.update', body: 'json' }],
  ['DELETE /threads/{thread}', { name: 'threads.delete' }],
  ['GET /threads/{thread}/messages', { name: 'threads.get' }],
  ['POST /threads/{thread}/messages', { name: 'threads.update', body: 'json' }],
  ['GET /threads/{thread}/messages/{}', { name: 'threads.get' }],
  ['POST /threads/{thread}/messages/{}', { name: 'threads.update', body: 'json' }],
  ['DELETE /threads/{thread}/messages/{}', { name: 'threads.update' }],
  ['GET /threads/{thread}/runs', { name: 'threads.get' }],
  ['POST /threads/{thread}/runs', { name: 'threads.run', body: 'json' }],
  ['GET /threads/{thread}/runs/{}', { name: 'threads.get' }],
  ['POST /threads/{thread}/runs/{}', { name: 'threads.update', body: 'json' }],
  ['POST /threads/{thread}/runs/{}/cancel', { name: 'threads.update' }],
  ['POST /threads/{thread}/runs/{}/submit_tool_outputs', { name: 'threads.run', body: 'json' }],
  ['GET /threads/{thread}/runs/{}/steps', { name: 'threads.get' }],
  ['GET /threads/{thread}/runs/{}/steps/{}', { name: 'threads.get' }],
];

const FINE_TUNING: PathTable = [
  ['POST /fine_tuning/jobs', { name: 'fine_tuning.create', body: 'json' }],
  ['GET /fine_tuning/jobs', { name: 'fine_tuning.list' }],
  ['GET /fine_tuning/jobs/{fine_tune}', { name: 'fine_tuning.get' }],
  ['POST /fine_tuning/jobs/{fine_tune}/cancel', { name: 'fine_tuning.cancel' }],
  ['GET /fine_tuning/jobs/{fine_tune}/events', { name: 'fine_tuning.get' }],
  ['GET /fine_tuning/jobs/{fine_tune}/checkpoints', { name: 'fine_tuning.get' }],
];

const MODELS: PathTable = [
  ['GET /models', { name: 'models.list' }],
  ['GET /models/{models}', { name: 'models.get' }],
];

/** What is kept, and what is done with it. */
export const OF_OBJECTS: PathTable = [
  ...RESPONSES,
  ...FILES,
  ...VECTOR_STORES,
  ...ASSISTANTS,
  ...FINE_TUNING,
  ...MODELS,
];

export const ALL: PathTable = [...OF_MODELS, ...OF_OBJECTS];

/** The dialect of Ollama. What manages its models is not served: only what uses them. */
import type { Operation } from '../../core/operation.ts';
import { isByContent, isRefusal, messageOf, type Refusal } from '../../core/refusal.ts';
import { parse } from '../../json/document.ts';
import type { Asked, Begun, Dialect } from '../dialect.ts';
import type { OwnEvent } from '../framing/framing.ts';
import { ndjson } from '../framing/ndjson.ts';
import { AS_OPENAI } from '../openai/common.ts';
import { EVENT_BOUNDS, modelIn } from '../reading/answers.ts';
import { type PathTable, pathReader } from '../reading/paths.ts';
import { NO_STORAGE } from '../without.ts';
import { readEvent, readResponse } from './answer.ts';
import { adapt, readRequest } from './request.ts';

const TABLE: PathTable = [
  ['POST /api/chat', { name: 'chat', body: 'json' }],
  ['POST /api/generate', { name: 'completions', body: 'json' }],
  ['POST /api/embed', { name: 'embeddings', body: 'json' }],
  ['POST /api/embeddings', { name: 'embeddings', body: 'json' }],
  ['GET /api/tags', { name: 'models.list' }],
];

const read = pathReader('ollama', [''], TABLE);

export const ollama: Dialect = {
  ...AS_OPENAI,
  ...NO_STORAGE,
  name: 'ollama',
  classify: ({ method, path }: Asked) => read(method, path),
  readRequest,
  readResponse,
  framing: (_, media) => (media === 'application/x-ndjson' ? ndjson : undefined),
  readEvent,
  listModels: (names) => JSON.stringify({ models: names.map(modelObject) }),
  describeModel: (name) => JSON.stringify(modelObject(name)),
  adapt,
  error: (refusal) => ({ contentType: 'application/json', body: JSON.stringify(errorObject(refusal)) }),
  cut,
};

/** Sizes and digests are required by the clients' types, and not ours to tell. */
function modelObject(name: string) {
  const modified_at = '1970-01-01T00:00:00Z';
  return { name, model: name, modified_at, size: 0, digest: '', details: {} };
}

function errorObject(refusal: Refusal) {
  return { error: messageOf(refusal), code: refusal.refused };
}

/** A content rule ends the answer, so that clients keep what they have; any other refusal is an error. */
function cut({ name }: Operation, refusal: Refusal, { first = '' }: Begun): readonly OwnEvent[] {
  if (!isByContent(refusal)) return [{ data: JSON.stringify(errorObject(refusal)) }];
  const root = parse(first, EVENT_BOUNDS);
  const last = {
    model: (isRefusal(root) ? undefined : modelIn(first, root)) ?? '',
    created_at: '1970-01-01T00:00:00Z',
    ...(name === 'chat' ? { message: { role: 'assistant', content: '' } } : { response: '' }),
    done: true,
    done_reason: 'content_filter',
  };
  return [{ data: JSON.stringify(last) }];
}

/** The dialect of Hugging Face's servers, for texts (TGI) and embeddings (TEI), and of SageMaker, which runs them. */
import { messageOf, REFUSALS, type Refusal } from '../../core/refusal.ts';
import type { Asked, Dialect } from '../dialect.ts';
import { eventStream } from '../framing/sse.ts';
import { AS_OPENAI } from '../openai/common.ts';
import { type PathTable, pathReader } from '../reading/paths.ts';
import { NO_STORAGE } from '../without.ts';
import { readEvent, readResponse } from './answer.ts';
import { adapt, readRequest } from './request.ts';

const TABLE: PathTable = [
  ['POST /', { name: 'completions', body: 'json' }],
  ['POST /generate', { name: 'completions', body: 'json' }],
  ['POST /generate_stream', { name: 'completions', body: 'json', stream: true }],
  ['POST /invocations', { name: 'completions', body: 'json' }],
  ['POST /endpoints/{}/invocations', { name: 'completions', body: 'json' }],
  ['POST /embed', { name: 'embeddings', body: 'json' }],
  ['POST /embed_all', { name: 'embeddings', body: 'json' }],
  ['POST /embed_sparse', { name: 'embeddings', body: 'json' }],
  ['POST /rerank', { name: 'rerank', body: 'json' }],
  ['POST /tokenize', { name: 'tokens.count', body: 'json' }],
];

const read = pathReader('tgi', [''], TABLE);

export const tgi: Dialect = {
  ...AS_OPENAI,
  ...NO_STORAGE,
  name: 'tgi',
  classify: ({ method, path }: Asked) => read(method, path),
  readRequest,
  readResponse,
  framing: eventStream,
  readEvent,
  adapt,
  error: (refusal) => ({ contentType: 'application/json', body: JSON.stringify(errorObject(refusal)) }),
  cut: (_, refusal) => [{ data: JSON.stringify(errorObject(refusal)) }],
};

/** In TGI's words an error is one of validation, of load, or of generation. */
function errorObject(refusal: Refusal) {
  const { status } = REFUSALS[refusal.refused];
  const type = status < 500 && status !== 429 ? 'validation' : status === 500 ? 'generation' : 'overloaded';
  return { error: messageOf(refusal), error_type: type, code: refusal.refused };
}

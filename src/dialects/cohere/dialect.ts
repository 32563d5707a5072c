/** The dialect of Cohere: both of its APIs, and those who rerank as it does. */
import type { Operation } from '../../core/operation.ts';
import { isByContent, messageOf, type Refusal } from '../../core/refusal.ts';
import type { Asked, Begun, Dialect } from '../dialect.ts';
import type { OwnEvent } from '../framing/framing.ts';
import { ndjson } from '../framing/ndjson.ts';
import { sse } from '../framing/sse.ts';
import { AS_OPENAI } from '../openai/common.ts';
import { type PathTable, pathReader } from '../reading/paths.ts';
import { NO_STORAGE } from '../without.ts';
import { readEvent, readResponse } from './answer.ts';
import { adapt, readRequest } from './request.ts';

const TABLE: PathTable = [
  ['POST /chat', { name: 'chat', body: 'json' }],
  ['POST /embed', { name: 'embeddings', body: 'json' }],
  ['POST /rerank', { name: 'rerank', body: 'json' }],
];
const OLDER: PathTable = [
  ['POST /generate', { name: 'completions', body: 'json' }],
  ['POST /tokenize', { name: 'tokens.count', body: 'json' }],
];

const read = pathReader('cohere', ['/v1', '/v2'], TABLE);
const readOlder = pathReader('cohere', ['/v1'], OLDER);

export const cohere: Dialect = {
  ...AS_OPENAI,
  ...NO_STORAGE,
  name: 'cohere',
  classify: ({ method, path }: Asked) => read(method, path) ?? readOlder(method, path),
  readRequest,
  readResponse,
  framing(_, media) {
    if (media === 'text/event-stream') return sse;
    return media === 'application/stream+json' || media === 'application/x-ndjson' ? ndjson : undefined;
  },
  readEvent,
  adapt,
  error: (refusal) => ({
    contentType: 'application/json',
    body: JSON.stringify({ message: messageOf(refusal), code: refusal.refused }),
  }),
  cut,
};

/** Both APIs end with an event that says why; what a content rule ended is kept, any other end is an error. */
function cut(_: Operation, refusal: Refusal, { first = '' }: Begun): readonly OwnEvent[] {
  if (first.includes('"event_type"')) {
    const reason = isByContent(refusal) ? 'ERROR_TOXIC' : 'ERROR';
    const last = { is_finished: true, event_type: 'stream-end', finish_reason: reason, response: {} };
    return [{ data: JSON.stringify({ ...last, error: messageOf(refusal) }) }];
  }
  const delta = { error: messageOf(refusal), finish_reason: 'ERROR' };
  return [{ name: 'message-end', data: JSON.stringify({ type: 'message-end', delta }) }];
}

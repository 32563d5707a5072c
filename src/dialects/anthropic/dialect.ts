/** The Anthropic dialect: messages, their batches, and files. */
import type { Dialect, QuotaNote } from '../dialect.ts';
import { eventStream } from '../framing/sse.ts';
import { readFile } from '../reading/forms.ts';
import { shorten } from '../reading/objects.ts';
import { NO_BATCH_FILES } from '../without.ts';
import { adapt } from './adapt.ts';
import { readEvent, readResponse } from './answer.ts';
import { classify } from './classify.ts';
import { cut } from './cut.ts';
import { error } from './error.ts';
import { queryObjects } from './objects.ts';
import { readRequest } from './request.ts';

export const anthropic: Dialect = {
  ...NO_BATCH_FILES,
  name: 'anthropic',
  classify,
  readRequest,
  readResponse,
  framing: eventStream,
  readEvent,
  listModels,
  describeModel: (name) => JSON.stringify(modelObject(name)),
  adapt,
  readForm: (_, bytes, contentType) => readFile(bytes, contentType),
  queryObjects,
  shorten,
  credentialHeader: (credential) => ['x-api-key', credential],
  quotaHeaders,
  error,
  cut,
};

/** The date is required by the clients' types, and not ours to tell. */
function modelObject(name: string) {
  return { type: 'model', id: name, display_name: name, created_at: '1970-01-01T00:00:00Z' };
}

function listModels(names: readonly string[]): string {
  return JSON.stringify({
    data: names.map(modelObject),
    has_more: false,
    first_id: names[0] ?? null,
    last_id: names.at(-1) ?? null,
  });
}

/** In whole seconds, and never too early. */
function quotaHeaders({ of, limit, remaining, resetMs }: QuotaNote, now: number) {
  const reset = new Date(Math.ceil((now + resetMs) / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  return [
    [`anthropic-ratelimit-${of}-limit`, String(limit)],
    [`anthropic-ratelimit-${of}-remaining`, String(remaining)],
    [`anthropic-ratelimit-${of}-reset`, reset],
  ] as const;
}

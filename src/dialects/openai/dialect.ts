/** The OpenAI dialect, which vLLM, Together, Mistral, DeepSeek, Groq and many others speak, too. */
import type { Dialect } from '../dialect.ts';
import { sse } from '../framing/sse.ts';
import { shorten } from '../reading/objects.ts';
import { adapt } from './adapt.ts';
import { batchReader } from './batch.ts';
import { classify, readPath } from './classify.ts';
import { cut } from './cut.ts';
import { error } from './error.ts';
import { readEvent } from './event.ts';
import { readForm } from './forms.ts';
import { describeModel, listModels } from './models.ts';
import { queryObjects } from './objects.ts';
import { quotaHeaders } from './quota.ts';
import { readRequest } from './request.ts';
import { readResponse } from './response.ts';

export const openai: Dialect = {
  name: 'openai',
  classify,
  readRequest,
  readResponse,
  framing: (_, media) => (media === 'text/event-stream' ? sse : undefined),
  readEvent,
  listModels,
  describeModel,
  adapt,
  queryObjects,
  shorten,
  readForm,
  readBatch: batchReader(readPath),
  credentialHeader: (credential) => ['authorization', `Bearer ${credential}`],
  quotaHeaders,
  error,
  cut,
};

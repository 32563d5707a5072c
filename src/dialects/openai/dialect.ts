/** The OpenAI dialect, which vLLM, Together, Mistral, DeepSeek, Groq and many others speak, too. */
import type { Dialect } from '../dialect.ts';
import { eventStream } from '../framing/sse.ts';
import { shorten } from '../reading/objects.ts';
import { adapt } from './adapt.ts';
import { batchReader } from './batch.ts';
import { classify, readPath } from './classify.ts';
import { AS_OPENAI } from './common.ts';
import { cut } from './cut.ts';
import { error } from './error.ts';
import { readEvent } from './event.ts';
import { readForm } from './forms.ts';
import { queryObjects } from './objects.ts';
import { readRequest } from './request.ts';
import { readResponse } from './response.ts';

export const openai: Dialect = {
  ...AS_OPENAI,
  name: 'openai',
  classify,
  readRequest,
  readResponse,
  framing: eventStream,
  readEvent,
  adapt,
  queryObjects,
  shorten,
  readForm,
  readBatch: batchReader(readPath),
  error,
  cut,
};

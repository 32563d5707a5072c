/** The OpenAI dialect: chat completions, completions, embeddings and models. */
import type { Dialect } from '../dialect.ts';
import { adapt } from './adapt.ts';
import { classify } from './classify.ts';
import { cut } from './cut.ts';
import { error } from './error.ts';
import { readEvent } from './event.ts';
import { describeModel, listModels } from './models.ts';
import { queryObjects, shorten } from './objects.ts';
import { readRequest } from './request.ts';
import { readResponse } from './response.ts';
import { readBatch, readUpload } from './uploads.ts';

export const openai: Dialect = {
  name: 'openai',
  classify,
  readRequest,
  readResponse,
  readEvent,
  listModels,
  describeModel,
  adapt,
  queryObjects,
  shorten,
  readUpload,
  readBatch,
  credentialHeader: (credential) => ['authorization', `Bearer ${credential}`],
  error,
  cut,
};

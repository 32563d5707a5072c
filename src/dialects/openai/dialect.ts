/** The OpenAI dialect: chat completions, completions, embeddings and models. */
import { refuse } from '../../core/refusal.ts';
import type { Dialect } from '../dialect.ts';
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
  adapt: () => refuse('feature_not_allowed'),
  queryObjects,
  shorten,
  readUpload,
  readBatch,
  credentialHeader: (credential) => ['authorization', `Bearer ${credential}`],
  error,
  cut,
};

/** The dialect of Amazon Bedrock: `converse` for all models alike, `invoke` for each in its own words. */
import type { Dialect } from '../dialect.ts';
import { awsEventStream } from '../framing/aws-event-stream.ts';
import { AS_OPENAI } from '../openai/common.ts';
import { NO_STORAGE } from '../without.ts';
import { adapt } from './adapt.ts';
import { readEvent, readResponse } from './answer.ts';
import { chunks } from './chunks.ts';
import { classify } from './classify.ts';
import { cut, error } from './error.ts';
import { readRequest } from './request.ts';
import { headerUsage } from './usage.ts';

export const bedrock: Dialect = {
  ...AS_OPENAI,
  ...NO_STORAGE,
  name: 'bedrock',
  classify,
  readRequest,
  readResponse,
  framing({ name }, media) {
    if (media !== 'application/vnd.amazon.eventstream') return undefined;
    return name === 'invoke' ? chunks : awsEventStream;
  },
  readEvent,
  headerUsage,
  adapt,
  error,
  cut,
};

/** The dialect of Google's Gemini API: contents and candidates, files and cached contents. */
import type { Dialect } from '../dialect.ts';
import { jsonArray } from '../framing/json-array.ts';
import { sse } from '../framing/sse.ts';
import { AS_OPENAI } from '../openai/common.ts';
import { NO_STORAGE } from '../without.ts';
import { adapt } from './adapt.ts';
import { readEvent, readResponse } from './answer.ts';
import { classify } from './classify.ts';
import { cut, error } from './error.ts';
import { headerObjects, ownAddresses, queryObjects, shorten } from './objects.ts';
import { readRequest } from './request.ts';

export const gemini: Dialect = {
  ...AS_OPENAI,
  ...NO_STORAGE,
  name: 'gemini',
  classify,
  readRequest,
  readResponse,
  framing({ stream }, media) {
    if (media === 'text/event-stream') return sse;
    // Without `alt=sse` a stream is one array, written piece by piece.
    return stream === true && media === 'application/json' ? jsonArray : undefined;
  },
  readEvent,
  listModels: (names) => JSON.stringify({ models: names.map(modelObject) }),
  describeModel: (name) => JSON.stringify(modelObject(name)),
  adapt,
  shorten,
  queryObjects,
  headerObjects,
  ownAddresses,
  credentialHeader: (credential) => ['x-goog-api-key', credential],
  error,
  cut,
};

function modelObject(name: string) {
  return {
    name: `models/${name}`,
    displayName: name,
    supportedGenerationMethods: ['generateContent', 'countTokens', 'embedContent'],
  };
}

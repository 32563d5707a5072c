/** Which operation a path is. */
import type { Operation } from '../../core/operation.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Asked } from '../dialect.ts';
import { pathReader, readRealtime } from '../reading/paths.ts';
import { ALL } from './paths.ts';

/** Where providers keep the API: OpenAI and most; Groq; DeepSeek; OpenRouter; Fireworks; Gemini; Vertex. */
const PREFIXES = [
  '/v1',
  '/openai/v1',
  '/beta',
  '/api/v1',
  '/inference/v1',
  '/v1beta/openai',
  '/v1/projects/{}/locations/{}/endpoints/{}',
  '/v1beta1/projects/{}/locations/{}/endpoints/{}',
];

export const readPath = pathReader('openai', PREFIXES, ALL);

/** Where a channel is opened, in which both sides speak at once. */
const REALTIME: ReadonlySet<string> = new Set(['/v1/realtime', '/openai/v1/realtime']);

export function classify(asked: Asked): Operation | Refusal | undefined {
  const { method, path } = asked;
  if (method === 'GET' && REALTIME.has(path)) return readRealtime('openai', asked, 'model');
  return readPath(method, path);
}

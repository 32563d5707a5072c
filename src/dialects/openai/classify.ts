/** Which operation a path is. */
import type { Operation } from '../../core/operation.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Asked } from '../dialect.ts';
import { pathReader } from '../reading/paths.ts';
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

export function classify({ method, path }: Pick<Asked, 'method' | 'path'>): Operation | Refusal | undefined {
  return readPath(method, path);
}

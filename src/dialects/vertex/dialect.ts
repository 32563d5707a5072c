/** Google's models at Vertex AI: Gemini's API below a project and a place, with a token of Google's cloud. */
import type { Operation } from '../../core/operation.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Asked, Dialect } from '../dialect.ts';
import { CACHES, OF_MODELS } from '../gemini/classify.ts';
import { gemini } from '../gemini/dialect.ts';
import { pathReader } from '../reading/paths.ts';

const VERSIONS = ['/v1', '/v1beta1'];
const PLACES = VERSIONS.map((version) => `${version}/projects/{}/locations/{}`);

const readModels = pathReader(
  'vertex',
  [...PLACES, ...VERSIONS].map((place) => `${place}/publishers/google`),
  OF_MODELS,
);
const readCaches = pathReader('vertex', PLACES, CACHES);

function classify({ method, path }: Asked): Operation | Refusal | undefined {
  return readModels(method, path) ?? readCaches(method, path);
}

export const vertex: Dialect = {
  ...gemini,
  name: 'vertex',
  classify,
  credentialHeader: (credential) => ['authorization', `Bearer ${credential}`],
};

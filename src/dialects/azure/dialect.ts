/** Azure OpenAI: OpenAI's API with deployments in the path, or below a path of its own that has them in the body. */
import type { Operation } from '../../core/operation.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Asked, Dialect } from '../dialect.ts';
import { batchReader } from '../openai/batch.ts';
import { openai } from '../openai/dialect.ts';
import { ALL, OF_MODELS, OF_OBJECTS } from '../openai/paths.ts';
import { pathReader, readRealtime } from '../reading/paths.ts';

const readDeployment = pathReader('azure', ['/openai/deployments/{model}'], OF_MODELS);
/** Stored things belong to no deployment; newer versions name the deployment in the body as OpenAI does. */
const readResource = pathReader('azure', ['/openai'], OF_OBJECTS);
const readNewer = pathReader('azure', ['/openai/v1'], ALL);
/** Requests of a batch are named without the resource. */
const readLine = pathReader('azure', ['', '/v1'], ALL);

function classify(asked: Asked): Operation | Refusal | undefined {
  const { method, path } = asked;
  if (method === 'GET' && path === '/openai/realtime') return readRealtime('azure', asked, 'deployment');
  return (
    readDeployment(method, path) ??
    (isAzure(asked) ? (readResource(method, path) ?? readNewer(method, path)) : undefined)
  );
}

/** Others keep OpenAI's API at the same path, and want neither. */
function isAzure({ query, headers }: Asked): boolean {
  return headers.has('api-key') || query.split('&').some((pair) => pair.startsWith('api-version='));
}

export const azure: Dialect = {
  ...openai,
  name: 'azure',
  classify,
  readBatch: batchReader(readLine),
  credentialHeader: (credential) => ['api-key', credential],
};

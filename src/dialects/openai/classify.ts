/** Which operation a path is. Only these paths, spelled exactly so: whatever else there may be is not served. */
import type { Operation } from '../../core/operation.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';

interface Route {
  readonly method: 'GET' | 'POST';
  readonly operation: Operation;
}

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/v1/chat/completions', { method: 'POST', operation: { name: 'chat', dialect: 'openai', body: 'json' } }],
  [
    '/v1/completions',
    { method: 'POST', operation: { name: 'completions', dialect: 'openai', body: 'json' } },
  ],
  ['/v1/embeddings', { method: 'POST', operation: { name: 'embeddings', dialect: 'openai', body: 'json' } }],
  ['/v1/models', { method: 'GET', operation: { name: 'models.list', dialect: 'openai', body: 'none' } }],
]);

const MODELS = '/v1/models/';
/** A model's name as a path has it: segments of plain characters, none empty, nothing that needs decoding. */
const PATH_MODEL = /^[\w.:@~+-]{1,256}(?:\/[\w.:@~+-]{1,256})*$/;

export function classify(method: string, path: string): Operation | Refusal | undefined {
  const route = ROUTES.get(path) ?? modelRoute(path);
  if (route === undefined) return undefined;
  if (route.method === method) return route.operation;
  return refuse('method_not_allowed', { headers: [['allow', route.method]] });
}

function modelRoute(path: string): Route | undefined {
  if (!path.startsWith(MODELS)) return undefined;
  const pathModel = path.slice(MODELS.length);
  const named =
    pathModel.length <= 256 && PATH_MODEL.test(pathModel) && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(pathModel);
  return named
    ? { method: 'GET', operation: { name: 'models.get', dialect: 'openai', body: 'none', pathModel } }
    : undefined;
}

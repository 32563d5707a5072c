/** Which operation a path is. Only these paths, spelled exactly so: whatever else there may be is not served. */
import type { Operation, OperationName } from '../../core/operation.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { ObjectKind } from '../../core/stored-object.ts';

type Method = 'GET' | 'POST' | 'DELETE';
type Methods = ReadonlyMap<Method, Operation>;

function operation(name: OperationName, body: Operation['body'] = 'none'): Operation {
  return { name, dialect: 'openai', body };
}

const POST_JSON = (name: OperationName): Methods => new Map([['POST', operation(name, 'json')]]);

const PATHS: ReadonlyMap<string, Methods> = new Map<string, Methods>([
  ['/v1/chat/completions', POST_JSON('chat')],
  ['/v1/completions', POST_JSON('completions')],
  ['/v1/embeddings', POST_JSON('embeddings')],
  ['/v1/responses', POST_JSON('responses')],
  ['/v1/models', new Map([['GET', operation('models.list')]])],
  [
    '/v1/files',
    new Map<Method, Operation>([
      ['POST', operation('files.create', 'multipart')],
      ['GET', operation('files.list')],
    ]),
  ],
  [
    '/v1/batches',
    new Map<Method, Operation>([
      ['POST', operation('batches.create', 'json')],
      ['GET', operation('batches.list')],
    ]),
  ],
]);

/** Paths with the id of a stored object in their third segment, by what follows it. */
interface Collection {
  readonly kind: ObjectKind;
  readonly below: ReadonlyMap<string, ReadonlyMap<Method, OperationName>>;
}

const COLLECTIONS: ReadonlyMap<string, Collection> = new Map<string, Collection>([
  [
    'files',
    {
      kind: 'file',
      below: new Map<string, ReadonlyMap<Method, OperationName>>([
        [
          '',
          new Map([
            ['GET', 'files.get'],
            ['DELETE', 'files.delete'],
          ]),
        ],
        ['content', new Map([['GET', 'files.content']])],
      ]),
    },
  ],
  [
    'batches',
    {
      kind: 'batch',
      below: new Map<string, ReadonlyMap<Method, OperationName>>([
        ['', new Map([['GET', 'batches.get']])],
        ['cancel', new Map([['POST', 'batches.cancel']])],
      ]),
    },
  ],
  [
    'responses',
    {
      kind: 'response',
      below: new Map<string, ReadonlyMap<Method, OperationName>>([
        [
          '',
          new Map([
            ['GET', 'responses.get'],
            ['DELETE', 'responses.delete'],
          ]),
        ],
        ['cancel', new Map([['POST', 'responses.cancel']])],
        ['input_items', new Map([['GET', 'responses.items']])],
      ]),
    },
  ],
]);

const MODELS = '/v1/models/';
/** A model's name as a path has it: segments of plain characters, none empty, nothing that needs decoding. */
const PATH_MODEL = /^[\w.:@~+-]{1,256}(?:\/[\w.:@~+-]{1,256})*$/;
const OBJECT_PATH = /^\/v1\/([a-z]+)\/([A-Za-z0-9_-][\w.-]{0,255})(?:\/([a-z_]+))?$/;

export function classify(method: string, path: string): Operation | Refusal | undefined {
  const methods = PATHS.get(path) ?? modelMethods(path) ?? objectMethods(path);
  if (methods === undefined) return undefined;
  const found = methods.get(method as Method);
  return found ?? refuse('method_not_allowed', { headers: [['allow', [...methods.keys()].join(', ')]] });
}

function modelMethods(path: string): Methods | undefined {
  if (!path.startsWith(MODELS)) return undefined;
  const pathModel = path.slice(MODELS.length);
  const named =
    pathModel.length <= 256 && PATH_MODEL.test(pathModel) && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(pathModel);
  return named ? new Map([['GET', { ...operation('models.get'), pathModel }]]) : undefined;
}

function objectMethods(path: string): Methods | undefined {
  const [, collection = '', id = '', below = ''] = OBJECT_PATH.exec(path) ?? [];
  const found = COLLECTIONS.get(collection);
  const methods = found?.below.get(below);
  if (found === undefined || methods === undefined) return undefined;
  const pathObject = { kind: found.kind, id };
  return new Map([...methods].map(([method, name]) => [method, { ...operation(name), pathObject }]));
}

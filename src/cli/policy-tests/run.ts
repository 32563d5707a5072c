/** Runs policy tests through the very doors that serve, with nothing counted and nobody asked. */
import type { OperationName } from '../../core/operation.ts';
import { METHODS, type Principal } from '../../core/principal.ts';
import type { Snapshot } from '../../policy/snapshot.ts';
import { anyKey, type ExplainedRequest, type Explanation, explain } from '../explain.ts';
import type { Expected, PolicyTest } from './format.ts';

export interface TestResult {
  readonly name: string;
  readonly ok: boolean;
  /** What came instead; empty where all is as expected. */
  readonly instead: readonly string[];
  /** Grants that matched the request: those it rests on. */
  readonly grants: readonly string[];
}

export async function runTest(test: PolicyTest, policy: Snapshot): Promise<TestResult> {
  const asked = requestOf(test);
  const explanation = await explain(
    asked,
    test.as === undefined ? policy : standingIn(policy, test.as),
    NO_KEYS,
  );
  const instead = differences(test.expect, explanation);
  const grants = explanation.grants.filter((grant) => grant.matched).map(({ id }) => id);
  return { name: test.name, ok: instead.length === 0, instead, grants };
}

const NO_KEYS = { find: () => ({ found: false, why: 'unknown' }) as const };

/** The policy as it is, but that one key is known, and speaks for whomever the test says. */
function standingIn(policy: Snapshot, as: NonNullable<PolicyTest['as']>): Snapshot {
  const { grants, methods = ['api-key'], groups = [], ...attributes } = as;
  const given = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
  const principal: Principal = {
    ...given,
    methods,
    id: as.key ?? as.user ?? as.workload ?? 'test',
    groups,
    ...(grants !== undefined && { bound: { grants } }),
  };
  return {
    ...policy,
    identity: {
      apiKeys: { headers: ['authorization'], query: false, find: () => ({ found: true, principal }) },
      issuers: new Map(),
      introspection: [],
      requires: () => ({ prove: 'any', methods: METHODS }),
      serves: () => true,
      trustedHops: 0,
    },
  };
}

const PATHS: Partial<Record<OperationName, readonly [method: string, path: string]>> = {
  chat: ['POST', '/v1/chat/completions'],
  completions: ['POST', '/v1/completions'],
  embeddings: ['POST', '/v1/embeddings'],
  responses: ['POST', '/v1/responses'],
  'responses.get': ['GET', '/v1/responses/resp_1'],
  'responses.delete': ['DELETE', '/v1/responses/resp_1'],
  'responses.cancel': ['POST', '/v1/responses/resp_1/cancel'],
  'responses.items': ['GET', '/v1/responses/resp_1/input_items'],
  'files.create': ['POST', '/v1/files'],
  'files.list': ['GET', '/v1/files'],
  'files.get': ['GET', '/v1/files/file-1'],
  'files.content': ['GET', '/v1/files/file-1/content'],
  'files.delete': ['DELETE', '/v1/files/file-1'],
  'batches.create': ['POST', '/v1/batches'],
  'batches.list': ['GET', '/v1/batches'],
  'batches.get': ['GET', '/v1/batches/batch_1'],
  'batches.cancel': ['POST', '/v1/batches/batch_1/cancel'],
  'models.list': ['GET', '/v1/models'],
};

/** The least that each operation takes. */
const BODIES: Partial<Record<OperationName, object>> = {
  chat: { messages: [{ role: 'user', content: 'hello' }] },
  completions: { prompt: 'hello' },
  embeddings: { input: 'hello' },
  responses: { input: 'hello', store: false },
};

function requestOf({ request, as, from, at }: PolicyTest): ExplainedRequest {
  const { operation, model, host } = request;
  const [method, path] = (operation && PATHS[operation]) ?? ['GET', `/v1/models/${model ?? ''}`];
  const json = bodyOf(request);
  const headers = new Map(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), [value]]),
  );
  if (json !== undefined && !headers.has('content-type')) headers.set('content-type', ['application/json']);
  if (as !== undefined) headers.set('authorization', [`Bearer ${anyKey()}`]);
  return {
    method: request.method ?? method,
    path: request.path ?? path,
    headers,
    body: json === undefined ? new Uint8Array(0) : Buffer.from(JSON.stringify(json)),
    ...(host !== undefined && { authority: host }),
    ...(from !== undefined && { sourceAddress: from }),
    ...(at !== undefined && { at }),
  };
}

function bodyOf({ operation, model, body }: PolicyTest['request']): object | undefined {
  const least = operation === undefined ? undefined : BODIES[operation];
  if (least === undefined && body === undefined) return undefined;
  return { ...(model !== undefined && { model }), ...least, ...body };
}

/** What is otherwise than expected, a line each. */
function differences(expected: Expected, came: Explanation): string[] {
  const refused = came.allowed ? undefined : (came.record?.reason ?? 'refused');
  if (expected !== 'allow' && 'refuse' in expected)
    return refused === expected.refuse
      ? []
      : [`expected ${expected.refuse}, came ${refused ?? 'allow'}${whyOf(came)}`];
  if (refused !== undefined) return [`expected allow, came ${refused}${whyOf(came)}`];
  if (expected === 'allow') return [];
  const { grants, backend, stripped, clamped } = expected.allow;
  const matched = came.grants
    .filter((grant) => grant.matched && grant.effect === 'allow')
    .map(({ id }) => id);
  return [
    differs('grants', grants, matched),
    differs('stripped', stripped, came.record?.stripped ?? []),
    differs('clamped', clamped, came.record?.clamped ?? []),
    backend === undefined || came.route?.backend === backend
      ? undefined
      : `expected backend ${backend}, came ${came.route?.backend ?? 'none'}`,
  ].filter((line) => line !== undefined);
}

function whyOf({ record, grants }: Explanation): string {
  const near = grants.filter(({ matched, mismatch }) => !matched && mismatch?.on !== 'to').slice(0, 3);
  const told = near.map(({ id, mismatch }) => `${id}: ${mismatch?.on}, ${mismatch?.why}`);
  return [record?.why ? ` (${record.why})` : '', ...told.map((line) => `\n      ${line}`)].join('');
}

function differs(
  what: string,
  expected: readonly string[] | undefined,
  came: readonly string[],
): string | undefined {
  if (expected === undefined) return undefined;
  const same = expected.length === came.length && expected.every((one) => came.includes(one));
  return same ? undefined : `expected ${what} [${expected.join(', ')}], came [${came.join(', ')}]`;
}

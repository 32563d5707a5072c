/** A compiled policy by hand, so that the doors are tested without the policy's reader. */
import type { Grant, Guardrail, Limit, Snapshot } from '../../src/policy/snapshot.ts';

export const MASK_INPUT: Guardrail = {
  id: 'mask-input',
  on: 'input',
  detect: ['pii.email', 'pii.card'],
  action: 'mask',
  as: 'pseudonym',
  shadow: false,
};
export const MASK_OUTPUT: Guardrail = {
  id: 'mask-output',
  on: 'output',
  detect: ['pii.card'],
  action: 'mask',
  as: 'label',
  shadow: false,
};

export interface Choices {
  readonly guardrails?: readonly Guardrail[];
  readonly limits?: readonly Limit[];
  readonly unknownPrice?: Snapshot['prices']['unknown'];
  /** Requests that may be made with each model; all by default. */
  readonly allows?: (model: string) => boolean;
  readonly operations?: readonly string[];
  readonly grants?: readonly Grant[];
  readonly identity?: Partial<Snapshot['identity']>;
  readonly bounds?: Partial<Snapshot['bounds']>;
  /** More than one backend. */
  readonly spread?: boolean;
}

/** A grant that allows everything, but for what is said. */
export function grantOf(more: Partial<Grant> = {}): Grant {
  return {
    id: 'grant',
    effect: 'allow',
    allowsModel: () => true,
    anyModel: true,
    opensChannels: false,
    features: { of: () => ({ kind: 'allow' }), silent: true },
    scopesFor: () => [],
    needsBody: false,
    fixed: false,
    applies: () => undefined,
    concerns: () => undefined,
    ...more,
  };
}

/** A limit on requests a minute for each key, but for what is said. */
export function limitOf(more: Partial<Limit> & { readonly most?: number } = {}): Limit {
  const { most = 5, ...rest } = more;
  return {
    id: 'per-key',
    counts: 'requests',
    per: ['key'],
    over: { kind: 'window', windowMs: 60_000 },
    needsModel: false,
    concerns: () => true,
    mostFor: () => most,
    weighted: false,
    shadow: false,
    clamp: false,
    stop: false,
    alerts: [],
    ...rest,
  };
}

/** Models `fast` (an alias of `gpt-4.1-mini` at `openai`) and `llama` (at `vllm`, or `openai` where not spread). */
export function policy(choices: Choices = {}): Snapshot {
  const operations = choices.operations ?? ['chat', 'completions', 'embeddings', 'models.list', 'models.get'];
  const grants = choices.grants ?? [
    grantOf({ id: 'everything', allowsModel: choices.allows ?? (() => true) }),
  ];
  const second = choices.spread === false ? 'openai' : 'vllm';
  return {
    version: 'v1',
    identity: {
      apiKeys: { headers: ['authorization', 'x-api-key'], query: false, find: () => undefined },
      issuers: new Map(),
      introspection: [],
      requires: () => ({ prove: 'any', methods: ['api-key'] }),
      serves: () => true,
      trustedHops: 0,
      ...choices.identity,
    },
    models: new Map([
      [
        'fast',
        {
          name: 'fast',
          sticky: true,
          backends: [
            {
              backend: 'openai',
              model: 'gpt-4.1-mini',
              weight: 1,
              priority: 0,
              price: { input: 400_000, output: 1_600_000 },
            },
          ],
        },
      ],
      [
        'llama',
        {
          name: 'llama',
          sticky: true,
          backends: [{ backend: second, model: 'llama', weight: 1, priority: 0 }],
        },
      ],
    ]),
    backends: new Map([
      [
        'openai',
        {
          name: 'openai',
          dialect: 'openai',
          cluster: 'openai',
          credential: { kind: 'static', secret: 'sk-backend' },
        },
      ],
      ['vllm', { name: 'vllm', dialect: 'openai', cluster: 'vllm' }],
    ]),
    grantsFor: (_, operation) => (operations.includes(operation) ? grants : []),
    grants,
    limits: choices.limits ?? [],
    prices: { currency: 'USD', unknown: choices.unknownPrice ?? 'deny' },
    state: { whenAway: 'deny', replicas: 1 },
    content: new Map(),
    analyzers: new Map(),
    guardrails: choices.guardrails ?? [],
    bounds: {
      requestBytes: 1_000_000,
      responseBytes: 1_000_000,
      sessionMs: 3_600_000,
      jsonDepth: 128,
      jsonValues: 100_000,
      ...choices.bounds,
    },
    audit: {},
  };
}

/** The policies of one replica: one, current, and known by its version. */
export function only(snapshot: Snapshot | undefined) {
  return {
    current: () => snapshot,
    at: (version: string) => (snapshot?.version === version ? snapshot : undefined),
  };
}

/** What holds where there is no policy: for trying things out, never for serving. */
import { DIALECTS } from '../core/operation.ts';
import { boundsSchema } from './schema/service.ts';
import type { ExpandTypes } from './sections/guardrails.ts';
import type { ApiKeyRules, Backend, Grant, Guardrail, Model, Requirement, Snapshot } from './snapshot.ts';
import { versionOf } from './version.ts';

/**
 * Everybody may do everything with any model at one backend of each dialect, and all that the detectors find is only logged.
 * @param expand the finding types that a pattern stands for
 */
export function defaultSnapshot(expand: ExpandTypes): Snapshot {
  const detect = Object.freeze([...expand('*')]);
  const bounds = boundsSchema.parse({});
  const backends = DIALECTS.map((dialect): [string, Backend] => [
    dialect,
    Object.freeze({ name: dialect, dialect, cluster: dialect }),
  ]);
  const grants: readonly Grant[] = Object.freeze([EVERYTHING]);
  return Object.freeze({
    version: versionOf({ default: detect }),
    identity: Object.freeze({
      apiKeys: ANYONE,
      issuers: new Map(),
      introspection: [],
      requires: () => BY_KEY,
      serves: () => true,
      trustedHops: 0,
    }),
    models: new EveryModel(),
    backends: new Map(backends),
    grantsFor: () => grants,
    grants,
    limits: Object.freeze([]),
    prices: Object.freeze({ currency: 'USD', unknown: 'tokens' }),
    state: Object.freeze({ whenAway: 'deny', replicas: 1 }),
    content: new Map(),
    analyzers: new Map(),
    guardrails: Object.freeze([log('input', detect), log('output', detect)]),
    bounds: Object.freeze({
      requestBytes: bounds.requestBody,
      responseBytes: bounds.responseBody,
      sessionMs: bounds.session,
      jsonDepth: bounds.jsonDepth,
      jsonValues: bounds.jsonValues,
    }),
    audit: Object.freeze({}),
  });
}

const EVERYTHING: Grant = Object.freeze({
  id: 'default',
  effect: 'allow',
  allowsModel: () => true,
  anyModel: true,
  opensChannels: false,
  features: Object.freeze({ of: () => ({ kind: 'allow' as const }), silent: false }),
  scopesFor: () => [],
  needsBody: false,
  fixed: true,
  applies: () => undefined,
  concerns: () => undefined,
});

const BY_KEY: Requirement = Object.freeze({ prove: 'any', methods: ['api-key'] as const });

const ANYONE: ApiKeyRules = Object.freeze({
  headers: Object.freeze(['authorization', 'x-api-key']),
  query: false,
  find: () => ({
    found: true as const,
    principal: { methods: ['api-key' as const], id: 'anyone', key: 'anyone', groups: [] },
  }),
});

const log = (on: Guardrail['on'], detect: readonly string[]): Guardrail =>
  Object.freeze({ id: `default-${on}`, on, detect, action: 'log', as: 'label', shadow: false });

/** Has every name that is asked for, and lists none. */
class EveryModel extends Map<string, Model> {
  override has(): boolean {
    return true;
  }

  override get(name: string): Model {
    return {
      name,
      sticky: true,
      backends: DIALECTS.map((backend) => ({ backend, model: name, weight: 1, priority: 0 })),
    };
  }
}

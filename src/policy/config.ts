/**
 * The policy's form, read entry by entry: a mistake in one grant hides no mistake in another, nor in what the good
 * ones mean. Each entry keeps its path, so that whoever finds a mistake in its meaning can say where it stands.
 */
import type { z } from 'zod';
import { describe, reportIssues } from './issues.ts';
import type { Path } from './mistake.ts';
import type { ParsedPolicy } from './parse.ts';
import type { Report } from './report.ts';
import { type AnalyzerConfig, analyzerNameSchema, analyzerSchema } from './schema/analyzers.ts';
import {
  type ApiKeyConfig,
  apiKeySchema,
  apiKeysSchema,
  headersSchema,
  querySchema,
} from './schema/api-keys.ts';
import { type ContentConfig, contentNameSchema, contentSchema } from './schema/content.ts';
import { unknownKey } from './schema/forms.ts';
import { type GrantConfig, grantSchema } from './schema/grants.ts';
import { type GuardrailConfig, guardrailSchema } from './schema/guardrails.ts';
import { hostsSchema, identitySchema, resourceSchema, trustedHopsSchema } from './schema/identity.ts';
import { type LimitConfig, limitSchema } from './schema/limits.ts';
import {
  type BackendConfig,
  backendSchema,
  type ModelConfig,
  modelSchema,
  type TenantConfig,
  tenantSchema,
} from './schema/models.ts';
import { type MeshConfig, type MtlsConfig, meshSchema, mtlsSchema } from './schema/mtls.ts';
import { type IntrospectionConfig, introspectionSchema, type OidcConfig, oidcSchema } from './schema/oidc.ts';
import { type PricesConfig, pricesSchema } from './schema/prices.ts';
import { type RequirementConfig, requirementSchema } from './schema/requirements.ts';
import {
  type AuditConfig,
  auditSchema,
  type BoundsConfig,
  boundsSchema,
  type StateConfig,
  stateSchema,
} from './schema/service.ts';
import {
  backendNameSchema,
  modelNameSchema,
  policySchema,
  tenantNameSchema,
  versionSchema,
} from './schema.ts';
import { mapSteps, type Steps } from './steps.ts';

export interface Entry<T> {
  readonly path: Path;
  readonly value: T;
}

export interface IdentityConfig {
  /** Undefined where the policy takes no API keys. */
  readonly apiKeys:
    | {
        readonly headers: readonly string[];
        readonly query: boolean;
        readonly keys: readonly Entry<ApiKeyConfig>[];
      }
    | undefined;
  readonly oidc: readonly Entry<OidcConfig>[];
  readonly introspection: readonly Entry<IntrospectionConfig>[];
  readonly mtls: Entry<MtlsConfig> | undefined;
  readonly mesh: Entry<MeshConfig> | undefined;
  readonly require: readonly Entry<RequirementConfig>[];
  readonly resource: string | undefined;
  /** Undefined where every host is served. */
  readonly hosts: readonly string[] | undefined;
  readonly trustedHops: number;
}

export interface Config {
  readonly identity: IdentityConfig;
  /** Undefined where the policy has no tenant tree. */
  readonly tenants: ReadonlyMap<string, TenantConfig> | undefined;
  readonly models: ReadonlyMap<string, Entry<ModelConfig>>;
  readonly backends: ReadonlyMap<string, Entry<BackendConfig>>;
  readonly grants: readonly Entry<GrantConfig>[];
  readonly limits: readonly Entry<LimitConfig>[];
  readonly content: ReadonlyMap<string, Entry<ContentConfig>>;
  readonly analyzers: ReadonlyMap<string, Entry<AnalyzerConfig>>;
  readonly guardrails: readonly Entry<GuardrailConfig>[];
  readonly prices: PricesConfig;
  readonly state: StateConfig;
  readonly audit: AuditConfig;
  readonly bounds: BoundsConfig;
  /** Names that are given, also those whose entry has a mistake. */
  readonly declared: {
    readonly models: ReadonlySet<string>;
    readonly backends: ReadonlySet<string>;
    readonly content: ReadonlySet<string>;
    readonly analyzers: ReadonlySet<string>;
  };
}

type Section = Readonly<Record<string, unknown>>;

/** Reads what can be read; everything else is in the report. */
export function* readConfig(source: ParsedPolicy, report: Report): Steps<Config> {
  const root = mapOf(source.value, [], policySchema, report);
  if (isMap(source.value)) readOne(root.version, ['version'], versionSchema, report);
  const tenants = readMap(root.tenants, ['tenants'], tenantNameSchema, tenantSchema, report);
  return {
    identity: readIdentity(root.identity, report),
    tenants:
      root.tenants === undefined
        ? undefined
        : new Map([...tenants].map(([name, { value }]) => [name, value])),
    models: readMap(root.models, ['models'], modelNameSchema, modelSchema, report),
    backends: readMap(root.backends, ['backends'], backendNameSchema, backendSchema, report),
    grants: yield* readListSteps(root.grants, ['grants'], grantSchema, report),
    limits: readList(root.limits, ['limits'], limitSchema, report),
    content: readMap(root.content, ['content'], contentNameSchema, contentSchema, report),
    analyzers: readMap(root.analyzers, ['analyzers'], analyzerNameSchema, analyzerSchema, report),
    guardrails: readList(root.guardrails, ['guardrails'], guardrailSchema, report),
    prices: readOne(or(root.prices, {}), ['prices'], pricesSchema, report) ?? pricesSchema.parse({}),
    state: readOne(or(root.state, {}), ['state'], stateSchema, report) ?? stateSchema.parse({}),
    audit: readOne(or(root.audit, {}), ['audit'], auditSchema, report) ?? {},
    bounds: readOne(or(root.bounds, {}), ['bounds'], boundsSchema, report) ?? boundsSchema.parse({}),
    declared: {
      models: namesOf(root.models),
      backends: namesOf(root.backends),
      content: namesOf(root.content),
      analyzers: namesOf(root.analyzers),
    },
  };
}

function readIdentity(value: unknown, report: Report): IdentityConfig {
  const path = ['identity'];
  const identity = mapOf(or(value, {}), path, identitySchema, report);
  const read = <S extends z.ZodType>(key: string, schema: S): z.output<S> | undefined =>
    identity[key] === undefined ? undefined : readOne(identity[key], [...path, key], schema, report);
  const entry = <S extends z.ZodType>(key: string, schema: S): Entry<z.output<S>> | undefined => {
    const value = read(key, schema);
    return value === undefined ? undefined : { path: [...path, key], value };
  };
  return {
    apiKeys: readApiKeys(identity.apiKeys, report),
    oidc: readList(identity.oidc, [...path, 'oidc'], oidcSchema, report),
    introspection: readList(identity.introspection, [...path, 'introspection'], introspectionSchema, report),
    mtls: entry('mtls', mtlsSchema),
    mesh: entry('mesh', meshSchema),
    require: readList(identity.require, [...path, 'require'], requirementSchema, report),
    resource: read('resource', resourceSchema),
    hosts: read('hosts', hostsSchema),
    trustedHops: read('trustedHops', trustedHopsSchema) ?? 0,
  };
}

function readApiKeys(value: unknown, report: Report): IdentityConfig['apiKeys'] {
  if (value === undefined) return undefined;
  const path = ['identity', 'apiKeys'];
  const apiKeys = mapOf(value, path, apiKeysSchema, report);
  return {
    headers: readOne(apiKeys.headers, [...path, 'headers'], headersSchema, report) ?? [],
    query: readOne(apiKeys.query, [...path, 'query'], querySchema, report) ?? false,
    keys: readList(apiKeys.keys, [...path, 'keys'], apiKeySchema, report),
  };
}

/** The keys of a map whose values are read one by one; unknown ones are reported. */
function mapOf(value: unknown, path: Path, schema: z.ZodObject, report: Report): Section {
  if (!isMap(value)) {
    readOne(value, path, schema, report);
    return {};
  }
  const known = Object.keys(schema.shape);
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) report.error([...path, key], unknownKey(key, known), 'key');
  }
  return value;
}

function readList<S extends z.ZodType>(
  value: unknown,
  path: Path,
  schema: S,
  report: Report,
): Entry<z.output<S>>[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    report.error(path, `expected a list of ${path.at(-1)}, found ${describe(value)}`);
    return [];
  }
  return value.flatMap((item, i) => readItem(item, i, path, schema, report));
}

function readItem<S extends z.ZodType>(
  item: unknown,
  i: number,
  path: Path,
  schema: S,
  report: Report,
): Entry<z.output<S>>[] {
  const read = readOne(item, [...path, i], schema, report);
  return read === undefined ? [] : [{ path: [...path, i], value: read }];
}

/** The same for a list that may have thousands of items. */
function* readListSteps<S extends z.ZodType>(
  value: unknown,
  path: Path,
  schema: S,
  report: Report,
): Steps<Entry<z.output<S>>[]> {
  if (!Array.isArray(value)) return readList(value, path, schema, report);
  const read = yield* mapSteps(value, (item, i) => readItem(item, i, path, schema, report));
  return read.flat();
}

function readMap<S extends z.ZodType>(
  value: unknown,
  path: Path,
  nameSchema: z.ZodString,
  schema: S,
  report: Report,
): ReadonlyMap<string, Entry<z.output<S>>> {
  const entries = new Map<string, Entry<z.output<S>>>();
  if (value === undefined) return entries;
  if (!isMap(value)) report.error(path, `expected a map of ${path.at(-1)} by name, found ${describe(value)}`);
  for (const [name, item] of Object.entries(isMap(value) ? value : {})) {
    const named = nameSchema.safeParse(name);
    if (!named.success)
      report.error(
        [...path, name],
        `${named.error.issues[0]?.message}, found ${JSON.stringify(name)}`,
        'key',
      );
    const read = readOne(item, [...path, name], schema, report);
    if (named.success && read !== undefined) entries.set(name, { path: [...path, name], value: read });
  }
  return entries;
}

function readOne<S extends z.ZodType>(
  value: unknown,
  path: Path,
  schema: S,
  report: Report,
): z.output<S> | undefined {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  reportIssues(read.error.issues, value, path, report);
  return undefined;
}

/** Only what is not there has a default: a key without a value is a mistake. */
const or = (value: unknown, fallback: unknown): unknown => (value === undefined ? fallback : value);

const isMap = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const namesOf = (value: unknown): ReadonlySet<string> => new Set(isMap(value) ? Object.keys(value) : []);

/** Issuers of tokens. */
import type { Assigned } from '../../core/principal.ts';
import type { Config, Entry } from '../config.ts';
import type { ClaimRules, IntrospectionRules, IssuerRules } from '../identity-rules.ts';
import type { Path } from '../mistake.ts';
import type { Report } from '../report.ts';
import type { AssignConfig } from '../schema/assign.ts';
import type { IntrospectionConfig, OidcConfig } from '../schema/oidc.ts';
import type { SecretResolver } from './secrets.ts';

export function compileIssuers({ identity }: Config, report: Report): ReadonlyMap<string, IssuerRules> {
  const all: readonly Entry<{ readonly id: string }>[] = [...identity.oidc, ...identity.introspection];
  reportSame(all, ({ id }) => id, 'id', report);
  reportSame(identity.oidc, ({ issuer }) => issuer, 'issuer', report);
  return new Map(identity.oidc.map((entry) => [entry.value.issuer, issuerOf(entry, report)]));
}

function issuerOf({ path, value }: Entry<OidcConfig>, report: Report): IssuerRules {
  const { jwks } = value;
  return Object.freeze({
    id: value.id,
    issuer: value.issuer,
    ...(jwks !== undefined && { jwksUri: jwks }),
    audiences: value.audiences,
    algorithms: value.algorithms,
    types: value.types.map((type) => (type === 'none' ? '' : type)),
    toleranceMs: value.tolerance,
    maxAgeMs: value.maxAge,
    maxBytes: value.maxSize,
    staleMs: value.staleKeys,
    binding: value.binding,
    claims: claimsOf(value, path, report),
    assign: assignedOf(value.assign),
  });
}

export function compileIntrospection(
  { identity }: Config,
  resolve: SecretResolver,
  report: Report,
): readonly IntrospectionRules[] {
  return identity.introspection.map((entry) => endpointOf(entry, resolve, report));
}

function endpointOf(
  { path, value }: Entry<IntrospectionConfig>,
  resolve: SecretResolver,
  report: Report,
): IntrospectionRules {
  const { client, issuer } = value;
  const secret = resolve(client.secret);
  if ('problem' in secret) report.error([...path, 'client', 'secret'], secret.problem);
  return Object.freeze({
    id: value.id,
    endpoint: value.endpoint,
    clientId: client.id,
    clientSecret: 'secret' in secret ? secret.secret : '',
    authentication: client.authentication,
    timeoutMs: value.timeout,
    ...(issuer !== undefined && { issuer }),
    audiences: value.audiences ?? [],
    toleranceMs: value.tolerance,
    cacheMs: value.cache,
    binding: value.binding,
    claims: claimsOf(value, path, report),
    assign: assignedOf(value.assign),
  });
}

type Mapped = Pick<OidcConfig, 'claims' | 'assign'>;

/** What the policy assigns, no claim may say otherwise. */
function claimsOf({ claims, assign }: Mapped, path: Path, report: Report): ClaimRules {
  for (const name of Object.keys(assign ?? {})) {
    const mapped = name !== 'scopes' && name in claims && claims[name as keyof typeof claims] !== undefined;
    if (mapped)
      report.error([...path, 'assign', name], 'is mapped from a claim, too: expected one of the two', 'key');
  }
  const { labels, groups = [], ...rest } = claims;
  return Object.freeze({ ...without(rest), groups, labels: new Map(Object.entries(labels ?? {})) });
}

/** Attributes that are not given are absent, not undefined. */
function without<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

export function assignedOf(assign: AssignConfig | undefined): Assigned {
  return Object.freeze(without(assign ?? {}) as Assigned);
}

function reportSame<T>(
  entries: readonly Entry<T>[],
  nameOf: (value: T) => string,
  key: string,
  report: Report,
): void {
  const seen = new Map<string, Entry<T>>();
  for (const entry of entries) {
    const name = nameOf(entry.value);
    const before = seen.get(name);
    if (before === undefined) seen.set(name, entry);
    else report.error([...entry.path, key], `stands at ${report.where([...before.path, key])} already`);
  }
}

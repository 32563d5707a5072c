/** How callers prove who they are: all ways together, and which of them will do where. */
import type { OperationName } from '../../core/operation.ts';
import { METHODS, type Method } from '../../core/principal.ts';
import type { Config, Entry } from '../config.ts';
import { type HostTest, hostTest } from '../hosts.ts';
import type { IdentityRules, Requirement, ResourceRules } from '../identity-rules.ts';
import type { Report } from '../report.ts';
import type { RequirementConfig } from '../schema/requirements.ts';
import { compileApiKeys } from './keys.ts';
import { compileMesh, compileMtls } from './mtls.ts';
import { assignedOf, compileIntrospection, compileIssuers } from './oidc.ts';
import type { SecretResolver } from './secrets.ts';

/** @param now wall clock, milliseconds; only for warnings about what has expired */
export function compileIdentity(
  config: Config,
  resolve: SecretResolver,
  now: number,
  report: Report,
): IdentityRules {
  const apiKeys = compileApiKeys(config, now, report);
  const issuers = compileIssuers(config, report);
  const introspection = compileIntrospection(config, resolve, report);
  const mtls = compileMtls(config, report);
  const mesh = compileMesh(config, report);
  const { resource, hosts, trustedHops } = config.identity;
  return Object.freeze({
    ...(apiKeys !== undefined && { apiKeys }),
    issuers,
    introspection,
    ...(mtls !== undefined && { mtls }),
    ...(mesh !== undefined && { mesh }),
    requires: compileRequirements(config, report),
    ...(resource !== undefined && { resource: resourceOf(resource, config) }),
    serves: hosts === undefined ? () => true : hostTest(hosts),
    trustedHops,
  });
}

/** The ways that the policy sets up. */
function waysOf({ identity }: Config): ReadonlySet<Method> {
  const { apiKeys, oidc, introspection, mtls, mesh } = identity;
  const set: Partial<Record<Method, boolean>> = {
    'api-key': apiKeys !== undefined,
    oidc: oidc.length > 0,
    introspection: introspection.length > 0,
    mtls: mtls !== undefined,
    mesh: mesh !== undefined,
  };
  return new Set(METHODS.filter((method) => set[method]));
}

interface Rule {
  readonly operations: ReadonlySet<string>;
  readonly fitsHost: HostTest;
  readonly requirement: Requirement;
}

const CREDENTIALS: readonly Method[] = ['api-key', 'oidc', 'introspection'];

function compileRequirements(config: Config, report: Report): IdentityRules['requires'] {
  const ways = waysOf(config);
  if (config.identity.hosts === undefined) warnOfOtherHosts(config, report);
  const rules = config.identity.require.map((entry) => compileRule(entry, ways, report));
  const otherwise: Requirement = Object.freeze({ prove: 'any', methods: [...ways] });
  if (rules.length === 0) return () => otherwise;
  return (operation, authority) =>
    rules.find((rule) => fits(rule, operation, authority))?.requirement ?? otherwise;
}

/** The host is what the client writes: one that no rule names would be a way around them. */
function warnOfOtherHosts({ identity }: Config, report: Report): void {
  const rule = identity.require.find(({ value }) => value.hosts !== undefined);
  if (rule !== undefined)
    report.warn(
      [...rule.path, 'hosts'],
      'any other host is served, too, under the rules that fit it: expected identity.hosts to say which are',
      'key',
    );
}

function fits({ operations, fitsHost }: Rule, operation: OperationName, authority: string): boolean {
  return (operations.has('*') || operations.has(operation)) && fitsHost(authority);
}

function compileRule(
  { path, value }: Entry<RequirementConfig>,
  ways: ReadonlySet<Method>,
  report: Report,
): Rule {
  for (const key of ['any', 'all'] as const) {
    value[key]?.forEach((way, i) => {
      if (!ways.has(way)) report.error([...path, key, i], `${way} is not set up in identity`);
    });
  }
  if ((value.all ?? []).filter((way) => CREDENTIALS.includes(way)).length > 1) {
    report.error(
      [...path, 'all'],
      'a request has one credential: expected one of api-key, oidc, introspection at most',
    );
  }
  if (value.anonymous !== undefined) report.warn([...path, 'anonymous'], 'lets in who proves nothing', 'key');
  const requirement: Requirement = Object.freeze({
    prove: value.all === undefined ? 'any' : 'all',
    methods: value.all ?? value.any ?? [...ways],
    ...(value.anonymous !== undefined && {
      anonymous: assignedOf(value.anonymous === true ? {} : value.anonymous),
    }),
  });
  return {
    operations: new Set<string>(value.operations),
    fitsHost: value.hosts === undefined ? () => true : hostTest(value.hosts),
    requirement,
  };
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** RFC 9728, section 3.1: the well-known path stands between the host and the path of the resource. */
function resourceOf(url: string, { identity }: Config): ResourceRules {
  const { origin, pathname } = new URL(url);
  const metadataPath = `${WELL_KNOWN}${pathname === '/' ? '' : pathname}`;
  const metadata = JSON.stringify({
    resource: url,
    authorization_servers: identity.oidc.map(({ value }) => value.issuer),
    bearer_methods_supported: ['header'],
  });
  return Object.freeze({ url, metadataUrl: `${origin}${metadataPath}`, metadataPath, metadata });
}

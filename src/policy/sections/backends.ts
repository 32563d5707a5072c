/** Backends, with their credentials in place. */
import type { Config, Entry } from '../config.ts';
import type { Report } from '../report.ts';
import type { BackendConfig } from '../schema/models.ts';
import type { Backend, Credential } from '../snapshot.ts';
import { compileCredential } from './credentials.ts';
import type { SecretResolver } from './secrets.ts';

export function compileBackends(
  config: Config,
  resolve: SecretResolver,
  report: Report,
): ReadonlyMap<string, Backend> {
  const backends = new Map<string, Backend>();
  const used = new Set(
    [...config.models.values()].flatMap(({ value }) => value.backends.map((served) => served.name)),
  );
  const whole = config.models.size === config.declared.models.size;
  const known = [...used].every((name) => config.declared.backends.has(name));
  for (const [name, entry] of config.backends) {
    if (whole && known && !used.has(name)) report.warn(entry.path, 'no model is served here', 'key');
    backends.set(name, backendOf(name, entry, resolve, report));
  }
  return backends;
}

function backendOf(
  name: string,
  entry: Entry<BackendConfig>,
  resolve: SecretResolver,
  report: Report,
): Backend {
  const {
    dialect,
    cluster = name,
    url,
    credential,
    tenantCredentials,
    tenants,
    labels,
    silence,
  } = entry.value;
  const own = compileCredential(credential, entry.value, [...entry.path, 'credential'], resolve, report);
  const ofTenants = new Map<string, Credential>();
  for (const [tenant, config] of Object.entries(tenantCredentials ?? {})) {
    const path = [...entry.path, 'tenantCredentials', tenant];
    const compiled = compileCredential(config, entry.value, path, resolve, report);
    if (compiled !== undefined) ofTenants.set(tenant, compiled);
  }
  return Object.freeze({
    name,
    dialect,
    cluster,
    ...(url !== undefined && { url }),
    ...(own !== undefined && { credential: own }),
    ...(tenantCredentials !== undefined && { tenantCredentials: ofTenants }),
    ...(tenants !== undefined && { tenants: Object.freeze(tenants) }),
    ...(labels !== undefined && { labels: Object.freeze(labels) }),
    ...(silence !== undefined && { silenceMs: silence }),
  });
}

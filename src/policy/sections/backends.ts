/** Backends, with their credentials in place. */
import type { Config, Entry } from '../config.ts';
import type { Report } from '../report.ts';
import type { BackendConfig, SecretRef } from '../schema/models.ts';
import type { Backend } from '../snapshot.ts';

/** What became of a secret. A problem names the variable or the file, never what it holds. */
export type Secret = { readonly secret: string } | { readonly problem: string };

/** Looks a secret up where the policy says it is kept. */
export type SecretResolver = (ref: SecretRef) => Secret;

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
  const { dialect, cluster = name, url, credential, tenants, labels, silence } = entry.value;
  const secret = credential && readSecret(credential, [...entry.path, 'credential'], resolve, report);
  return Object.freeze({
    name,
    dialect,
    cluster,
    ...(url !== undefined && { url }),
    ...(secret !== undefined && { credential: secret }),
    ...(tenants !== undefined && { tenants: Object.freeze(tenants) }),
    ...(labels !== undefined && { labels: Object.freeze(labels) }),
    ...(silence !== undefined && { silenceMs: silence }),
  });
}

/** What may stand in a header: visible ASCII, so that a secret cannot bring a header of its own. */
const HEADER_SAFE = /^[\x21-\x7e]{1,8192}$/;

function readSecret(ref: SecretRef, path: Entry<unknown>['path'], resolve: SecretResolver, report: Report) {
  const found = resolve(ref);
  if ('problem' in found) {
    report.error(path, found.problem);
    return undefined;
  }
  if (HEADER_SAFE.test(found.secret)) return found.secret;
  const name = 'env' in ref ? `environment variable ${ref.env}` : `file ${ref.file}`;
  report.error(path, `the ${name} holds no usable secret: expected 1 to 8192 visible ASCII characters`);
  return undefined;
}

/** Which backends may take over a request from another without anybody looking at it again. */
import type { Entry } from '../config.ts';
import type { BackendConfig, ModelConfig } from '../schema/models.ts';
import type { Fallback } from '../snapshot.ts';
import { modelAt, type ServedConfig } from './served.ts';

type Backends = ReadonlyMap<string, Entry<BackendConfig>>;

/**
 * The backends that a proxy may try, in order, where `first` fails: by priority, then as they are written. It sends
 * them the same bytes with the same credential, so they must speak the same dialect below the same path and call the
 * model the same; and whoever may use `first` must be allowed to use them.
 */
export function fallbackOf(
  { backends: served }: ModelConfig,
  first: ServedConfig,
  model: string,
  backends: Backends,
): { readonly fallback?: Fallback } {
  const others = served
    .filter((other) => other !== first && whyNot(first, other, model, backends) === undefined)
    .toSorted((a, b) => a.priority - b.priority)
    .map(({ name }) => name);
  if (others.length === 0) return {};
  const clusters = [first.name, ...others].map((name) => backends.get(name)?.value.cluster ?? name);
  return { fallback: Object.freeze({ group: clusters.join('+'), backends: Object.freeze(others) }) };
}

/** Why a backend cannot take over from another, in words; undefined where it can. */
export function whyNot(
  first: ServedConfig,
  other: ServedConfig,
  model: string,
  backends: Backends,
): string | undefined {
  const [from, to] = [backends.get(first.name)?.value, backends.get(other.name)?.value];
  if (from === undefined || to === undefined) return 'one of them is unknown';
  if (modelAt(first, model) !== modelAt(other, model)) return 'they call the model by different names';
  if (from.dialect !== to.dialect) return 'they speak different dialects';
  if (pathOf(from) !== pathOf(to)) return 'the paths of their URLs differ';
  if (clusterOf(first, from) === clusterOf(other, to)) return 'they are one cluster';
  if (credentialsOf(from) !== credentialsOf(to)) return 'their credentials differ';
  if (isSigned(from)) return 'what is signed for one is not signed for the other';
  if (!servesAllOf(from, to)) return 'they serve different tenants';
  return hasLabelsOf(from, to) ? undefined : 'their labels differ';
}

function credentialsOf({ credential, tenantCredentials }: BackendConfig): string {
  return JSON.stringify([credential, tenantCredentials]);
}

/** A signature is about the host. */
function isSigned({ credential, tenantCredentials }: BackendConfig): boolean {
  return [credential, ...Object.values(tenantCredentials ?? {})].some(
    (one) => one !== undefined && 'aws' in one,
  );
}

function clusterOf({ name }: ServedConfig, { cluster = name }: BackendConfig): string {
  return cluster;
}

function pathOf({ url }: BackendConfig): string {
  return url === undefined ? '' : new URL(url).pathname.replace(/\/$/, '');
}

function servesAllOf(from: BackendConfig, { tenants }: BackendConfig): boolean {
  return tenants === undefined || (from.tenants?.every((tenant) => tenants.includes(tenant)) ?? false);
}

function hasLabelsOf({ labels = {} }: BackendConfig, to: BackendConfig): boolean {
  return Object.entries(labels).every(([name, value]) => to.labels?.[name] === value);
}

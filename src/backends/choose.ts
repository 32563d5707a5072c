/** Which backend serves a request: by weight, among those that serve the model and the caller's tenant. */
import type { DialectName } from '../core/operation.ts';
import type { Random } from '../core/ports.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Backend, Model, Served, Snapshot } from '../policy/snapshot.ts';

export interface Route {
  readonly backend: Backend;
  /** What is asked of it; absent for operations that name no model. */
  readonly target?: { readonly model: Model; readonly served: Served };
}

export interface Choosing {
  /** Of the request: a backend that does not speak it cannot serve it. */
  readonly dialect: DialectName;
  readonly policy: Snapshot;
  readonly tenant: string | undefined;
  /** The backend that keeps what the request names; absent where it names nothing that is kept. */
  readonly home?: string | undefined;
}

/** Chooses a backend for a model, each with the probability of its weight. */
export function choose(model: Model, x: Choosing, random: Random): Route | Refusal {
  const open = model.backends.flatMap((served) => {
    const backend = openBackend(served.backend, x);
    return backend === undefined ? [] : [{ served, backend }];
  });
  const total = open.reduce((sum, { served }) => sum + served.weight, 0);
  let point = open.length === 1 ? 0 : random.fraction() * total;
  for (const { served, backend } of open) {
    point -= served.weight;
    if (point < 0) return { backend, target: { model, served } };
  }
  return refuse('backend_unavailable', { retryAfter: 1 });
}

/** The backend of that name, if it may serve the request. */
export function openBackend(name: string, { dialect, policy, tenant, home }: Choosing): Backend | undefined {
  const backend = policy.backends.get(name);
  if (backend?.dialect !== dialect || (home !== undefined && home !== name)) return undefined;
  return serves(backend, tenant) ? backend : undefined;
}

/** A tenant's own backend serves nobody else. */
function serves(backend: Backend, tenant: string | undefined): boolean {
  return backend.tenants === undefined || (tenant !== undefined && backend.tenants.includes(tenant));
}

/**
 * The one backend that serves every model of a set to a tenant: for streams whose headers must leave before the body
 * is read, and for what is kept at a backend without naming a model.
 * @returns undefined where the models are served by several, or by none
 */
export function onlyBackend(models: readonly Model[], x: Choosing): Backend | undefined {
  const names = new Set(models.flatMap((model) => model.backends.map((served) => served.backend)));
  const open = [...names].flatMap((name) => openBackend(name, x) ?? []);
  return open.length === 1 ? open[0] : undefined;
}

/** Which backend serves a request, among those that serve the model, the caller's tenant and what grants require. */
import type { DialectName } from '../core/operation.ts';
import type { Ports, Random } from '../core/ports.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Backend, Model, Served, Snapshot } from '../policy/snapshot.ts';
import { type ConversationKey, stickTo } from './sticky.ts';

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
  /** What the caller's grants require of a backend; absent where they require nothing. */
  readonly fits?: ((backend: Backend) => boolean) | undefined;
}

export type ChoosingPorts = Pick<Ports, 'random' | 'health' | 'clock'>;

/** A backend that may serve a request, and how the model stands there. */
interface Candidate {
  readonly name: string;
  readonly weight: number;
  readonly served: Served;
  readonly backend: Backend;
}

/**
 * Chooses a backend for a model: of those that may serve the request and are in order the first by priority; among
 * equals the conversation's own, or one by weight. Where none is in order, one is tried all the same: it may be by now.
 * @param conversation of the request, where it has one to be kept together
 * @returns `model_not_allowed` where the caller's grants require of a backend what none has
 */
export function choose(
  model: Model,
  x: Choosing,
  ports: ChoosingPorts,
  conversation?: ConversationKey,
): Route | Refusal {
  const open = model.backends.flatMap((served): Candidate[] => {
    const backend = openBackend(served.backend, x);
    return backend === undefined ? [] : [{ name: backend.name, weight: served.weight, served, backend }];
  });
  const fitting = x.fits === undefined ? open : open.filter(({ backend }) => x.fits?.(backend));
  if (open.length > 0 && fitting.length === 0) return refuse('model_not_allowed', { why: 'backend_labels' });
  const [first, ...others] = firstOf(fitting, ports);
  if (first === undefined) return refuse('backend_unavailable', { retryAfter: 1 });
  const equals: [Candidate, ...Candidate[]] = [first, ...others];
  const sticks = model.sticky && conversation !== undefined && others.length > 0;
  const { backend, served } = sticks ? stickTo(conversation, equals) : byWeight(equals, ports.random);
  return { backend, target: { model, served } };
}

/** Those in order, or all where none is; of them those of the smallest priority. */
function firstOf(candidates: readonly Candidate[], { health, clock }: ChoosingPorts): readonly Candidate[] {
  if (candidates.length <= 1) return candidates;
  const now = clock.elapsed();
  const good = candidates.filter(({ name }) => health.usable(name, now));
  const usable = good.length > 0 ? good : candidates;
  const least = Math.min(...usable.map(({ served }) => served.priority));
  return usable.filter(({ served }) => served.priority === least);
}

function byWeight(candidates: readonly [Candidate, ...Candidate[]], random: Random): Candidate {
  const [only] = candidates;
  if (candidates.length === 1) return only;
  let point = random.fraction() * candidates.reduce((sum, { weight }) => sum + weight, 0);
  for (const candidate of candidates) {
    point -= candidate.weight;
    if (point < 0) return candidate;
  }
  return only;
}

/** The backend of that name, if it may serve the request. */
export function openBackend(name: string, { dialect, policy, tenant, home }: Choosing): Backend | undefined {
  const backend = policy.backends.get(name);
  if (backend?.dialect !== dialect || (home !== undefined && home !== name)) return undefined;
  return serves(backend, tenant) ? backend : undefined;
}

/** A tenant's own backend serves nobody else, and nobody uses the credential of another. */
function serves({ tenants, credential, tenantCredentials }: Backend, tenant: string | undefined): boolean {
  if (tenants !== undefined && (tenant === undefined || !tenants.includes(tenant))) return false;
  if (tenantCredentials === undefined || credential !== undefined) return true;
  return tenant !== undefined && tenantCredentials.has(tenant);
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

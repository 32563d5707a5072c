/** Which backend serves a model: by weight, among those of the policy. */
import type { Random } from '../core/ports.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Backend, Model, Served, Snapshot } from '../policy/snapshot.ts';

export interface Route {
  readonly model: Model;
  readonly served: Served;
  readonly backend: Backend;
}

/** Chooses a backend, each with the probability of its weight. */
export function choose(model: Model, policy: Snapshot, random: Random): Route | Refusal {
  const total = model.backends.reduce((sum, served) => sum + served.weight, 0);
  let point = model.backends.length === 1 ? 0 : random.fraction() * total;
  for (const served of model.backends) {
    point -= served.weight;
    if (point >= 0) continue;
    const backend = policy.backends.get(served.backend);
    if (backend !== undefined) return { model, served, backend };
  }
  return refuse('backend_unavailable', { retryAfter: 1 });
}

/**
 * The one backend that serves every model of a set, for streams whose headers must leave before the body is read.
 * @returns undefined where the models are served by several
 */
export function onlyBackend(models: readonly Model[], policy: Snapshot): Backend | undefined {
  const names = new Set(models.flatMap((model) => model.backends.map((served) => served.backend)));
  const [name] = names;
  return names.size === 1 && name !== undefined ? policy.backends.get(name) : undefined;
}

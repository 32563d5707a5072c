/** Models and the backends that serve them. */
import type { Config, Entry } from '../config.ts';
import type { Report } from '../report.ts';
import type { BackendConfig, ModelConfig } from '../schema/models.ts';
import type { Model, Served } from '../snapshot.ts';
import { didYouMean } from '../suggest.ts';
import { fallbackOf, whyNot } from './fallbacks.ts';
import type { PriceOf } from './prices.ts';
import { modelAt } from './served.ts';

export function compileModels(config: Config, priceOf: PriceOf, report: Report): ReadonlyMap<string, Model> {
  const models = new Map<string, Model>();
  for (const [name, entry] of config.models) {
    reportBackends(entry, config, report);
    reportIdlePriorities(name, entry, config, report);
    models.set(name, modelOf(name, entry.value, priceOf, config.backends));
  }
  return models;
}

function modelOf(
  name: string,
  config: ModelConfig,
  priceOf: PriceOf,
  backends: ReadonlyMap<string, Entry<BackendConfig>>,
): Model {
  const served = config.backends.map((served): Served => {
    const model = modelAt(served, name);
    const price = priceOf(config, served, model);
    const { name: backend, weight, priority } = served;
    return Object.freeze({
      backend,
      model,
      weight,
      priority,
      ...fallbackOf(config, served, name, backends),
      ...(price && { price }),
    });
  });
  const { tenants, sticky } = config;
  return Object.freeze({
    name,
    backends: Object.freeze(served),
    sticky,
    ...(tenants !== undefined && { tenants: Object.freeze(tenants) }),
  });
}

function reportBackends(entry: Entry<ModelConfig>, config: Config, report: Report): void {
  const model = String(entry.path.at(-1));
  const seen = new Set<string>();
  entry.value.backends.forEach((served, i) => {
    const path = [...entry.path, 'backends', i];
    if (!config.declared.backends.has(served.name)) {
      const guess = didYouMean(served.name, config.declared.backends);
      report.error(
        path,
        `unknown backend ${JSON.stringify(served.name)}${guess || ': expected one of the backends section'}`,
      );
    }
    const place = JSON.stringify([served.name, modelAt(served, model)]);
    if (seen.has(place))
      report.error(path, 'the same backend and model stand twice: expected one entry with a weight');
    seen.add(place);
  });
}

/** Whoever gives priorities expects that requests move on by themselves: told where the proxy cannot do that. */
function reportIdlePriorities(
  model: string,
  { path, value: { backends: served } }: Entry<ModelConfig>,
  { backends }: Config,
  report: Report,
): void {
  for (const [i, later] of served.entries()) {
    const reasons = served
      .filter(({ priority }) => priority < later.priority)
      .map((earlier) => whyNot(earlier, later, model, backends));
    const [reason] = reasons;
    if (reason === undefined || reasons.includes(undefined)) continue;
    report.warn(
      [...path, 'backends', i],
      `a request that fails elsewhere does not move here, since ${reason}: only later ones do`,
    );
  }
}

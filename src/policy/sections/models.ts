/** Models and the backends that serve them. */
import type { Config, Entry } from '../config.ts';
import type { Report } from '../report.ts';
import type { ModelConfig } from '../schema/models.ts';
import type { Model, Served } from '../snapshot.ts';
import { didYouMean } from '../suggest.ts';
import type { PriceOf } from './prices.ts';

export function compileModels(config: Config, priceOf: PriceOf, report: Report): ReadonlyMap<string, Model> {
  const models = new Map<string, Model>();
  for (const [name, entry] of config.models) {
    reportBackends(entry, config, report);
    models.set(name, modelOf(name, entry.value, priceOf));
  }
  return models;
}

function modelOf(name: string, config: ModelConfig, priceOf: PriceOf): Model {
  const backends = config.backends.map((served): Served => {
    const model = modelAt(served, name);
    const price = priceOf(config, served, model);
    return Object.freeze({ backend: served.name, model, weight: served.weight, ...(price && { price }) });
  });
  const { tenants } = config;
  return Object.freeze({
    name,
    backends: Object.freeze(backends),
    ...(tenants !== undefined && { tenants: Object.freeze(tenants) }),
  });
}

type ServedConfig = ModelConfig['backends'][number];

const modelAt = (served: ServedConfig, name: string): string => ('model' in served && served.model) || name;

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

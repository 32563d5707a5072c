/** Prices: what the policy names, else what the price list says, else what the policy says of those that nobody knows. */
import { type Price, perThousand, type Rates } from '../../core/money.ts';
import type { Config } from '../config.ts';
import { modelTests } from '../model-patterns.ts';
import { listedPrice } from '../price-list.ts';
import type { Report } from '../report.ts';
import type { ModelConfig } from '../schema/models.ts';
import type { PriceConfig, PricesConfig, TierConfig } from '../schema/prices.ts';
import type { PriceRules } from '../snapshot.ts';

type ServedConfig = ModelConfig['backends'][number];

/** Finds what a model costs at a backend. */
export type PriceOf = (model: ModelConfig, served: ServedConfig, servedModel: string) => Price | undefined;

/** @param now wall clock, milliseconds: prices are those of the moment at which the policy is read */
export function pricesFor({ prices, backends }: Config, now: number): PriceOf {
  const rate = prices.currency === 'USD' ? (prices.rate ?? 1) : prices.rate;
  const unknown = typeof prices.unknown === 'string' ? undefined : priceFrom(prices.unknown);
  return (model, served, servedModel) => {
    const named = 'price' in served && served.price !== undefined ? served.price : model.price;
    if (named !== undefined) return priceFrom(named);
    const backend = backends.get(served.name)?.value;
    const listed =
      prices.list === 'none' || rate === undefined || backend === undefined
        ? undefined
        : listedPrice({ dialect: backend.dialect, url: backend.url, model: servedModel, rate, now });
    return listed ?? unknown;
  };
}

export function priceRules({ unknown, currency }: PricesConfig): PriceRules {
  return Object.freeze({ currency, unknown: unknown === 'tokens' ? 'tokens' : 'deny' });
}

function priceFrom({ tiers, image, batch, ...rates }: PriceConfig): Price {
  return Object.freeze({
    ...ratesFrom(rates),
    ...(tiers && { tiers: tiers.map(({ above, ...more }) => ({ above, rates: ratesFrom(more) })) }),
    ...(image !== undefined && { image: Math.ceil(image * 1e9) }),
    ...(batch !== undefined && { batch }),
  });
}

function ratesFrom(rates: Omit<PriceConfig, 'tiers' | 'image' | 'batch'> | Omit<TierConfig, 'above'>): Rates {
  const { input, output, ...kinds } = rates;
  const others = Object.entries(kinds).flatMap(([kind, price]) =>
    price === undefined ? [] : [[kind, perThousand(price)] as const],
  );
  return { input: perThousand(input), output: perThousand(output), ...Object.fromEntries(others) };
}

/** Models without a price, where some budget would ask for it. */
export function reportPrices(config: Config, priceOf: PriceOf, report: Report): void {
  const isBudgeted = budgeted(config);
  for (const [name, entry] of config.models) {
    if (config.prices.unknown === 'tokens' || !isBudgeted(name)) continue;
    const unpriced = entry.value.backends.find(
      (served) =>
        config.backends.has(served.name) &&
        priceOf(entry.value, served, ('model' in served && served.model) || name) === undefined,
    );
    if (unpriced === undefined) continue;
    const why = `no price is known at ${unpriced.name}: it is refused wherever a budget applies (prices.unknown)`;
    report.warn(entry.path, why, 'key');
  }
}

function budgeted({ limits, models }: Config): (model: string) => boolean {
  const testOf = modelTests(models);
  const tests = limits
    .filter(({ value }) => value.cost !== undefined)
    .map(({ value }) => testOf(value.models ?? ['*']));
  return (model) => tests.some((test) => test(model));
}

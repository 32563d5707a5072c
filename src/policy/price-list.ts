/**
 * What models cost where the policy does not say: the list of `@pydantic/genai-prices` (MIT), which comes with the
 * package and is never fetched. Looked up when a policy is read, not for each request.
 */
import { calcPrice, findProvider, type ModelPrice } from '@pydantic/genai-prices';
import { type Price, perThousand, type Rates } from '../core/money.ts';
import type { DialectName } from '../core/operation.ts';

/** Version and day of the list, for people. */
export const PRICE_LIST = { name: 'genai-prices 0.1.8', date: '2026-09-23' } as const;

export interface Asked {
  readonly dialect: DialectName;
  /** The backend's address: it says whose prices hold. */
  readonly url: string | undefined;
  /** The name that the backend knows the model by. */
  readonly model: string;
  /** How much of the policy's currency a US dollar is. */
  readonly rate: number;
  /** Wall clock, milliseconds: some prices begin at a day, or hold at an hour of it. */
  readonly now: number;
}

/** The provider whose prices are meant where a backend has no address of its own. */
const PROVIDERS: Readonly<Record<string, string>> = {
  openai: 'openai',
  azure: 'azure',
  anthropic: 'anthropic',
  gemini: 'google',
  bedrock: 'aws',
  cohere: 'cohere',
};

const DAY_MS = 86_400_000;
/** Providers that state half the price for batches; of others the whole is charged. */
const HALF_FOR_BATCHES: ReadonlySet<string> = new Set(['openai', 'azure', 'anthropic', 'google', 'aws']);

/** @returns undefined where the list has no such model, or does not know the address */
export function listedPrice({ dialect, url, model, rate, now }: Asked): Price | undefined {
  const providerId = url === undefined ? PROVIDERS[dialect] : findProvider({ providerApiUrl: url })?.id;
  if (providerId === undefined) return undefined;
  const prices = dearest(model, providerId, now);
  if (prices === undefined) return undefined;
  const starts = tierStarts(prices);
  const base = ratesAt(prices, 0, rate);
  if (base === undefined) return undefined;
  return Object.freeze({
    ...base,
    ...(starts.length > 0 && {
      tiers: starts.map((above) => ({ above, rates: ratesAt(prices, above, rate) ?? base })),
    }),
    ...(typeof prices.requests_kcount === 'number' && {
      request: Math.ceil(prices.requests_kcount * rate * 1e6),
    }),
    ...(HALF_FOR_BATCHES.has(providerId) && { batch: 500 }),
  });
}

/** Where a price depends on the hour, the dearest of the day: the policy may be in force through all of it. */
function dearest(model: string, providerId: string, now: number): ModelPrice | undefined {
  const at = (timestamp: number) =>
    calcPrice({ input_tokens: 1, output_tokens: 1 }, model, { providerId, timestamp: new Date(timestamp) });
  const found = at(now);
  if (found === null) return undefined;
  const { prices } = found.model;
  const byHour =
    Array.isArray(prices) && prices.some(({ constraint }) => constraint?.type === 'time_of_date');
  if (!byHour) return found.model_price;
  const day = now - (now % DAY_MS);
  const hours = Array.from({ length: 24 }, (_, hour) => at(day + hour * (DAY_MS / 24)));
  const dearer = hours.filter((one) => one !== null).sort((a, b) => b.total_price - a.total_price);
  return (dearer[0] ?? found).model_price;
}

function tierStarts(prices: ModelPrice): readonly number[] {
  const starts = Object.values(prices).flatMap((price) =>
    typeof price === 'object' ? price.tiers.map(({ start }) => start) : [],
  );
  return [...new Set(starts)].sort((a, b) => a - b);
}

/** Rates of prompts just above a number of tokens. A model that has no output, such as one for embeddings, costs none. */
function ratesAt(prices: ModelPrice, above: number, rate: number): Rates | undefined {
  const at = (name: string): number | undefined => {
    const price = prices[name];
    if (price === undefined || typeof price === 'number')
      return price === undefined ? undefined : perThousand(price * rate);
    return perThousand((price.tiers.findLast(({ start }) => start <= above)?.price ?? price.base) * rate);
  };
  const input = at('input_mtok');
  if (input === undefined) return undefined;
  const kinds = {
    cachedInput: at('cache_read_mtok'),
    cacheWrite: at('cache_write_mtok'),
    cacheWriteLong: at('cache_write_1h_mtok'),
    audioInput: at('input_audio_mtok'),
    imageInput: at('input_image_mtok'),
    audioOutput: at('output_audio_mtok'),
    reasoning: at('output_reasoning_mtok'),
  };
  const known = Object.entries(kinds).filter(([, price]) => price !== undefined);
  // Some models answer in images alone.
  return { input, output: at('output_mtok') ?? at('output_image_mtok') ?? 0, ...Object.fromEntries(known) };
}

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadPolicy } from '../../src/policy/load.ts';
import { listedPrice, PRICE_LIST } from '../../src/policy/price-list.ts';
import { setting } from './setting.ts';

const NOW = Date.UTC(2026, 10, 25);
const asked = { rate: 1, now: NOW } as const;
const openai = (model: string) =>
  listedPrice({ ...asked, dialect: 'openai', url: 'https://api.openai.com', model });

function modelsOf(text: string) {
  const file = join(mkdtempSync(join(tmpdir(), 'sallyport-prices-')), 'policy.yaml');
  writeFileSync(
    file,
    `version: 1\nidentity: { apiKeys: {} }\ngrants: [{ to: any, operations: "*", models: "*" }]\n${text}`,
  );
  const loaded = loadPolicy(file, setting);
  assert.ok('snapshot' in loaded, JSON.stringify(loaded));
  return loaded.snapshot;
}

describe('the list of prices', () => {
  it('is the one that is installed', () => {
    const { version } = JSON.parse(
      readFileSync(
        new URL('../../node_modules/@pydantic/genai-prices/package.json', import.meta.url),
        'utf8',
      ),
    );
    assert.equal(PRICE_LIST.name, `genai-prices ${version}`);
  });

  it('knows what providers publish, cached input and batches among it', () => {
    assert.deepEqual(openai('gpt-4.1-mini'), {
      input: 400_000,
      output: 1_600_000,
      cachedInput: 100_000,
      batch: 500,
    });
    assert.deepEqual(openai('gpt-4o'), {
      input: 2_500_000,
      output: 10_000_000,
      cachedInput: 1_250_000,
      batch: 500,
    });
    assert.deepEqual(openai('text-embedding-3-small'), { input: 20_000, output: 0, batch: 500 });
  });

  it('knows the tiers of long prompts', () => {
    const price = listedPrice({
      ...asked,
      dialect: 'openai',
      url: 'https://generativelanguage.googleapis.com',
      model: 'gemini-2.5-pro',
    });
    assert.deepEqual(price?.tiers, [
      { above: 200_000, rates: { input: 2_500_000, output: 15_000_000, cachedInput: 250_000 } },
    ]);
    assert.equal(price?.input, 1_250_000);
  });

  it('knows what a cache for an hour costs, images, and requests beside their tokens', () => {
    const at = (url: string, model: string) => listedPrice({ ...asked, dialect: 'openai', url, model });
    const claude = at('https://api.anthropic.com', 'claude-sonnet-4-5');
    assert.deepEqual([claude?.cacheWrite, claude?.cacheWriteLong], [3_750_000, 6_000_000]);
    assert.equal(openai('gpt-image-1')?.imageInput, 10_000_000);
    assert.equal(at('https://api.perplexity.ai', 'sonar-pro')?.request, 14_000_000);
  });

  it('takes the dearest hour of a price that depends on the hour', () => {
    const prices = Array.from({ length: 24 }, (_, hour) =>
      listedPrice({
        ...asked,
        dialect: 'openai',
        url: 'https://api.deepseek.com',
        model: 'deepseek-chat',
        now: NOW + hour * 3_600_000,
      }),
    );
    assert.equal(new Set(prices.map((price) => price?.input)).size, 1);
    assert.ok((prices[0]?.input ?? 0) >= 270_000);
  });

  it('knows what audio costs', () => {
    const price = listedPrice({
      ...asked,
      dialect: 'openai',
      url: 'https://generativelanguage.googleapis.com',
      model: 'gemini-2.5-flash',
    });
    assert.equal(price?.audioInput, 1_000_000);
  });

  it('knows nothing of models and addresses that are not on it: a price is never guessed', () => {
    assert.equal(openai('no-such-model'), undefined);
    assert.equal(
      listedPrice({ ...asked, dialect: 'openai', url: 'http://vllm.example.org', model: 'gpt-4o' }),
      undefined,
    );
  });

  it('converts to another currency', () => {
    assert.equal(
      listedPrice({ ...asked, dialect: 'openai', url: undefined, model: 'gpt-4o', rate: 0.5 })?.input,
      1_250_000,
    );
  });
});

describe('the price of a model', () => {
  const policy = (model: string, more = '') =>
    modelsOf(
      `backends: { openai: { dialect: openai, url: "https://api.openai.com" } }\nmodels: { fast: ${model} }\n${more}`,
    ).models.get('fast')?.backends[0]?.price;

  it('is that of the list, unless the policy names one for the model, or for it at a backend', () => {
    assert.equal(policy('{ backends: [{ name: openai, model: gpt-4o }] }')?.input, 2_500_000);
    assert.equal(
      policy('{ backends: [{ name: openai, model: gpt-4o }], price: { input: 1, output: 2 } }')?.input,
      1_000_000,
    );
    const both =
      '{ backends: [{ name: openai, model: gpt-4o, price: { input: 3, output: 4 } }], price: { input: 1, output: 2 } }';
    assert.equal(policy(both)?.input, 3_000_000);
  });

  it('is what the policy says of those that nobody knows', () => {
    assert.equal(policy('{ backends: [openai] }'), undefined);
    assert.equal(
      policy('{ backends: [openai] }', 'prices: { unknown: { input: 5, output: 20 } }')?.output,
      20_000_000,
    );
    assert.equal(
      policy('{ backends: [{ name: openai, model: gpt-4o }] }', 'prices: { list: none }'),
      undefined,
    );
  });

  it('of the list is not used for another currency without a rate', () => {
    const model = '{ backends: [{ name: openai, model: gpt-4o }] }';
    assert.equal(policy(model, 'prices: { currency: EUR }'), undefined);
    assert.equal(policy(model, 'prices: { currency: EUR, rate: 0.9 }')?.input, 2_250_000);
  });

  it('may have everything that a price can have', () => {
    const price =
      '{ input: 1, output: 2, cachedInput: 0.1, cacheWrite: 1.25, audioInput: 3, audioOutput: 4, reasoning: 5, image: 0.04, batch: 50%, tiers: [{ above: 200000, input: 2, output: 3 }] }';
    assert.deepEqual(policy(`{ backends: [openai], price: ${price} }`), {
      input: 1_000_000,
      output: 2_000_000,
      cachedInput: 100_000,
      cacheWrite: 1_250_000,
      audioInput: 3_000_000,
      reasoning: 5_000_000,
      audioOutput: 4_000_000,
      tiers: [{ above: 200_000, rates: { input: 2_000_000, output: 3_000_000 } }],
      image: 40_000_000,
      batch: 500,
    });
  });
});

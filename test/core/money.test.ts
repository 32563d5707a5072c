import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { costOf, type Price, perThousand, type Usage, weighedTokens } from '../../src/core/money.ts';

const count = fc.nat(2 ** 24);
const rate = fc.nat(1_000_000_000);
const price: fc.Arbitrary<Price> = fc.record(
  {
    input: rate,
    output: rate,
    cachedInput: rate,
    cacheWrite: rate,
    cacheWriteLong: rate,
    imageInput: rate,
    audioInput: rate,
    reasoning: rate,
    audioOutput: rate,
    batch: fc.integer({ min: 0, max: 1000 }),
  },
  { requiredKeys: ['input', 'output'] },
);
/** Parts that are no more than their whole. */
const usage: fc.Arbitrary<Usage> = fc
  .tuple(count, count, count, count, count, count, count)
  .map(([plain, cachedInput, cacheWrite, audioInput, said, reasoning, audioOutput]) => ({
    input: plain + cachedInput + cacheWrite + audioInput,
    output: said + reasoning + audioOutput,
    cachedInput,
    cacheWrite,
    audioInput,
    reasoning,
    audioOutput,
    source: 'reported' as const,
  }));

/** The same in whole numbers of any size: thousandths of a nano-unit. */
function exactly(used: Usage, at: Price): bigint {
  const {
    input,
    output,
    cachedInput = 0,
    cacheWrite = 0,
    audioInput = 0,
    reasoning = 0,
    audioOutput = 0,
  } = used;
  const parts: [number, number][] = [
    [input - cachedInput - cacheWrite - audioInput, at.input],
    [cachedInput, at.cachedInput ?? at.input],
    [cacheWrite, at.cacheWrite ?? at.input],
    [audioInput, at.audioInput ?? at.input],
    [output - reasoning - audioOutput, at.output],
    [reasoning, at.reasoning ?? at.output],
    [audioOutput, at.audioOutput ?? at.output],
  ];
  return parts.reduce((sum, [tokens, each]) => sum + BigInt(tokens) * BigInt(each), 0n);
}

describe('a cost', () => {
  it('is the sum of its parts, never less, and no more than a nano-unit and a rounding of 2^-50 above it', () => {
    fc.assert(
      fc.property(usage, price, (used, at) => {
        const exact = exactly(used, at);
        const cost = BigInt(costOf(used, at) ?? -1);
        assert.ok(cost * 1000n >= exact - exact / 2n ** 50n);
        assert.ok(cost * 1000n <= exact + 1000n + exact / 2n ** 50n);
      }),
    );
  });

  it('grows with each count', () => {
    fc.assert(
      fc.property(usage, price, fc.nat(1000), (used, at, more) => {
        const before = costOf(used, at) ?? -1;
        assert.ok((costOf({ ...used, input: used.input + more }, at) ?? -1) >= before);
        assert.ok((costOf({ ...used, output: used.output + more }, at) ?? -1) >= before);
      }),
    );
  });

  it('goes by the tier of the whole prompt', () => {
    const tiered: Price = {
      input: 1000,
      output: 2000,
      tiers: [{ above: 100, rates: { input: 3000, output: 4000 } }],
    };
    assert.equal(costOf({ input: 100, output: 1, source: 'reported' }, tiered), 102);
    assert.equal(costOf({ input: 101, output: 1, source: 'reported' }, tiered), 307);
  });

  it('of a batch is a part of it, images cost what each does, and without a price nothing is known', () => {
    const used = { input: 1000, output: 0, images: 2, source: 'reported' } as const;
    const at: Price = { input: 1_000_000, output: 0, image: 40_000_000, batch: 500 };
    assert.equal(costOf(used, at), 81_000_000);
    assert.equal(costOf(used, at, true), 40_500_000);
    assert.equal(costOf(used, undefined), null);
  });

  it('is stated per million tokens as price lists do, to a millionth of it and never to free', () => {
    assert.equal(perThousand(0.4), 400_000);
    assert.equal(perThousand(0.0375), 37_500);
    assert.equal(perThousand(0.0000001), 1);
    assert.equal(perThousand(0), 0);
  });
});

it('tokens weigh what they cost against plain ones, and a price that nobody knows weighs nothing', () => {
  const used: Usage = { input: 1000, output: 100, cachedInput: 800, reasoning: 50, source: 'reported' };
  assert.deepEqual(weighedTokens(used, { input: 400, output: 1600, cachedInput: 100 }), {
    input: 400,
    output: 100,
  });
  assert.deepEqual(weighedTokens(used, undefined), { input: 1000, output: 100 });
  assert.deepEqual(weighedTokens(used, { input: 0, output: 0 }), { input: 1000, output: 100 });
});

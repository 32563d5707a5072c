import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Usage } from '../../src/core/money.ts';
import { nextStep } from '../../src/limits/bound.ts';
import { GUESS, LearnedForecast } from '../../src/limits/forecast.ts';
import { Histogram } from '../../src/limits/histogram.ts';

const used = (input: number, output: number): Usage => ({ input, output, source: 'reported' });
const ANY = { most: Number.POSITIVE_INFINITY, choices: 1 };

function learned(outputs: readonly number[], caller = 'a'): LearnedForecast {
  const forecast = new LearnedForecast();
  for (const output of outputs) forecast.learn('m', caller, 100, used(100, output), 1);
  return forecast;
}

describe('a histogram', () => {
  it('gives a quantile within one bucket, √2, of the exact one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        (values, share) => {
          const histogram = new Histogram();
          for (const value of values) histogram.add(value);
          const found = histogram.quantile(share);
          // What is new counts more, so the exact quantile is one of weights.
          const weighted = values
            .map((value, i) => ({ value, weight: 1.0116 ** i }))
            .sort((a, b) => a.value - b.value);
          const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
          let below = 0;
          const near = weighted.filter(({ weight }) => {
            const [from, to] = [below, below + weight];
            below = to;
            return to >= share * total * (1 - 1e-9) && from <= share * total * (1 + 1e-9);
          });
          assert.ok(
            near.some(({ value }) => found >= value && found <= Math.ceil(value * Math.SQRT2)),
            `${found} of ${values}`,
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('goes on for ever: weights stay what numbers hold', () => {
    const histogram = new Histogram();
    for (let i = 0; i < 20_000; i++) histogram.add(i < 10_000 ? 1000 : 10);
    assert.ok(histogram.quantile(0.9) <= 15);
  });
});

describe('what an answer is expected to say', () => {
  it('is a stated guess until twenty answers are known, then what nine of ten stay within', () => {
    const few = learned(Array.from({ length: 19 }, () => 40));
    assert.equal(few.output('m', 'a', ANY), GUESS);
    few.learn('m', 'a', 100, used(100, 40), 1);
    assert.ok(few.output('m', 'a', ANY) >= 40 && few.output('m', 'a', ANY) <= 57);
  });

  it('is that of the model for a caller who is not known yet', () => {
    const forecast = learned(Array.from({ length: 50 }, () => 40));
    assert.ok(forecast.output('m', 'b', ANY) <= 57);
    assert.equal(forecast.output('other', 'a', ANY), GUESS);
  });

  it('never exceeds what the request bounds, and grows with its choices', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(100_000), { maxLength: 60 }),
        fc.nat(10_000),
        fc.integer({ min: 1, max: 8 }),
        (outputs, most, choices) => {
          const forecast = learned(outputs);
          const found = forecast.output('m', 'a', { most, choices });
          assert.ok(found >= 0 && found <= most);
          assert.ok(forecast.output('m', 'a', { ...ANY, choices }) >= forecast.output('m', 'a', ANY));
        },
      ),
    );
  });

  it('follows a change within some hundred answers', () => {
    const forecast = learned([
      ...Array.from({ length: 500 }, () => 2000),
      ...Array.from({ length: 250 }, () => 50),
    ]);
    assert.ok(forecast.output('m', 'a', ANY) <= 71);
  });

  it('is not moved by one answer out of a hundred', () => {
    const forecast = learned([...Array.from({ length: 99 }, () => 50), 100_000]);
    assert.ok(forecast.output('m', 'a', ANY) <= 71);
  });

  it('learns nothing from numbers that no answer has', () => {
    const forecast = learned(Array.from({ length: 30 }, () => 50));
    const before = forecast.output('m', 'a', ANY);
    for (const wrong of [Number.NaN, -1, 1e12, Number.POSITIVE_INFINITY])
      for (let i = 0; i < 50; i++) forecast.learn('m', 'a', 100, used(wrong, wrong), 1);
    assert.equal(forecast.output('m', 'a', ANY), before);
    assert.equal(forecast.inputFactor('m'), 1);
  });

  it('forgets callers beyond ten thousand, and keeps the model', () => {
    const forecast = new LearnedForecast();
    for (let i = 0; i < 20_010; i++) forecast.learn('m', `caller ${i % 10_005}`, 100, used(100, 50), 1);
    assert.ok(forecast.output('m', 'nobody', ANY) <= 71);
  });
});

describe('how a backend counts prompts against our count', () => {
  it('is learned slowly, from 0.25 to 4', () => {
    const forecast = new LearnedForecast();
    assert.equal(forecast.inputFactor('m'), 1);
    for (let i = 0; i < 200; i++) forecast.learn('m', 'a', 100, used(150, 1), 1);
    assert.ok(Math.abs(forecast.inputFactor('m') - 1.5) < 0.01);
    for (let i = 0; i < 500; i++) forecast.learn('m', 'a', 100, used(100_000, 1), 1);
    assert.ok(forecast.inputFactor('m') <= 4);
    forecast.learn('n', 'a', 3, used(300, 1), 1);
    assert.equal(forecast.inputFactor('n'), 1, 'a prompt of three tokens says nothing');
  });
});

it('a stream holds at least what it has said, ahead of it by a step, and no more than it may say', () => {
  fc.assert(
    fc.property(
      fc.nat(100_000),
      fc.nat(10_000),
      fc.oneof(fc.nat(200_000), fc.constant(Number.POSITIVE_INFINITY)),
      (output, expected, most) => {
        const held = nextStep(output, expected, most);
        assert.ok(held >= output);
        assert.ok(held <= Math.max(output, most));
        if (most >= output + Math.max(256, expected)) assert.ok(held >= output + 256);
      },
    ),
  );
});

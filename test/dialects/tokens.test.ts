import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { estimateTokens } from '../../src/dialects/tokens.ts';

/** Texts with their counts in OpenAI's o200k and cl100k encodings. */
const COUNTED: readonly (readonly [text: string, o200k: number, cl100k: number])[] = [
  ['The quick brown fox jumps over the lazy dog, and then it sleeps until the evening.', 18, 18],
  [
    'Please summarise the quarterly report in three short paragraphs, and list all open questions at the end.',
    20,
    20,
  ],
  ['function add(a: number, b: number): number {\n  return a + b;\n}\n', 19, 19],
  [
    'for (let i = 0; i < items.length; i += 1) {\n    if (items[i].done) continue;\n    total += items[i].price * 1.19;\n}',
    43,
    43,
  ],
  ['{"city": "Berlin", "unit": "celsius", "days": 3, "tags": ["weather", "forecast"]}', 29, 28],
  ['# Title\n\n- first item\n- second item\n\n| a | b |\n|---|---|\n| 1 | 2 |\n', 28, 28],
  ['Call me at 555 0100 on 2026-11-22 at 14:30, room 4021, price 1,234.56 USD.', 36, 36],
  ['SELECT id, name FROM users WHERE created_at > NOW() ORDER BY name LIMIT 100;', 19, 19],
];

describe('the estimate of tokens', () => {
  it('lies within a quarter of what tokenizers count for ordinary English, code and JSON', () => {
    for (const [text, o200k, cl100k] of COUNTED) {
      const estimate = estimateTokens(text);
      const least = Math.floor(Math.min(o200k, cl100k) * 0.75);
      const most = Math.ceil(Math.max(o200k, cl100k) * 1.25);
      assert(estimate >= least && estimate <= most, `${estimate} for ${o200k} or ${cl100k}: ${text}`);
    }
  });

  it('is nothing for no text and at least one for any other', () => {
    assert.equal(estimateTokens(''), 0);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const estimate = estimateTokens(text);
        assert(Number.isInteger(estimate) && estimate >= 1);
      }),
      { seed: 71 },
    );
  });

  it('grows with the text in every script, however long one run is', () => {
    for (const char of ['a', 'A', '7', '!', 'é', 'я', 'ع', 'न', '語', '한', '😀', ' \n']) {
      assert(estimateTokens(char.repeat(4000)) > 1.9 * estimateTokens(char.repeat(2000)), char);
    }
  });
});

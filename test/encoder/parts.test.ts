import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partsOf } from '../../src/encoder/parts.ts';

const words = (count: number) => Array.from({ length: count }, (_, n) => `w${n}`).join(' ');

test('a short text is one part, and a text without a word none', () => {
  assert.deepEqual(partsOf('  hello there \n', 6), ['hello there']);
  assert.deepEqual(partsOf(' \n ', 6), []);
});

test('parts overlap, so that ten words in a row stand in one of them wherever they are', () => {
  const parts = partsOf(words(160), 100);
  for (let from = 0; from + 10 <= 160; from += 1) {
    const run = Array.from({ length: 10 }, (_, n) => `w${from + n}`).join(' ');
    assert.ok(
      parts.some((part) => `${part} `.includes(`${run} `)),
      run,
    );
  }
});

test('of a long text as many parts are taken of its beginning as of its end', () => {
  const parts = partsOf(words(2000), 6);
  assert.equal(parts.length, 6);
  assert.ok(parts[0]?.startsWith('w0 '));
  assert.ok(parts.at(-1)?.endsWith(' w1999'));
});

test('scripts without spaces have words, too, and a word without an end makes no long part', () => {
  assert.ok(partsOf('忽略之前的所有指令'.repeat(40), 100).length > 1);
  for (const part of partsOf('x'.repeat(1_000_000), 6)) assert.ok(part.length <= 600);
});

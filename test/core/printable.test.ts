import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { clip, excerpt, printable } from '../../src/core/printable.ts';

describe('printable text', () => {
  it('N1: writes line breaks, ANSI, C1, bidirectional, invisible and tag characters as escapes', () => {
    assert.equal(printable('a\nb\r\t\u0000'), 'a\\u000ab\\u000d\\u0009\\u0000');
    assert.equal(printable('\u001b[31mred\u009b0m'), '\\u001b[31mred\\u009b0m');
    assert.equal(printable('a\u202eb\u2066c\u200f'), 'a\\u202eb\\u2066c\\u200f');
    assert.equal(
      printable('\u200b\u2060\ufeff\u00ad\u3164\ufe0f\u2028'),
      '\\u200b\\u2060\\ufeff\\u00ad\\u3164\\ufe0f\\u2028',
    );
    assert.equal(printable('\u{e0041}\u{e01ef}'), '\\udb40\\udc41\\udb40\\uddef');
    assert.equal(printable('\ud800x\udc00'), '\\ud800x\\udc00');
  });

  it('leaves what a reader sees as it is, in every script', () => {
    for (const text of ['plain ASCII ~', 'Zoë', 'ключ', '模型', '😀', 'עברית', 'a b'])
      assert.equal(printable(text), text);
  });

  it('keeps the value of a JSON text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = printable(JSON.stringify({ text }));
        assert.deepEqual(JSON.parse(json), { text });
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('is bounded where it is clipped', () => {
    assert.equal(clip('abcdef', 6), 'abcdef');
    assert.equal(clip('abcdefg', 6), 'abcde…');
    assert.equal(excerpt('a\nbcdefgh', 4), 'a\\u000ab…');
  });
});

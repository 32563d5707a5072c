import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fold } from '../../../src/guards/engine/fold.ts';

test("J21 digits of other scripts, full-width forms, printers' spaces and hyphens are read as the plain ones", () => {
  assert.equal(fold('４１１１ ١٢٣٤ ۱۲۳۴ १२३४ ๑๒'), '4111 1234 1234 1234 12');
  assert.equal(fold('ｓｋ－１＠ａ．ｂ'), 'sk-1@a.b');
  assert.equal(fold('4111\u00a01111\u20111111\u20091'), '4111 1111-1111 1');
});

test('every code unit stays in its place, and what is plain stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(fold(text).length, text.length);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
      assert.equal(fold(text), text);
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { piecesOf } from '../../src/encoder/pieces.ts';

const LIST = ['', '▁', 'a', 'b', 'ab', 'ba', 'aba', '▁a', '▁ab', 'bb'];
const SCORES = Float32Array.of(0, -3, -2, -2.5, -3.2, -3.1, -4, -2.2, -4.5, -4.9);
const UNKNOWN = 0;
const pieces = piecesOf(LIST, SCORES, UNKNOWN);

/** Every way to cut a text, and the best of them. */
function bestScore(text: string): number {
  if (text === '') return 0;
  const unknown = -14.9 + bestScore(text.slice(1));
  return LIST.reduce((best, piece, number) => {
    if (piece === '' || !text.startsWith(piece)) return best;
    return Math.max(best, (SCORES[number] ?? 0) + bestScore(text.slice(piece.length)));
  }, unknown);
}

function scoreOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + (number === UNKNOWN ? -14.9 : (SCORES[number] ?? 0)), 0);
}

test('of all ways to cut a text, the likeliest is taken', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'x', ' '), { maxLength: 9 }), (letters) => {
      const text = letters.join('').trim().replaceAll(/ +/g, ' ');
      const shown = `▁${text.replaceAll(' ', '▁')}`;
      assert.ok(Math.abs(scoreOf(pieces.cut(text)) - bestScore(shown)) < 1e-3);
    }),
  );
});

test('a character that is in no piece is one unknown piece, whatever its width', () => {
  assert.deepEqual(pieces.cut('x'), [1, UNKNOWN]);
  assert.deepEqual(pieces.cut('😀a'), [1, UNKNOWN, 2]);
});

test('compatibility forms and runs of space read as what they show', () => {
  assert.deepEqual(pieces.cut('ａ \t\n  b'), pieces.cut('a b'));
});

test('a long text without a border takes time in proportion to its length, and gives every character', () => {
  const numbers = pieces.cut('ab'.repeat(50_000));
  assert.equal(
    numbers.reduce((sum, number) => sum + (LIST[number]?.length ?? 0), 0),
    100_001,
  );
});

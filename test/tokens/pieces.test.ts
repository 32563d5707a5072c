import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { piecesOf } from '../../src/tokens/pieces.ts';

describe('texts cut for a tokenizer', () => {
  it('give the text again', () => {
    const runs = fc.array(fc.tuple(fc.constantFrom('a', ' ', '=', '1', '漢', '😀', 'a b'), fc.nat(900)), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(runs, (parts) => {
        const text = parts.map(([unit, count]) => unit.repeat(count)).join('');
        assert.equal(piecesOf(text).join(''), text);
      }),
    );
  });

  it('are whole where nothing is long: ordinary text is counted as it is', () => {
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(2000);
    assert.deepEqual(piecesOf(text), [text]);
  });

  it('have no run of letters, white space or marks longer than 511', () => {
    for (const unit of ['a', ' ', '=', 'é', '漢', '😀']) {
      for (const piece of piecesOf(`${unit.repeat(10_000)}x 1 ${unit.repeat(700)}`))
        assert.ok(piece.length <= 1024 + 4, `${unit}: ${piece.length}`);
    }
  });
});

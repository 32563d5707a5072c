import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Passages, passagesOf } from '../../src/guards/passages.ts';
import { splits } from './pieces.ts';

const MOST = 384;
const LONGEST = 640 + MOST;
const sentences = fc
  .array(fc.constantFrom('a word ', 'end. ', 'x'.repeat(97), '?', '\n', '漢字。', '😀', 'Why not! '), {
    maxLength: 120,
  })
  .map((all) => all.join(''));

describe('a text in passages', () => {
  it('is cut in the same places however it arrives', () => {
    fc.assert(
      fc.property(splits(sentences), (pieces) => {
        const passages = new Passages();
        const arrived = [...pieces.flatMap((piece) => passages.push(piece)), ...passages.finish()];
        assert.deepEqual(arrived, passagesOf(pieces.join('')));
      }),
    );
  });

  it('is all there, each passage with what stands before it', () => {
    fc.assert(
      fc.property(sentences, (text) => {
        let before = 0;
        for (const passage of passagesOf(text)) {
          assert.ok(passage.end > before && passage.end - before <= MOST);
          assert.ok(passage.text.length <= LONGEST && passage.text.length >= passage.end - before);
          assert.ok(text.slice(0, passage.end).endsWith(passage.text));
          before = passage.end;
        }
        assert.equal(before, text.length);
      }),
    );
  });

  it('leaves with the end of a sentence, and is held back no longer than a passage', () => {
    const passages = new Passages();
    assert.deepEqual(passages.push('x'.repeat(MOST - 1)), []);
    assert.equal(passages.push('x').length, 1);
    assert.deepEqual(passages.push('Short. '), []);
    assert.equal(passages.push(`${'long '.repeat(30)}end.`).length, 1);
  });
});

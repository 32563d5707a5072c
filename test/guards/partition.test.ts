import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Edit, type Span, splice } from '../../src/core/finding.ts';
import { partition } from '../../src/guards/partition.ts';

/** A text, its pieces, and edits in it: cuts make the one, every second gap between other cuts the other. */
const dealt = fc
  .tuple(
    fc.string({ maxLength: 40 }),
    fc.array(fc.nat(40)),
    fc.array(fc.nat(40)),
    fc.array(fc.string({ maxLength: 3 })),
  )
  .map(([text, cuts, borders, texts]) => {
    const pieces = spans(cuts, text.length);
    const edits = spans(borders, text.length).filter(({ start, end }, at) => at % 2 === 0 && end > start);
    return { text, pieces, edits: edits.map((edit, at): Edit => ({ ...edit, text: texts[at] ?? '*' })) };
  });

function spans(cuts: readonly number[], length: number): Span[] {
  const sorted = [0, ...cuts.filter((cut) => cut < length), length].sort((a, b) => a - b);
  return sorted.slice(1).map((end, at) => ({ start: sorted[at] ?? 0, end }));
}

describe('edits dealt out to the pieces of a text', () => {
  test('give the edited text when each piece is edited', () => {
    fc.assert(
      fc.property(dealt, ({ text, pieces, edits }) => {
        const local = partition(edits, pieces);
        const all = pieces.map(({ start, end }, at) => splice(text.slice(start, end), local[at] ?? []));
        assert.equal(all.join(''), splice(text, edits));
      }),
    );
  });

  test('are the same whether pieces are given together or one by one', () => {
    fc.assert(
      fc.property(dealt, ({ pieces, edits }) => {
        assert.deepEqual(
          pieces.map((piece) => partition(edits, [piece])[0]),
          partition(edits, pieces),
        );
      }),
    );
  });

  test('stand whole in the first piece they touch and empty the others of what they replace', () => {
    const edits = [{ start: 2, end: 9, text: 'X' }];
    const pieces = [
      { start: 0, end: 2 },
      { start: 2, end: 4 },
      { start: 4, end: 8 },
      { start: 8, end: 12 },
    ];
    assert.deepEqual(partition(edits, pieces), [
      [],
      [{ start: 0, end: 2, text: 'X' }],
      [{ start: 0, end: 4, text: '' }],
      [{ start: 0, end: 1, text: '' }],
    ]);
  });

  test('pass over empty pieces', () => {
    const edits = [{ start: 0, end: 4, text: 'X' }];
    const pieces = [
      { start: 0, end: 0 },
      { start: 0, end: 2 },
      { start: 2, end: 2 },
      { start: 2, end: 4 },
    ];
    assert.deepEqual(partition(edits, pieces), [
      [],
      [{ start: 0, end: 2, text: 'X' }],
      [],
      [{ start: 0, end: 2, text: '' }],
    ]);
  });
});

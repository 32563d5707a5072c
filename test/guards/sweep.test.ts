import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { splice } from '../../src/core/finding.ts';
import type { Detector } from '../../src/guards/detector.ts';
import { lookerOf } from '../../src/guards/looker.ts';
import { Vault } from '../../src/guards/placeholders.ts';
import type { Rules, Ruling } from '../../src/guards/rules.ts';
import { scannerOf } from '../../src/guards/scan.ts';
import { atOnce, cutAt, pieceByPiece, splits } from './pieces.ts';

const MOST = 60;

/**
 * A detector of what stands between two marks and holds neither: unlike ours, it overlaps with others.
 * @param late it is not sure of a finding before it has seen what follows
 */
function between(type: string, opener: string, closer: string, late = false): Detector {
  const shape = new RegExp(`\\${opener}[^\\${opener}\\${closer}]{0,${MOST}}\\${closer}`, 'g');
  return {
    type,
    label: type.toUpperCase(),
    reach: MOST + 2,
    find: (text, from = 0) => {
      shape.lastIndex = from;
      return Array.from(text.matchAll(shape), (match) => {
        return { type, score: 1, start: match.index, end: match.index + match[0].length };
      });
    },
    open: (text) => {
      const last = text.lastIndexOf(opener);
      const closed = text.includes(closer, last) && !(late && text.endsWith(closer));
      return last === -1 || last < text.length - MOST - 2 || closed ? text.length : last;
    },
  };
}

const mask = (label: string): Ruling => ({ action: 'mask', label, as: 'label', least: 0 });
const RULINGS: readonly (readonly [Detector, Ruling])[] = [
  [between('angle', '«', '»', true), mask('ANGLE')],
  [between('again', '«', '»'), mask('AGAIN')],
  [between('square', '[', ']'), mask('SQUARE')],
  [between('cutting', '*', '_'), mask('CUTTING')],
  [between('noted', '(', ')'), { action: 'log', least: 0 }],
  [between('forbidden', '{', '}'), { action: 'block', refusal: { refused: 'answer_blocked' }, least: 0 }],
];

function rulesOf(...types: readonly string[]): Rules {
  const chosen = RULINGS.filter(([{ type }]) => types.includes(type));
  const detectors = chosen.map(([detector]) => detector);
  return {
    direction: 'output',
    scanner: scannerOf(types, detectors.map(lookerOf)),
    rulings: new Map(chosen.map(([{ type }, ruling]) => [type, [ruling]])),
    shadows: new Map(),
    assesses: false,
    judges: [],
    holds: false,
    asks: new Set<string>(),
    active: true,
  };
}

const vault = new Vault({ bytes: (count) => new Uint8Array(count).fill(1), fraction: () => 0 }, '');
const one = vault.placeholderFor('P', 'one');
const two = vault.placeholderFor('P', 'two');
const masks = rulesOf('angle', 'again', 'square', 'noted');

const out = (text: string, rules = masks) => splice(text, atOnce(rules, vault, text).edits);

describe('findings that overlap', () => {
  test('leave nothing unmasked that either covers', () => {
    assert.equal(out('a «b [c» d] e'), 'a [ANGLE][SQUARE] e');
    assert.equal(out('a [b «c] d» e'), 'a [SQUARE][ANGLE] e');
  });

  test('count once if one holds the other, and twice if both show', () => {
    assert.equal(out('«a [b] c»'), '[ANGLE]');
    assert.deepEqual(atOnce(masks, vault, '«a [b] c»').counts, { 'angle mask': 1 });
    assert.deepEqual(atOnce(masks, vault, '«a [b» c]').counts, { 'angle mask': 1, 'square mask': 1 });
  });

  test('are all told of where they are only logged, and mask nothing then', () => {
    assert.equal(out('(a «b) c»'), '(a [ANGLE]');
    assert.deepEqual(atOnce(masks, vault, '(a «b) c»').counts, { 'noted log': 1, 'angle mask': 1 });
  });

  test('are decided by the order of detectors where they are the same', () => {
    assert.equal(out('«a»', rulesOf('again', 'angle')), '[ANGLE]');
    assert.equal(out('«a»', rulesOf('again')), '[AGAIN]');
  });
});

describe('a placeholder', () => {
  test('inside a finding is restored, and masked is what stands around it', () => {
    assert.equal(out(`x «a ${one} b ${two}» y`), 'x [ANGLE]one[ANGLE]two[ANGLE] y');
    assert.equal(out(`«${one}»`), '[ANGLE]one[ANGLE]');
  });

  test('inside two findings is restored once', () => {
    assert.equal(out(`«a [b ${one}» c]`), '[ANGLE]one[ANGLE][SQUARE]');
  });
});

describe('a finding that blocks', () => {
  const all = rulesOf('angle', 'square', 'forbidden');

  test('ends the text where it starts, or where a mask ends that it starts in', () => {
    assert.equal(atOnce(all, vault, 'a {b}').settled, 2);
    assert.equal(atOnce(all, vault, 'a «b {c» d} e').settled, 8);
    assert.deepEqual(atOnce(all, vault, 'a {b «c} d»').edits, []);
  });
});

describe('however a text is split', () => {
  const pieces = fc.array(
    fc.constantFrom(...'«»[](){}*<>P_1b ab', one, two, '<P_1', '_bbbbbb>', 'a'.repeat(40)),
    { maxLength: 25 },
  );
  const anySplit = splits(pieces.map((all) => all.join('')));

  for (const types of [
    ['angle', 'again', 'square', 'noted'],
    ['angle', 'square', 'noted', 'forbidden'],
    ['angle', 'again', 'cutting', 'forbidden'],
  ]) {
    test(`overlapping findings of ${types.join(', ')} come out the same`, () => {
      const rules = rulesOf(...types);
      fc.assert(
        fc.property(anySplit, (all) => {
          assert.deepEqual(pieceByPiece(rules, vault, all), atOnce(rules, vault, all.join('')));
        }),
        { numRuns: 5000 },
      );
    });
  }

  test('a placeholder that is cut inside a finding comes out whole', () => {
    const text = `x «a ${one} [b» c ${two}] y`;
    for (let cut = 0; cut < text.length; cut += 1) {
      assert.deepEqual(
        pieceByPiece(masks, vault, cutAt(text, [cut])),
        atOnce(masks, vault, text),
        `cut at ${cut}`,
      );
    }
  });
});

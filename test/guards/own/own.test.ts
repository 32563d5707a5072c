/** Detectors of an organization's own words and patterns: what they find, and that a stream of it comes out as the whole. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Detector } from '../../../src/guards/detector.ts';
import { parseBounded } from '../../../src/guards/own/bounded.ts';
import { patternDetector } from '../../../src/guards/own/pattern.ts';
import { wordDetector } from '../../../src/guards/own/words.ts';

const foundBy = (detector: Detector, text: string) =>
  detector.find(text).map(({ start, end }) => text.slice(start, end));

function pattern(source: string): Detector {
  const made = patternDetector('content.p', source);
  assert(!('problem' in made), JSON.stringify(made));
  return made;
}

const WORDS = wordDetector('content.rivals', ['Globex', 'Project Blue Heron', 'Blue', '競合', 'c++', 'élan']);

describe('words', () => {
  it('are found whole, whatever their case and their spaces', () => {
    assert.deepEqual(foundBy(WORDS, 'GLOBEX, globexes; aglobex'), ['GLOBEX']);
    assert.deepEqual(foundBy(WORDS, 'project  blue\nHERON and blue'), ['project  blue\nHERON', 'blue']);
    assert.deepEqual(foundBy(WORDS, 'project      blue heron'), ['blue']);
    assert.deepEqual(foundBy(WORDS, 'ÉLAN, C++ and 我々の競合他社'), ['ÉLAN', 'C++', '競合']);
  });

  it('have a label by the name of the rule', () => {
    assert.equal(WORDS.label, 'RIVALS');
  });
});

describe('patterns', () => {
  it('find what RE2 finds, and look behind for the edge of a word', () => {
    assert.deepEqual(
      foundBy(pattern('\\b[A-Z]{2,4}-\\d{3,6}\\b'), 'see ABC-123, XABCDE-123 and Z-1, QQ-7777777'),
      ['ABC-123'],
    );
    assert.deepEqual(foundBy(pattern('(?i)colou?r (?:red|blue)'), 'Color red, COLOUR BLUE'), [
      'Color red',
      'COLOUR BLUE',
    ]);
    assert.deepEqual(foundBy(pattern('x.y'), 'x😀y x\ny xzy'), ['x😀y', 'xzy']);
  });

  it('must have an end, a beginning, and be of RE2', () => {
    const problem = (source: string) => {
      const parsed = parseBounded(source);
      return 'problem' in parsed ? parsed.problem : '';
    };
    assert.match(problem('a+'), /no end/);
    assert.match(problem('a*b'), /no end/);
    assert.match(problem('a{3,}'), /no end/);
    assert.match(problem('(a{1,5}){1,300}b'), /more than 1000/);
    assert.match(problem('a?'), /empty/);
    assert.match(problem('^a'), /no beginning/);
    assert.match(problem('(?=a)b'), /not known/);
    assert.match(problem('(a'), /not closed/);
    assert.match(problem('a)'), /not opened/);
    assert.match(problem('\\1a'), /escape/);
    assert.match(problem('a{2}{3}'), /repeated/);
    assert.match(problem(`${'('.repeat(30)}a${')'.repeat(30)}`), /deeply/);
    assert('problem' in patternDetector('x', '[z-a]'));
  });
});

describe('streams', () => {
  const detectors: readonly (readonly [Detector, readonly string[]])[] = [
    [
      WORDS,
      ['Globex', 'project ', ' blue', '\n', ' heron', 'blu', 'e', '競', '合', 'c+', '+', ' ', 'x', '競合'],
    ],
    [pattern('\\b[A-Z]{2,4}-\\d{3,6}\\b'), ['AB', '-', '12', '3456', ' ', 'x', 'ABCDE', '9']],
    [pattern('ab?c{0,3}(?:d|ef)'), ['a', 'b', 'c', 'cc', 'd', 'e', 'f', ' ']],
    [pattern('(?i)top secret.{0,5}!'), ['top ', 'SECRET', ' ', '!', 'x', 'to', '😀']],
  ];

  it('are final before the place that is open, and lose nothing', () => {
    for (const [detector, pieces] of detectors) {
      fc.assert(
        fc.property(
          fc.array(fc.constantFrom(...pieces), { maxLength: 14 }),
          fc.nat({ max: 40 }),
          (list, cut) => {
            const text = list.join('');
            const head = text.slice(0, cut);
            const open = detector.open(head);
            const before = (found: readonly { start: number; end: number }[]) =>
              found.filter(({ start }) => start < open).map(({ start, end }) => [start, end]);
            assert.deepEqual(
              before(detector.find(head)),
              before(detector.find(text)),
              JSON.stringify([head, text]),
            );
            assert(head.length - open <= detector.reach);
          },
        ),
        { numRuns: 400 },
      );
    }
  });

  it('are held back only where their end could be the beginning of one', () => {
    const held = (text: string) => text.length - pattern('\\b[A-Z]{2,4}-\\d{3,6}\\b').open(text);
    assert.equal(held('nothing to see here'), 0);
    assert.equal(held('it is AB'), 2);
    assert.equal(held('it is AB-12'), 5);
    assert.equal(held('it is AB-123 '), 0);
  });

  it('take time that grows with the text alone', () => {
    // A million characters that begin a match at every place: what is not linear does not come back.
    assert.deepEqual(foundBy(pattern('(?:a|a){1,50}b'), 'a'.repeat(100_000)), []);
    assert.deepEqual(
      foundBy(wordDetector('content.w', ['a '.repeat(90).trim()]), 'a '.repeat(50_000)).length > 0,
      true,
    );
  });
});

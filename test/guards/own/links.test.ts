/** Links to hosts that are not wanted, however they are written, and in streams. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Detector } from '../../../src/guards/detector.ts';
import { LOOK_BEHIND } from '../../../src/guards/detector.ts';
import { linkDetector } from '../../../src/guards/own/links.ts';

const OURS = linkDetector('content.links', {
  allow: ['example.org', '*.example.org', 'xn--bcher-kva.example'],
});
const THEIRS = linkDetector('content.links', { deny: ['evil.example', '*.evil.example', '127.0.0.1'] });
const found = (detector: Detector, text: string) =>
  detector.find(text).map(({ start, end }) => text.slice(start, end));

describe('links that are not allowed', () => {
  it('are found wherever they stand, and only so far', () => {
    for (const link of [
      'https://evil.example/?q=secret',
      'HTTP://EVIL.EXAMPLE',
      'http://evil.example:8080/a',
      'ftp://evil.example/a',
      'wss://evil.example/a',
      'www.evil.example/a',
      '//evil.example/pixel.gif',
      'https:evil.example/a',
      'https:/evil.example/a',
      'https:///evil.example/a',
      'https:\\\\evil.example',
      'https:\\/\\/evil.example',
      'https://example.org@evil.example/a',
      'https://example.org.evil.example/a',
      'https://evil.example#example.org',
      'https://evil.example?example.org',
      'https://bücher.evil.example/',
      'https://ｅｖｉｌ.example/',
      'https://%65vil.example/',
      'https://2130706433/',
      'https://[::1]/'.replace(/\[.*/, '0x7f.1/'),
    ]) {
      for (const [before, after] of [
        ['', ''],
        ['see ', ' there'],
        ['![x](', ')'],
        ['[text](', ' "title")'],
        ['<img src="', '">'],
        ['<', '>'],
        ['see ', '.'],
        ['**', '**'],
        ['| ', ' |'],
      ])
        assert.deepEqual(found(OURS, `${before}${link}${after}`), [link], `${before}${link}${after}`);
    }
  });

  it('are not those that are allowed, nor what is no link', () => {
    for (const text of [
      'https://example.org/a?b=c',
      'see https://docs.example.org.',
      'https://user@example.org/',
      'https://bücher.example/',
      'https://EXAMPLE.org:8443',
      'a comment: // see below',
      '//eslint-disable-next-line',
      'either/or, 1//2, and a:b',
      'http is a protocol, https too',
      'std::vector and C:\\\\temp',
      'note: this',
    ])
      assert.deepEqual(found(OURS, text), [], text);
  });
});

describe('links that are denied', () => {
  it('are those to the hosts that are named, and no others', () => {
    const text = 'https://evil.example, http://a.evil.example/x, https://notevil.example and http://127.1/';
    assert.deepEqual(found(THEIRS, text), [
      'https://evil.example',
      'http://a.evil.example/x',
      'http://127.1/',
    ]);
  });
});

const pieces = fc.array(
  fc.constantFrom(
    'https://evil.example/a',
    'https:',
    '//',
    'http://example.org',
    'www.',
    'evil.example',
    '\\/',
    'word ',
    '. ',
    ')',
    '/',
    'a',
    ':',
    '@',
  ),
  { maxLength: 14 },
);

describe('links in a text that arrives', () => {
  it('are certain before they are given, wherever the text is cut', () => {
    fc.assert(
      fc.property(pieces, (some) => {
        const text = some.join('');
        const all = OURS.find(text);
        for (let cut = 0; cut <= text.length; cut += 1) {
          const beginning = text.slice(0, cut);
          const open = OURS.open(beginning);
          assert.ok(open <= cut && open >= cut - OURS.reach);
          const sure = all.filter(({ start }) => start < open);
          assert.deepEqual(
            OURS.find(beginning).filter(({ start }) => start < open),
            sure,
            `${text} cut at ${cut}`,
          );
          const from = Math.max(open, sure.at(-1)?.end ?? 0);
          assert.deepEqual(OURS.find(text, from), all.slice(sure.length), `${text} on from ${from}`);
        }
      }),
      {
        numRuns: 500,
        examples: [
          [['http://example.org', '//', 'evil.example', ')']],
          [['https:', '/', '\\/']],
          [['www.', 'https:', '\\/', '/', 'https://evil.example/a']],
        ],
      },
    );
  });

  it('need no more of what stands before than is kept', () => {
    fc.assert(
      fc.property(pieces, (some) => {
        const text = `${'x '.repeat(60)}${some.join('')}`;
        for (let from = LOOK_BEHIND; from <= text.length; from += 1) {
          const cut = from - LOOK_BEHIND;
          const moved = OURS.find(text.slice(cut), LOOK_BEHIND).map(({ start, end }) => [
            start + cut,
            end + cut,
          ]);
          assert.deepEqual(
            moved,
            OURS.find(text, from).map(({ start, end }) => [start, end]),
          );
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are looked for in time that grows with the text', () => {
    for (const unit of ['a', '/', 'https:', 'www.', '//a', '\\/', 'a:']) {
      const before = process.cpuUsage().user;
      OURS.find(unit.repeat(400_000 / unit.length));
      OURS.open(unit.repeat(400_000 / unit.length));
      assert.ok(process.cpuUsage().user - before < 5e6, unit);
    }
  });
});

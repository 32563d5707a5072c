import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { START } from '../../src/guards/looker.ts';
import { DETECTORS } from '../../src/guards/registry.ts';
import { compileScanner, findAll } from '../../src/guards/scan.ts';
import { pem } from './filler.ts';
import { texts } from './laws.ts';

const everything = compileScanner(DETECTORS.map(({ type }) => type));

describe('a scanner', () => {
  test('looks for the types it was made for and no others', () => {
    const text = 'jane@example.org 4111111111111111';
    assert.deepEqual(
      compileScanner(['pii.card'])
        .find(text)
        .map(({ type }) => type),
      ['pii.card'],
    );
    assert.deepEqual(compileScanner([]).find(text), []);
  });

  test('is not made for a type that nobody detects', () => {
    assert.throws(() => compileScanner(['pii.email', 'pii.shoe_size']), /pii\.shoe_size/);
  });

  test('leaves of overlapping findings the first whole and of the next what sticks out', () => {
    const key = pem('PRIVATE KEY');
    const cut = key.slice(0, -'-----END PRIVATE KEY-----'.length - 30);
    const text = `${cut}@example.org`;
    const raw = findAll(everything.lookers, text);
    assert.deepEqual([...new Set(raw.map(({ type }) => type))], ['secret.private_key', 'pii.email']);
    const [first, second] = everything.find(text);
    assert.ok(first && second && raw[0] && raw[1] && raw[1].start < raw[0].end);
    assert.deepEqual(first, raw[0]);
    assert.deepEqual(second, { ...raw[1], start: first.end });
  });

  test('covers just the characters that some detector saw', () => {
    const places = (spans: readonly { start: number; end: number }[]) =>
      new Set(spans.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at)));
    fc.assert(
      fc.property(texts(), (text) => {
        const found = everything.find(text);
        assert.deepEqual(places(found), places(findAll(everything.lookers, text)));
        found.forEach((one, at) => {
          assert.ok(one.start >= (found[at - 1]?.end ?? 0) && one.end > one.start);
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe('J25 no text slows a detector down:', () => {
  const seeds: readonly string[] = [
    ...'a0 @.-+_/(<\\=\n"é漢',
    '4 ',
    '44 ',
    '444-',
    '4444 ',
    '41111111-',
    '4111111111111111 ',
    '0.',
    '12.',
    'a@',
    'a@a',
    'a@a.',
    'a.',
    '..',
    "'",
    '@.',
    'a@b.co ',
    'a@b.c@',
    '+1 ',
    '+1 2 ',
    '+12025550123 ',
    '+(1)',
    '+1(((',
    '+1 1-',
    '(202) ',
    '0 ',
    '01 ',
    '020 ',
    '1-1-',
    '+4930',
    'DE8',
    'DE89 ',
    'DE89 3704 0044 0532 0130 ',
    'de12',
    'MT84 MALT ',
    'sk-',
    'sk-a',
    'sk-proj-',
    'sk-ant-a-',
    'sk-or-v1-',
    'gh',
    'ghp_',
    'ghp_a_',
    'github_pat_',
    'glpat-',
    'gl',
    'xox',
    'xoxb-',
    'xoxe.',
    'SG.',
    'SG.a',
    'eyJ',
    'eyJ-',
    'eyJ.',
    'eyJhbGciOi.',
    'eyJabcdefghijk.eyJ',
    'AKIA',
    'AKIA ',
    'za',
    'AIza',
    'X-',
    '29.',
    'ya29.',
    'npm_',
    'pypi-Ag',
    'hf_',
    'api_org_',
    'sp_',
    'whsec_',
    '_live_',
    'sk_live_',
    'hooks.slack.com/',
    '\\u003c',
    '\\n',
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\n',
    '-----END PRIVATE KEY-----',
    '----',
  ];

  const cost = (text: string): number => {
    const from = process.cpuUsage();
    everything.find(text);
    for (const looker of everything.lookers) looker.see(text, START);
    const { user, system } = process.cpuUsage(from);
    return user + system;
  };

  const LENGTH = 32 * 1024;

  /** Sixteen times is what quadratic work would take; five milliseconds are what a clock may be wrong by. */
  function growsTooFast(text: string): boolean {
    const one = cost(text.slice(0, LENGTH));
    return cost(text.slice(0, 4 * LENGTH)) > 10 * one + 5000;
  }

  for (const seed of seeds) {
    test(`four times as many ${JSON.stringify(seed)} take some four times the work`, () => {
      const text = seed.repeat(Math.ceil((4 * LENGTH) / seed.length));
      // A busy machine may spoil a measurement, but not five in a row.
      assert.ok([1, 2, 3, 4, 5].some(() => !growsTooFast(text)));
    });
  }
});

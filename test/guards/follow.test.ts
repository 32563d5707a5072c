import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../src/core/finding.ts';
import { LOOK_BEHIND } from '../../src/guards/detector.ts';
import { Engine } from '../../src/guards/engine/engine.ts';
import { Follower } from '../../src/guards/follow.ts';
import type { Looker } from '../../src/guards/looker.ts';
import { DETECTORS } from '../../src/guards/registry.ts';
import { base62 } from './filler.ts';
import { ALL_SAMPLES, behind, contextOf } from './samples.ts';

const engine = new Engine(DETECTORS);

const SEEDS = [
  'a',
  '4 ',
  'word ',
  'a@',
  '+1 ',
  'sk-',
  'eyJ',
  '-',
  '<',
  'eyJaaaaaaaaaaaa.',
  '-----BEGIN PRIVATE KEY-----\n',
  base62(61),
];

describe('a text that arrives', () => {
  for (const seed of SEEDS) {
    test(`as ${JSON.stringify(seed)} again and again is kept no further back than the longest finding`, () => {
      const follower = new Follower([engine]);
      const piece = seed.repeat(Math.ceil(512 / seed.length));
      let most = 0;
      for (let count = 0; count < 100; count += 1) {
        follower.push(piece);
        most = Math.max(most, follower.kept);
      }
      assert.ok(follower.length > 50_000);
      assert.ok(most <= engine.reach + LOOK_BEHIND + 2 * piece.length, `${most}`);
    });
  }

  test('is looked at again only where a finding is open, or as context', () => {
    let looked = 0;
    const counting: Looker = {
      reach: engine.reach,
      find: (text, begun) => engine.find(text, begun),
      see: (text, begun) => {
        looked += text.length - begun.from;
        return engine.see(text, begun);
      },
    };
    const text = `${'The quick brown fox jumps over 13 lazy dogs. '.repeat(200)}`;
    const follower = new Follower([counting]);
    for (const char of text) follower.push(char);
    follower.finish();
    assert.ok(looked < 6 * text.length, `${looked / text.length}`);
  });

  test('gives every finding once, at its place in the whole', () => {
    const text = ALL_SAMPLES.map(([type, sample]) => contextOf(type) + sample + behind(type)).join('; ');
    const follower = new Follower([engine]);
    const found = [...text].flatMap((char) => follower.push(char).found).concat(follower.finish().found);
    const places = ({ type, start, end }: Finding) => ({ type, start, end });
    assert.deepEqual(found.map(places), engine.find(text).map(places));
    assert.ok(found.length >= ALL_SAMPLES.length);
  });
});

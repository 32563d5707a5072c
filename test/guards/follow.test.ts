import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Detector, LOOK_BEHIND } from '../../src/guards/detector.ts';
import { Follower } from '../../src/guards/follow.ts';
import { DETECTORS } from '../../src/guards/registry.ts';
import { ALL_SAMPLES, base62 } from './samples.ts';

const reach = Math.max(...DETECTORS.map((detector) => detector.reach));

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
      const follower = new Follower(DETECTORS);
      const piece = seed.repeat(Math.ceil(512 / seed.length));
      let most = 0;
      for (let count = 0; count < 100; count += 1) {
        follower.push(piece);
        most = Math.max(most, follower.kept);
      }
      assert.ok(follower.length > 50_000);
      assert.ok(most <= reach + LOOK_BEHIND + 2 * piece.length, `${most}`);
    });
  }

  test('is looked at again only where a finding is open', () => {
    let looked = 0;
    const counting: readonly Detector[] = DETECTORS.map((detector) => ({
      ...detector,
      find: (text: string, from = 0) => {
        looked += text.length - from;
        return detector.find(text, from);
      },
    }));
    const text = `${'The quick brown fox jumps over 13 lazy dogs. '.repeat(200)}`;
    const follower = new Follower(counting);
    for (const char of text) follower.push(char);
    follower.finish();
    assert.ok(looked < 6 * text.length * DETECTORS.length, `${looked / text.length / DETECTORS.length}`);
  });

  test('gives every finding once, at its place in the whole', () => {
    const samples = ALL_SAMPLES.map(([, sample]) => sample);
    const text = samples.join(', ');
    const follower = new Follower(DETECTORS);
    const found = [...text].flatMap((char) => follower.push(char).found).concat(follower.finish().found);
    assert.deepEqual(
      found.map(({ start, end }) => text.slice(start, end)),
      samples,
    );
  });
});

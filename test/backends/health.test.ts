import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WatchedBackends } from '../../src/backends/health.ts';

const FAILED = { kind: 'failed' } as const;
const GOOD = { kind: 'good' } as const;

describe('the health of backends', () => {
  it('is good until three failures in a row', () => {
    const health = new WatchedBackends();
    health.note('a', FAILED, 0);
    health.note('a', FAILED, 0);
    assert.equal(health.usable('a', 0), true);
    health.note('a', GOOD, 0);
    health.note('a', FAILED, 0);
    health.note('a', FAILED, 0);
    assert.equal(health.usable('a', 0), true);
    health.note('a', FAILED, 0);
    assert.equal(health.usable('a', 0), false);
    assert.equal(health.usable('b', 0), true);
  });

  it('is tried again after a pause, which doubles each time that it fails at once, up to two minutes', () => {
    const health = new WatchedBackends();
    let now = 0;
    for (let i = 0; i < 2; i += 1) health.note('a', FAILED, now);
    for (const pause of [5_000, 10_000, 20_000, 40_000, 80_000, 120_000, 120_000]) {
      health.note('a', FAILED, now);
      assert.equal(health.usable('a', now + pause - 1), false);
      assert.equal(health.usable('a', now + pause), true);
      now += pause;
    }
    health.note('a', GOOD, now);
    assert.equal(health.usable('a', now), true);
    health.note('a', FAILED, now);
    assert.equal(health.usable('a', now), true);
  });

  it('is left alone for as long as it asks, at most a minute, a second where it does not say', () => {
    const pauses = [
      [30_000, 30_000],
      [86_400_000, 60_000],
      [undefined, 1_000],
    ] as const;
    for (const [retryAfterMs, pause] of pauses) {
      const health = new WatchedBackends();
      health.note('a', { kind: 'busy', retryAfterMs }, 100);
      assert.equal(health.usable('a', 100 + pause - 1), false);
      assert.equal(health.usable('a', 100 + pause), true);
    }
  });

  it('is not made better by a later, shorter word', () => {
    const health = new WatchedBackends();
    health.note('a', { kind: 'busy', retryAfterMs: 30_000 }, 0);
    health.note('a', { kind: 'busy', retryAfterMs: 1_000 }, 0);
    assert.equal(health.usable('a', 29_999), false);
  });
});

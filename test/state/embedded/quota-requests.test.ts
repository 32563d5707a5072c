import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { QuotaRequests } from '../../../src/state/embedded/quota-requests.ts';

describe('requests whose steps are known', () => {
  it('are known by step, settled or not', () => {
    const requests = new QuotaRequests();
    requests.took('a', 0, 5);
    requests.took('a', 2, 7);
    assert.deepEqual(
      [0, 1, 2].map((step) => requests.tookAt('a', step)),
      [5, undefined, 7],
    );
    assert.equal(requests.isSettled('a'), false);
    requests.settle('a');
    requests.settle('b');
    assert.deepEqual(
      [requests.isSettled('a'), requests.isSettled('b'), requests.tookAt('a', 2)],
      [true, true, 7],
    );
  });

  it('M15: are at least half as many as fit, the most recent ones, and forgotten after', () => {
    const requests = new QuotaRequests(100);
    for (let i = 0; i < 1000; i++) {
      requests.settle(`r${i}`);
      for (let back = 0; back < Math.min(50, i); back++) assert.ok(requests.isSettled(`r${i - back}`));
    }
    assert.ok(!requests.isSettled('r899'));
  });

  it('are kept whole while something is still done to them', () => {
    const requests = new QuotaRequests(100);
    requests.took('long', 0, 5);
    for (let i = 0; i < 1000; i++) {
      requests.settle(`r${i}`);
      if (i % 40 === 0) requests.took('long', i + 1, i);
    }
    assert.equal(requests.tookAt('long', 0), 5);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Voucher } from '../../../src/core/voucher.ts';
import { EmbeddedPassages } from '../../../src/state/embedded/passages.ts';

const voucherOf = (requestId: string, path = '/v1/models'): Voucher => ({
  requestId,
  policy: '0123456789abcdef',
  issuedAt: 0,
  arrivedAt: 0,
  method: 'GET',
  path,
  operation: { name: 'models.list', dialect: 'openai', body: 'none' },
  principal: { methods: ['api-key'], id: 'key_a', groups: [] },
  authority: 'api.example.org',
  clientAddress: '192.0.2.7',
});

function open(maxWeight?: number) {
  let time = 5;
  const reported: string[] = [];
  const passages = new EmbeddedPassages(
    { elapsed: () => time },
    (voucher) => reported.push(voucher.requestId),
    maxWeight,
  );
  const advance = (ms: number) => {
    time += ms;
  };
  return { passages, reported, advance };
}

describe('requests between the doors', () => {
  it('are not reported once the second door took over', () => {
    const { passages, reported, advance } = open();
    passages.open(voucherOf('a'));
    passages.close('a');
    advance(60_000);
    passages.expire();
    passages.finish();
    assert.deepEqual(reported, []);
  });

  it('N6: are reported once, 15 seconds after the first door let them through', () => {
    const { passages, reported, advance } = open();
    passages.open(voucherOf('a'));
    advance(1);
    passages.open(voucherOf('b'));
    advance(14_998);
    passages.expire();
    assert.deepEqual(reported, []);
    advance(1);
    passages.expire();
    assert.deepEqual(reported, ['a']);
    advance(1);
    passages.expire();
    passages.expire();
    assert.deepEqual(reported, ['a', 'b']);
    passages.close('a');
    assert.equal(passages.size, 0);
  });

  it('are all reported at the end', () => {
    const { passages, reported } = open();
    for (const id of ['a', 'b', 'c']) passages.open(voucherOf(id));
    passages.finish();
    passages.finish();
    assert.deepEqual(reported, ['a', 'b', 'c']);
  });

  it('M15: are bounded in memory by count and by length: the oldest are reported early', () => {
    const { passages, reported } = open(10_000);
    for (let i = 0; i < 100; i++) passages.open(voucherOf(`short ${i}`));
    assert.equal(passages.size, 9);
    assert.equal(reported[0], 'short 0');
    passages.open(voucherOf('long', `/v1/models?${'x'.repeat(8000)}`));
    assert.equal(passages.size, 1);
    passages.open(voucherOf('too long', 'x'.repeat(20_000)));
    assert.equal(passages.size, 0);
    for (let i = 0; i < 100; i++) passages.open(voucherOf('same id'));
    assert.equal(passages.size, 1);
    assert.equal(reported.length + passages.size, 100 + 2 + 1);
  });

  it('are reported a thousand at a time, so that nothing else waits long', () => {
    const { passages, reported, advance } = open();
    for (let i = 0; i < 2500; i++) passages.open(voucherOf(`${i}`));
    advance(15_000);
    const counts = [1, 2, 3].map(() => {
      passages.expire();
      return reported.length;
    });
    assert.deepEqual(counts, [1000, 2000, 2500]);
  });
});

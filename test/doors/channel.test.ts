/** Channels at the second door: opened by identity, model and limits, then seen going by until they are over. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { world } from '../fakes.ts';
import { policy } from './policy-fixture.ts';
import { ProxyModel, type Scene } from './proxy-model.ts';

async function open(scene: Scene = {}, model = 'fast'): Promise<ProxyModel> {
  const path = `/v1/realtime?model=${model}`;
  const place = { start: 19, end: 19 + model.length, as: 'models' } as const;
  const proxy = new ProxyModel({
    policy: policy({ operations: ['realtime'] }),
    ...scene,
    voucher: {
      method: 'GET',
      path,
      operation: {
        name: 'realtime',
        dialect: 'openai',
        body: 'none',
        pathModel: model,
        pathModelPlace: place,
      },
    },
  });
  await proxy.headers('request', { ':method': 'GET', ':path': path, upgrade: 'websocket' });
  return proxy;
}

async function opened(scene: Scene = {}): Promise<ProxyModel> {
  const proxy = await open(scene);
  await proxy.headers('response', { ':status': '101', upgrade: 'websocket' });
  return proxy;
}

describe('a channel', () => {
  it('asks to see what passes, in both directions, and passes it as it is', async () => {
    const proxy = await opened();
    assert.deepEqual(proxy.overrides, [{ request: 'streamed', response: 'streamed' }]);
    assert.equal(proxy.toBackend.get(':path'), '/v1/realtime?model=gpt-4.1-mini');
    await proxy.body('response', 'hello', false);
    await proxy.body('request', 'jo@example.org', false);
    await proxy.body('response', ' there', true);
    assert.equal(proxy.downstream, 'hello there');
    assert.equal(proxy.upstream, 'jo@example.org');
    assert.equal(proxy.record?.outcome, 'allowed');
    assert.deepEqual(proxy.record?.inspected, { request: 'skipped', response: 'skipped' });
  });

  it('passes in full duplex, too, and in no mixture of modes', async () => {
    const proxy = await opened({ request: 'full_duplex', response: 'full_duplex' });
    await proxy.body('request', 'hi', false);
    assert.equal(proxy.upstream, 'hi');
    const mixed = await open({ request: 'full_duplex', response: 'buffered' });
    assert.equal(mixed.record?.reason, 'mode_unsafe');
  });

  it('ends after its time, however much is said in it, and after a silence', async () => {
    const talking = world();
    const proxy = await opened({ ports: talking });
    const end = talking.clock.elapsed() + 3_600_000;
    for (let i = 0; i < 100 && talking.clock.elapsed() < proxy.session.deadline; i += 1) {
      talking.pass(60_000);
      await proxy.body('request', 'x', false);
    }
    assert.equal(proxy.session.deadline, end);
    assert.equal(proxy.session.expire()[0]?.kind, 'fail');
    assert.deepEqual([proxy.record?.outcome, proxy.record?.reason], ['cut', 'deadline']);
    const silent = await opened();
    assert.equal(silent.session.deadline - silent.ports.clock.elapsed(), 300_000);
  });

  it('is none for a model that nobody knows, a request that ends at once, or bytes before it is open', async () => {
    assert.equal((await open({}, 'none')).record?.reason, 'model_not_allowed');
    const early = await open();
    await early.body('request', 'early', false);
    assert.equal(early.upstream, '');
    assert(early.failed !== undefined);
  });

  it('that the backend refuses is an answer like any other', async () => {
    const proxy = await open();
    await proxy.headers('response', { ':status': '404', 'content-type': 'application/json' });
    await proxy.whole('response', '{"error":{}}');
    assert.equal(proxy.downstream, '{"error":{}}');
    assert.equal(proxy.record?.status, 404);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Choosing, type ChoosingPorts, choose } from '../../src/backends/choose.ts';
import { conversationKey } from '../../src/backends/sticky.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { Backend, Model, Served } from '../../src/policy/snapshot.ts';
import { policy } from '../doors/policy-fixture.ts';

const served = (backend: string, more: Partial<Served> = {}): Served => ({
  backend,
  model: 'm',
  weight: 1,
  priority: 0,
  ...more,
});

const modelOf = (...backends: readonly Served[]): Model => ({ name: 'm', sticky: true, backends });

const BACKENDS: readonly Backend[] = [
  { name: 'a', dialect: 'openai', cluster: 'a', labels: { region: 'eu' } },
  { name: 'b', dialect: 'openai', cluster: 'b', labels: { region: 'us' } },
  { name: 'own', dialect: 'openai', cluster: 'own', tenants: ['acme'] },
  { name: 'other', dialect: 'anthropic', cluster: 'other' },
];

const choosing = (more: Partial<Choosing> = {}): Choosing => ({
  dialect: 'openai',
  policy: { ...policy(), backends: new Map(BACKENDS.map((backend) => [backend.name, backend])) },
  tenant: undefined,
  ...more,
});

const ports = (fraction: number, broken: readonly string[] = []): ChoosingPorts => ({
  random: { bytes: (count) => new Uint8Array(count), fraction: () => fraction },
  clock: { now: () => 0, elapsed: () => 0 },
  health: { usable: (name) => !broken.includes(name), note: () => {} },
});

function chosen(...args: Parameters<typeof choose>): string {
  const route = choose(...args);
  return isRefusal(route) ? `${route.refused} ${route.why ?? ''}`.trim() : route.backend.name;
}

describe('choosing a backend', () => {
  const two = modelOf(served('a', { weight: 3 }), served('b'));

  it('shares requests by weight', () => {
    assert.equal(chosen(two, choosing(), ports(0)), 'a');
    assert.equal(chosen(two, choosing(), ports(0.749)), 'a');
    assert.equal(chosen(two, choosing(), ports(0.75)), 'b');
    assert.equal(chosen(two, choosing(), ports(0.999)), 'b');
  });

  it('leaves out what speaks another dialect, serves other tenants, or is not where the object is', () => {
    const all = modelOf(served('other'), served('own'), served('b'));
    assert.equal(chosen(all, choosing(), ports(0)), 'b');
    assert.equal(chosen(all, choosing({ tenant: 'acme' }), ports(0)), 'own');
    assert.equal(chosen(all, choosing({ tenant: 'acme', home: 'b' }), ports(0)), 'b');
    assert.equal(chosen(modelOf(served('other')), choosing(), ports(0)), 'backend_unavailable');
  });

  it('uses a backend only while none of a smaller priority is in order', () => {
    const ordered = modelOf(served('b', { priority: 1, weight: 1000 }), served('a'));
    assert.equal(chosen(ordered, choosing(), ports(0.5)), 'a');
    assert.equal(chosen(ordered, choosing(), ports(0.5, ['a'])), 'b');
  });

  it('tries the first all the same where none is in order', () => {
    const ordered = modelOf(served('b', { priority: 1 }), served('a'));
    assert.equal(chosen(ordered, choosing(), ports(0.5, ['a', 'b'])), 'a');
  });

  it('keeps a conversation at its backend, unless that is out of order or the model does not stick', () => {
    const places = new Set<string>();
    for (let i = 0; i < 50; i += 1) {
      const conversation = conversationKey([String(i)]);
      const place = chosen(two, choosing(), ports(0), conversation);
      places.add(place);
      assert.equal(chosen(two, choosing(), ports(0.99), conversation), place);
      assert.notEqual(chosen(two, choosing(), ports(0, [place]), conversation), place);
      assert.equal(chosen({ ...two, sticky: false }, choosing(), ports(0.99), conversation), 'b');
    }
    assert.equal(places.size, 2);
  });

  it('goes only where the grants let it', () => {
    const fits = (region: string) => (backend: Backend) => backend.labels?.region === region;
    assert.equal(chosen(two, choosing({ fits: fits('us') }), ports(0)), 'b');
    assert.equal(chosen(two, choosing({ fits: fits('us') }), ports(0, ['b'])), 'b');
    assert.equal(chosen(two, choosing({ fits: fits('ap') }), ports(0)), 'model_not_allowed backend_labels');
  });
});

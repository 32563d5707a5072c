import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Watchdog } from '../../src/envoy/watchdog.ts';
import { world } from '../fakes.ts';

test('looks at every call twice a second, with one timer, until it is stopped', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { clock, faults } = world();
  const watchdog = new Watchdog(clock, faults);
  const looks: string[] = [];
  for (const name of ['a', 'b']) watchdog.add({ checkDeadline: () => looks.push(name), cut: () => {} });
  watchdog.start();
  t.mock.timers.tick(1000);
  assert.deepEqual(looks, ['a', 'b', 'a', 'b']);
  watchdog.stop();
  t.mock.timers.tick(1000);
  assert.equal(looks.length, 4);
});

test('a call that throws does not keep the others from being looked at, or cut (M13)', () => {
  const { clock, faults, faultsSeen } = world();
  const watchdog = new Watchdog(clock, faults);
  const boom = () => {
    throw new Error('boom');
  };
  let reached = 0;
  watchdog.add({ checkDeadline: boom, cut: boom });
  watchdog.add({ checkDeadline: () => reached++, cut: () => reached++ });
  watchdog.look();
  watchdog.cutAll();
  assert.equal(reached, 2);
  assert.equal(faultsSeen.length, 2);
});

test('calls may leave while they are looked at', () => {
  const { clock, faults } = world();
  const watchdog = new Watchdog(clock, faults);
  for (let i = 0; i < 3; i++) {
    const call = { checkDeadline: () => watchdog.delete(call), cut: () => {} };
    watchdog.add(call);
  }
  watchdog.look();
  assert.equal(watchdog.size, 0);
});

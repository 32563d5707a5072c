import assert from 'node:assert/strict';
import { afterEach, describe, it, mock } from 'node:test';
import { LoopDelay, watchPressure } from '../../src/telemetry/pressure.ts';

describe('the delay of the event loop', () => {
  it('is not too long for one pause of 100 ms', () => {
    const delay = new LoopDelay();
    delay.sample(100);
    assert.equal(delay.late, false);
  });

  it('is too long once the loop stays late', () => {
    const delay = new LoopDelay();
    const late = Array.from({ length: 10 }, () => {
      delay.sample(80);
      return delay.late;
    });
    assert.equal(late[0], false);
    assert.equal(late.at(-1), true);
  });

  it('turns nobody away for one pause, however long, and is well again soon after several', () => {
    const delay = new LoopDelay();
    delay.sample(10_000);
    assert.equal(delay.late, false);
    delay.sample(10_000);
    assert.equal(delay.late, true);
    let samples = 0;
    for (; delay.late; samples++) delay.sample(0);
    assert.ok(samples * 20 <= 200, `${samples} samples`);
  });

  it('is never below zero: timers that run early do not make up for late ones', () => {
    const delay = new LoopDelay();
    for (let i = 0; i < 100; i++) delay.sample(-1000);
    delay.sample(150);
    delay.sample(150);
    assert.equal(delay.late, true);
  });
});

describe('pressure', () => {
  afterEach(() => mock.timers.reset());

  it('turns new work away while too much is under way', () => {
    let running = 9;
    const pressure = watchPressure({ clock: { elapsed: () => 0 }, inFlight: () => running, maxInFlight: 10 });
    assert.equal(pressure.overloaded(), false);
    running = 10;
    assert.equal(pressure.overloaded(), true);
    running = 9;
    assert.equal(pressure.overloaded(), false);
    pressure.stop();
  });

  it('turns new work away while the event loop stays late, and takes it again once it does not', () => {
    mock.timers.enable({ apis: ['setInterval'] });
    let time = 0;
    const samples: number[] = [];
    const pressure = watchPressure({
      clock: { elapsed: () => time },
      inFlight: () => 0,
      maxInFlight: 10,
      onSample: (ms) => samples.push(ms),
    });
    const pass = (ms: number) => {
      time += ms;
      mock.timers.tick(20);
    };
    for (let i = 0; i < 10; i++) pass(20);
    assert.equal(pressure.overloaded(), false);
    for (let i = 0; i < 10; i++) pass(120);
    assert.equal(pressure.overloaded(), true);
    for (let i = 0; i < 5; i++) pass(20);
    assert.equal(pressure.overloaded(), false);
    pressure.stop();
    assert.deepEqual(samples, [...Array(10).fill(0), ...Array(10).fill(100), ...Array(5).fill(0)]);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reportFaults } from '../../src/telemetry/faults.ts';

function open() {
  let time = 0;
  const logged: unknown[] = [];
  const counted: string[] = [];
  const faults = reportFaults(
    { error: (_message, fields) => logged.push(fields) },
    { faulted: (where) => counted.push(where) },
    { elapsed: () => time },
  );
  const advance = (ms: number) => {
    time += ms;
  };
  return { faults, logged, counted, advance };
}

describe('faults', () => {
  it('are all counted, and logged once a second and place, with how many were left out', () => {
    const { faults, logged, counted, advance } = open();
    const error = new Error('x');
    for (let i = 0; i < 1000; i++) faults.report('session', error);
    faults.report('check', error);
    advance(1000);
    faults.report('session', error);
    advance(1000);
    faults.report('session', error);
    assert.equal(counted.length, 1003);
    assert.deepEqual(logged, [
      { where: 'session', error },
      { where: 'check', error },
      { where: 'session', error, leftOut: 999 },
      { where: 'session', error },
    ]);
  });

  it('M15: are kept apart for a bounded number of places', () => {
    const { faults, logged, counted } = open();
    for (let i = 0; i < 1000; i++) faults.report(`place ${i}`, 'x');
    assert.equal(logged.length, 101);
    assert.equal(new Set(counted).size, 101);
  });
});

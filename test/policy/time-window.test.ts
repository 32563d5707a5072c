import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  inWindow,
  isZone,
  parseClock,
  type TimeWindow,
  WEEKDAYS,
  type Weekday,
} from '../../src/policy/time-window.ts';

function windowOf(
  from: string,
  until: string,
  days: readonly Weekday[] = WEEKDAYS,
  zone = 'Europe/Berlin',
): TimeWindow {
  return { days: new Set(days), from: parseClock(from) ?? 0, until: parseClock(until) ?? 0, zone };
}
const open = (window: TimeWindow, ...times: string[]) =>
  times.map((time) => inWindow(window, Date.parse(time)));

describe('a time window', () => {
  it('is open from its first minute up to, not including, its last, as the clock of its zone shows them', () => {
    const office = windowOf('08:30', '18:00', ['mon', 'fri']);
    assert.deepEqual(
      open(
        office,
        '2026-01-05T07:29:59Z',
        '2026-01-05T07:30:00Z',
        '2026-01-05T16:59:59Z',
        '2026-01-05T17:00:00Z',
      ),
      [false, true, true, false],
    );
    assert.deepEqual(open(office, '2026-01-06T09:00:00Z', '2026-01-09T09:00:00Z'), [false, true]);
    assert.deepEqual(
      open(windowOf('00:00', '24:00', ['mon']), '2026-01-04T23:00:00Z', '2026-01-05T23:00:00Z'),
      [true, false],
    );
  });

  it('over midnight belongs to the day on which it begins', () => {
    const night = windowOf('22:00', '06:00', ['fri'], 'UTC');
    assert.deepEqual(
      open(
        night,
        '2026-01-09T21:59:00Z',
        '2026-01-09T22:00:00Z',
        '2026-01-10T05:59:00Z',
        '2026-01-10T06:00:00Z',
        '2026-01-09T05:00:00Z',
        '2026-01-10T23:00:00Z',
      ),
      [false, true, true, false, false, false],
    );
  });

  it('has an hour less on the day on which clocks go forward', () => {
    // 2026-03-29 in Berlin: 01:59:59 is followed by 03:00:00.
    assert.deepEqual(
      open(
        windowOf('01:00', '03:00'),
        '2026-03-29T00:00:00Z',
        '2026-03-29T00:59:59Z',
        '2026-03-29T01:00:00Z',
      ),
      [true, true, false],
    );
    assert.deepEqual(
      open(
        windowOf('02:00', '03:00'),
        '2026-03-29T00:59:59Z',
        '2026-03-29T01:00:00Z',
        '2026-03-30T00:30:00Z',
      ),
      [false, false, true],
    );
    assert.deepEqual(open(windowOf('03:00', '04:00'), '2026-03-29T01:00:00Z', '2026-03-29T02:00:00Z'), [
      true,
      false,
    ]);
  });

  it('is open twice in the hour that clocks show twice, and keeps to the wall clock before and after', () => {
    // 2026-10-25 in Berlin: 02:59:59 is followed by 02:00:00.
    assert.deepEqual(
      open(
        windowOf('02:00', '02:30'),
        '2026-10-25T00:15:00Z',
        '2026-10-25T00:45:00Z',
        '2026-10-25T01:15:00Z',
        '2026-10-25T01:45:00Z',
      ),
      [true, false, true, false],
    );
    const office = windowOf('08:00', '09:00');
    assert.deepEqual(open(office, '2026-10-24T06:30:00Z', '2026-10-25T06:30:00Z', '2026-10-25T07:30:00Z'), [
      true,
      false,
      true,
    ]);
  });

  it('is open when a reader of the formatted time says so, whatever was asked before', () => {
    const formats = new Map<string, Intl.DateTimeFormat>();
    const shown = (zone: string, time: number): string => {
      const format =
        formats.get(zone) ??
        new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
      formats.set(zone, format);
      return format.format(time);
    };
    const zone = fc.constantFrom(
      'UTC',
      'Europe/Berlin',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    );
    const clock = fc.integer({ min: 0, max: 24 * 60 - 1 });
    const text = (minutes: number) =>
      `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
    const time = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) });
    fc.assert(
      fc.property(zone, clock, clock, time, (zone, from, until, time) => {
        fc.pre(from !== until);
        const now = shown(zone, time);
        const [a, b] = [text(from), text(until)];
        const expected = a < b ? a <= now && now < b : now >= a || now < b;
        assert.equal(inWindow({ days: new Set(WEEKDAYS), from, until, zone }, time), expected);
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});

it('zones are those that there are', () => {
  assert.ok(isZone('Europe/Berlin') && isZone('UTC') && !isZone('Europe/Nowhere') && !isZone(''));
  assert.deepEqual(['08:30', '24:00', '24:01', '8:30', '08:60'].map(parseClock), [
    510,
    1440,
    undefined,
    undefined,
    undefined,
  ]);
});

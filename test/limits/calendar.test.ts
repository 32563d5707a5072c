import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Period, type PeriodName, periodAt } from '../../src/limits/calendar.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const PERIODS = ['hour', 'day', 'week', 'month'] as const;

/** What a zone's clock shows, told by another way of Intl than the one under test. */
const FACES = new Map<string, Intl.DateTimeFormat>();
function shown(zone: string, time: number): string {
  const known = FACES.get(zone);
  const face =
    known ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  FACES.set(zone, face);
  return face.format(time);
}

/** The name of the period that is shown; later ones sort after earlier ones. */
function nameOf(period: PeriodName, zone: string, time: number): string {
  const text = shown(zone, time);
  if (period === 'hour') return text.slice(0, 13);
  if (period === 'day') return text.slice(0, 10);
  if (period === 'month') return text.slice(0, 7);
  const day = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
  const monday = day - ((new Date(day).getUTCDay() + 6) % 7) * DAY;
  return new Date(monday).toISOString().slice(0, 10);
}

/** The slow way: walk over the minutes, and see where the clock comes to a period that it had not come to before. */
function beginnings(period: PeriodName, zone: string, from: number, to: number): number[] {
  const found: number[] = [];
  let furthest = nameOf(period, zone, from);
  for (let time = from; time < to; time += MINUTE) {
    const name = nameOf(period, zone, time);
    if (name <= furthest) continue;
    furthest = name;
    found.push(time);
  }
  return found;
}

function iso({ start, end }: Period): [string, string] {
  return [new Date(start).toISOString(), new Date(end).toISOString()];
}

/** Days around which clocks did something: put on, put back, by half an hour, at midnight, over the date line. */
const TURNS: readonly (readonly [zone: string, day: string])[] = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['America/Sao_Paulo', '2018-02-18'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['America/St_Johns', '2006-10-29'],
  ['America/St_Johns', '2007-03-11'],
  ['Asia/Kathmandu', '2026-06-01'],
  ['Pacific/Apia', '2011-12-30'],
  ['Pacific/Kwajalein', '1993-08-21'],
  ['Asia/Pyongyang', '2015-08-15'],
  ['Africa/Casablanca', '2026-02-15'],
  ['Europe/Lisbon', '1992-09-27'],
  ['UTC', '2024-02-29'],
  ['Europe/Berlin', '2028-02-29'],
  ['Asia/Kolkata', '2027-12-31'],
];

describe('calendar periods', () => {
  for (const [zone, day] of TURNS) {
    it(`M18: of ${zone} around ${day} begin where the slow model sees them begin`, () => {
      const middle = Date.parse(`${day}T12:00:00Z`);
      for (const period of ['hour', 'day'] as const) {
        const expected = beginnings(period, zone, middle - 2 * DAY, middle + 2 * DAY);
        for (const [i, start] of expected.slice(0, -1).entries()) {
          const end = expected[i + 1] ?? 0;
          for (const time of [start, Math.floor((start + end) / 2), end - 1])
            assert.deepEqual(iso(periodAt(period, zone, time)), iso({ start, end }));
        }
      }
    });
  }

  it('follow each other without a gap, and hold the moment that was asked about', () => {
    const zones = fc.constantFrom(...new Set(TURNS.map(([zone]) => zone)));
    const times = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2036, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...PERIODS), zones, times, (period, zone, time) => {
        const now = periodAt(period, zone, time);
        assert.ok(now.start <= time && time < now.end);
        assert.equal(periodAt(period, zone, now.end).start, now.end);
        assert.equal(periodAt(period, zone, now.start - 1).end, now.start);
        assert.deepEqual(periodAt(period, zone, now.start), now);
        assert.deepEqual(periodAt(period, zone, now.end - 1), now);
      }),
      { seed: 81, numRuns: 400 },
    );
  });

  it('are named by the clock: at their beginning it shows a name that it did not show before', () => {
    const times = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });
    const zones = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    );
    fc.assert(
      fc.property(fc.constantFrom(...PERIODS), zones, times, (period, zone, time) => {
        const { start, end } = periodAt(period, zone, time);
        assert.equal(nameOf(period, zone, start), nameOf(period, zone, time));
        assert.notEqual(nameOf(period, zone, start - 1), nameOf(period, zone, start));
        assert.ok(nameOf(period, zone, end) > nameOf(period, zone, start));
      }),
      { seed: 82, numRuns: 400 },
    );
  });

  it('are as long as the calendar says', () => {
    const hours = (period: PeriodName, zone: string, time: string) => {
      const { start, end } = periodAt(period, zone, Date.parse(time));
      return (end - start) / HOUR;
    };
    assert.equal(hours('month', 'UTC', '2024-02-10T00:00:00Z'), 29 * 24);
    assert.equal(hours('month', 'UTC', '2028-02-29T23:59:59.999Z'), 29 * 24);
    assert.equal(hours('month', 'UTC', '2027-02-28T23:59:59.999Z'), 28 * 24);
    assert.equal(hours('day', 'Europe/Berlin', '2026-03-29T12:00:00Z'), 23);
    assert.equal(hours('day', 'Europe/Berlin', '2026-10-25T12:00:00Z'), 25);
    assert.equal(hours('week', 'Europe/Berlin', '2026-10-25T12:00:00Z'), 7 * 24 + 1);
    assert.equal(hours('month', 'Europe/Berlin', '2026-03-10T12:00:00Z'), 31 * 24 - 1);
    assert.equal(hours('hour', 'Europe/Berlin', '2026-10-25T00:30:00Z'), 2, 'shown twice');
    assert.equal(hours('hour', 'Australia/Lord_Howe', '2026-04-04T15:10:00Z'), 1.5, 'half of it twice');
    assert.equal(hours('week', 'Pacific/Apia', '2011-12-28T12:00:00Z'), 6 * 24, 'without a Friday');
    assert.equal(hours('day', 'America/Sao_Paulo', '2018-11-04T12:00:00Z'), 23, 'without its midnight');
  });

  it('begin weeks on Monday', () => {
    const week = periodAt('week', 'UTC', Date.UTC(2026, 0, 11, 23, 59));
    assert.deepEqual(iso(week), ['2026-01-05T00:00:00.000Z', '2026-01-12T00:00:00.000Z']);
  });

  it('are the same whichever way the clock jumped in between', () => {
    const times = [0, 40, -40, 3, -3, 400, -400].map((days) => Date.UTC(2026, 6, 1, 12) + days * DAY);
    const first = times.map((time) => periodAt('day', 'Europe/Berlin', time));
    for (let i = 0; i < 3; i++)
      assert.deepEqual(
        times.map((time) => periodAt('day', 'Europe/Berlin', time)),
        first,
      );
  });

  it('are of zones that there are', () => {
    assert.throws(() => periodAt('day', 'Europe/Atlantis', 0), RangeError);
  });
});

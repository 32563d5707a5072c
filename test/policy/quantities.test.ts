import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDays, parseRate, parseSize, parseTime } from '../../src/policy/quantities.ts';

test('reads rates over named windows and over numbers of them', () => {
  assert.deepEqual(parseRate('60/minute'), { requests: 60, windowMs: 60_000 });
  assert.deepEqual(parseRate('5/second'), { requests: 5, windowMs: 1000 });
  assert.deepEqual(parseRate('1000/hour'), { requests: 1000, windowMs: 3_600_000 });
  assert.deepEqual(parseRate('1/day'), { requests: 1, windowMs: 86_400_000 });
  assert.deepEqual(parseRate('60/15s'), { requests: 60, windowMs: 15_000 });
  assert.deepEqual(parseRate('10/7d'), { requests: 10, windowMs: 7 * 86_400_000 });
});

test('refuses rates that say nothing', () => {
  for (const rate of [
    '',
    '60',
    '0/minute',
    '-1/minute',
    '1.5/minute',
    '60 / minute',
    '60/minutes',
    '60/0s',
    '1e9/day',
    '60/constructor',
  ]) {
    assert.equal(parseRate(rate), undefined, rate);
  }
});

test('reads sizes in powers of ten and of two', () => {
  assert.equal(parseSize('100MB'), 100_000_000);
  assert.equal(parseSize('10MiB'), 10_485_760);
  assert.equal(parseSize('1B'), 1);
  for (const size of ['', '10', '0MB', '1.5MB', '10mb', '10 MB', '-1MB'])
    assert.equal(parseSize(size), undefined, size);
});

test('reads days', () => {
  assert.equal(parseDays('365d'), 365);
  for (const days of ['', '365', '0d', '1y', '-1d']) assert.equal(parseDays(days), undefined, days);
});

test('reads RFC 3339 times, and a date as its first moment in UTC', () => {
  assert.equal(parseTime('2030-01-31'), Date.UTC(2030, 0, 31));
  assert.equal(parseTime('2030-01-31T12:00:00Z'), Date.UTC(2030, 0, 31, 12));
  assert.equal(parseTime('2030-01-31t12:00:00.5z'), Date.UTC(2030, 0, 31, 12, 0, 0, 500));
  assert.equal(parseTime('2030-01-31T12:00:00+02:00'), Date.UTC(2030, 0, 31, 10));
  assert.equal(parseTime('2028-02-29'), Date.UTC(2028, 1, 29));
});

test('refuses times that never are, and those without a zone', () => {
  const never = [
    '2027-02-29',
    '2027-13-01',
    '2027-00-10',
    '2027-01-32',
    '2027-01-01T25:00:00Z',
    '2027-01-01T12:00:00',
    'tomorrow',
    '1',
    '',
  ];
  for (const time of never) assert.equal(parseTime(time), undefined, time);
});

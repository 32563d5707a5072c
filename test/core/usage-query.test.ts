import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { NOTHING_USED, sumOfUsage, type UsageRow } from '../../src/core/usage-book.ts';
import { readUsageQuery } from '../../src/core/usage-query.ts';
import { usageCsv, usageJson } from '../../src/core/usage-report.ts';

const NOW = Date.UTC(2028, 1, 29, 23, 59);
const rowOf = (tenant: string, requests = 1): UsageRow => ({
  of: { tenant },
  counts: { ...NOTHING_USED, requests },
});
const query = { from: '2028-02-01', to: '2028-02-29', by: ['tenant'], where: {} } as const;

describe('a question about usage', () => {
  it('is about this month by tenant and model, if nothing is said', () => {
    assert.deepEqual(readUsageQuery({}, NOW), {
      from: '2028-02-01',
      to: '2028-02-29',
      by: ['tenant', 'model'],
      where: {},
    });
  });

  it('says each column once, in the order in which it was asked for', () => {
    const read = readUsageQuery({ by: 'model, day,model' }, NOW);
    assert.deepEqual('by' in read && read.by, ['model', 'day']);
  });

  it('is about days that there are', () => {
    for (const from of ['2027-02-29', '2028-2-1', '2028-13-01', '', '2028-02-01T00:00', "' OR 1=1"])
      assert.match(JSON.stringify(readUsageQuery({ from }, NOW)), /misuse.*from: expected a day/, from);
    assert.ok('from' in readUsageQuery({ from: '2024-02-29' }, NOW));
  });
});

describe('a report of usage', () => {
  it('adds up a total, and says null for what is unknown', () => {
    const report = JSON.parse(usageJson(query, [rowOf('acme', 2), rowOf('', 3)]));
    assert.deepEqual(
      report.rows.map((row: { tenant: string | null }) => row.tenant),
      ['acme', null],
    );
    assert.equal(report.total.requests, 5);
  });

  it('reads back from CSV as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (names) => {
        const text = usageCsv(
          query,
          names.map((name) => rowOf(name)),
        );
        const read = parseCsv(text).slice(1);
        assert.deepEqual(
          read.map(([name]) => name?.replace(/^'/, '')),
          names.map((name) => name.replace(/^'/, '')),
        );
        for (const [name] of read) assert.doesNotMatch(name ?? '', /^[=+\-@\t\r\n]/);
      }),
      { seed: 91, numRuns: 500 },
    );
  });

  it('leaves nothing in CSV that a spreadsheet would run', () => {
    for (const name of ['=HYPERLINK("x")', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1'])
      assert.match(usageCsv(query, [rowOf(name)]).split('\r\n', 2)[1] ?? '', /^"?'/, name);
  });

  it('adds up without leaving the whole numbers', () => {
    const most = { ...NOTHING_USED, cost_nano: Number.MAX_SAFE_INTEGER };
    assert.equal(sumOfUsage(most, most).cost_nano, Number.MAX_SAFE_INTEGER);
  });
});

/** RFC 4180, the slow way: character by character. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (quoted && c === '"' && text.charAt(i + 1) === '"') {
      cell += '"';
      i++;
    } else if (c === '"') quoted = !quoted;
    else if (quoted || (c !== ',' && c !== '\r')) cell += c;
    else {
      line.push(cell);
      cell = '';
      if (c === ',') continue;
      lines.push(line);
      line = [];
      i++;
    }
  }
  return lines;
}

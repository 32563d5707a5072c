import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { usageCommand } from '../../src/cli/usage.ts';
import { NOTHING_USED } from '../../src/core/usage-book.ts';
import { openDatabase } from '../../src/state/embedded/database.ts';
import { EmbeddedUsage } from '../../src/state/embedded/usage.ts';

const NOW = Date.UTC(2026, 2, 20);

function book(): EmbeddedUsage {
  const usage = new EmbeddedUsage(openDatabase(undefined, 5));
  const note = (tenant: string, model: string, requests: number, cost_nano: number) =>
    usage.note({
      day: '2026-03-02',
      of: { tenant, model },
      counts: { ...NOTHING_USED, requests, input: 10 * requests, cost_nano },
    });
  note('acme', 'fast', 2, 1_234_567_890);
  note('acme', 'slow', 1, 5000);
  note('globex', '\u001b[31mred', 1, 0);
  usage.flush();
  return usage;
}

describe('sallyport usage', () => {
  it('prints a table with a total, costs in units of the currency, and nothing that steers a terminal', async () => {
    const { exitCode, output } = await usageCommand(book(), {}, NOW);
    assert.equal(exitCode, 0);
    const lines = output.split('\n').map((line) => line.split(/ {2,}/));
    assert.deepEqual(lines, [
      ['tenant', 'model', 'requests', 'refused', 'input', 'output', 'cachedInput', 'cost', 'estimated'],
      ['acme', 'fast', '2', '0', '20', '0', '0', '1.23456', '0'],
      ['acme', 'slow', '1', '0', '10', '0', '0', '0.00000', '0'],
      ['globex', '\\u001b[31mred', '1', '0', '10', '0', '0', '0.00000', '0'],
      ['total', '4', '0', '40', '0', '0', '1.23457', '0'],
    ]);
  });

  it('prints JSON and CSV, whole costs in nano-units', async () => {
    const options = { by: 'tenant', where: ['tenant=acme'] };
    const json = await usageCommand(book(), { ...options, json: true }, NOW);
    assert.deepEqual(JSON.parse(json.output).total.cost_nano, 1_234_572_890);
    const csv = await usageCommand(book(), { ...options, format: 'csv' }, NOW);
    assert.match(csv.output, /^tenant,requests.*\r\nacme,3,0,30,0,0,1234572890,0$/);
  });

  it('says so where nothing was used', async () => {
    const { exitCode, output } = await usageCommand(book(), { from: '2026-03-03' }, NOW);
    assert.deepEqual([exitCode, output], [0, 'Nothing was used from 2026-03-03 to 2026-03-20.']);
  });

  it('names the option that is wrong', async () => {
    const { exitCode, output } = await usageCommand(book(), { by: 'tenants' }, NOW);
    assert.equal(exitCode, 2);
    assert.match(output, /^--by: columns are day, tenant/);
  });
});

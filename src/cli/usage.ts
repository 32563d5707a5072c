/** `sallyport usage`: what was used, by whom and for what. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { printable } from '../core/printable.ts';
import {
  USAGE_COLUMNS,
  USAGE_COUNTS,
  type UsageAnswer,
  type UsageCounts,
  type UsageQuery,
  type UsageRow,
} from '../core/usage-book.ts';
import { readUsageQuery } from '../core/usage-query.ts';
import { totalOf, usageCsv, usageJson } from '../core/usage-report.ts';
import { openUsage } from '../state/embedded/index.ts';
import { SYSTEM_CLOCK, SYSTEM_RANDOM } from '../system.ts';
import { type Finish, jsonOption, keptStateOption, redisOption } from './options.ts';
import type { Outcome } from './outcome.ts';
import { redisAddress, SettingError } from './settings.ts';
import { table } from './table.ts';

const MOST_ROWS = 1_000_000;
const NANO_DIGITS = 9;
/** Of a cost as people read it: a thousandth of a cent. */
const SHOWN_DIGITS = 5;

export interface UsageOptions {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly by?: string | undefined;
  readonly where?: readonly string[] | undefined;
  readonly format?: 'table' | 'json' | 'csv' | undefined;
  readonly json?: boolean | undefined;
}

interface Book {
  query(query: UsageQuery, mostRows: number): Promise<UsageAnswer>;
}

export function addUsage(program: Command, finish: Finish): void {
  program
    .command('usage')
    .description('show what was used: requests, tokens and cost, by whom and for what')
    .addOption(keptStateOption())
    .addOption(redisOption())
    .option('--from <day>', 'the first day, UTC; the first of this month if left out')
    .option('--to <day>', 'the last day; today if left out')
    .option('--by <columns>', `of ${USAGE_COLUMNS.join(', ')}`, 'tenant,model')
    .option('--where <conditions...>', 'column=value')
    .addOption(new Option('--format <format>').choices(['table', 'json', 'csv']).default('table'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  sallyport usage --state var/state --by day,model --where tenant=acme',
    )
    .action(async (options: UsageOptions & { state?: string; redis?: string }) => {
      const { usage, close } = await openBook(options);
      try {
        finish(await usageCommand(usage, options, Date.now()));
      } finally {
        close();
      }
    });
}

/** @throws SettingError if Redis does not answer */
async function openBook({ state, redis }: { state?: string; redis?: string }) {
  const address = redisAddress(redis, process.env);
  if (address === undefined) return openUsage(state);
  const shared = await import('../state/redis/index.ts');
  const options = { address, clock: SYSTEM_CLOCK, random: SYSTEM_RANDOM };
  return shared.openRedisUsage(options).catch((error: unknown) => {
    throw new SettingError(error instanceof Error ? error.message : String(error));
  });
}

/** @param now wall clock, milliseconds */
export async function usageCommand(book: Book, options: UsageOptions, now: number): Promise<Outcome> {
  const query = readUsageQuery(options, now);
  if ('misuse' in query) return { exitCode: 2, output: `--${query.misuse}` };
  const answer = await book.query(query, MOST_ROWS);
  if ('tooMany' in answer)
    return { exitCode: 2, output: `--by: more than ${answer.tooMany} rows; ask for fewer columns or days` };
  return { exitCode: 0, output: shown(query, answer.rows, options) };
}

function shown(query: UsageQuery, rows: readonly UsageRow[], { json, format }: UsageOptions): string {
  if (json || format === 'json') return usageJson(query, rows);
  if (format === 'csv') return usageCsv(query, rows).trimEnd();
  if (rows.length === 0) return `Nothing was used from ${query.from} to ${query.to}.`;
  const heads = [...query.by, ...USAGE_COUNTS.map((count) => (count === 'cost_nano' ? 'cost' : count))];
  const lines = rows.map(({ of, counts }) => [
    ...query.by.map((column) => printable(of[column] || '-')),
    ...cellsOf(counts),
  ]);
  const total = [...query.by.map((_, i) => (i === 0 ? 'total' : '')), ...cellsOf(totalOf(rows))];
  return table([heads, ...lines, total]);
}

function cellsOf(counts: UsageCounts): string[] {
  return USAGE_COUNTS.map((count) =>
    count === 'cost_nano' ? costText(counts[count]) : String(counts[count]),
  );
}

/** Units of the currency, cut after a thousandth of a cent. */
function costText(nano: number): string {
  const digits = String(nano).padStart(NANO_DIGITS + 1, '0');
  return `${digits.slice(0, -NANO_DIGITS)}.${digits.slice(-NANO_DIGITS, SHOWN_DIGITS - NANO_DIGITS)}`;
}

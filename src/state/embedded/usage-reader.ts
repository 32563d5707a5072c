/**
 * Queries of the usage book. A year may be some hundred thousand rows: they are read in portions, and other work runs
 * between two of them. One query at a time, so that many of them hold up nothing more than one does.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import {
  USAGE_COLUMNS,
  type UsageAnswer,
  type UsageColumn,
  type UsageQuery,
  usageDay,
} from '../../core/usage-book.ts';
import { AnswerSums, countsFrom } from '../usage-sums.ts';

const DAY_MS = 86_400_000;
/** About 3 ms of work. */
const READ_AT_ONCE = 500;
const COLUMNS = USAGE_COLUMNS.map((column) => `"${column}"`).join(', ');

type Row = Record<string, SQLOutputValue>;

export class UsageReader {
  readonly #db: DatabaseSync;
  readonly #read;
  #last: Promise<unknown> = Promise.resolve();

  constructor(db: DatabaseSync) {
    this.#db = db;
    const after = USAGE_COLUMNS.map(() => '?').join(', ');
    this.#read = db.prepare(
      `SELECT * FROM usage_book WHERE (${COLUMNS}) > (${after}) AND day <= ? ORDER BY ${COLUMNS} LIMIT ?`,
    );
  }

  query(query: UsageQuery, mostRows: number): Promise<UsageAnswer> {
    const answer = this.#last.then(() => this.#answer(query, mostRows));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #answer(query: UsageQuery, mostRows: number): Promise<UsageAnswer> {
    const sums = new AnswerSums(query);
    // Behind all of the day before, and before all of the first day.
    let after = USAGE_COLUMNS.map((column) => (column === 'day' ? `${dayBefore(query.from)}~` : ''));
    for (;;) {
      if (!this.#db.isOpen) throw new Error('the state was closed');
      const rows = this.#read.all(...after, query.to, READ_AT_ONCE);
      for (const row of rows)
        sums.add(
          columnsOf(row),
          countsFrom((count) => Number(row[count])),
        );
      if (sums.size > mostRows) return { tooMany: mostRows };
      const last = rows.at(-1);
      if (rows.length < READ_AT_ONCE || last === undefined) break;
      after = USAGE_COLUMNS.map((column) => String(last[column]));
      await setImmediate();
    }
    return { rows: sums.rows() };
  }
}

function columnsOf(row: Row): Record<UsageColumn, string> {
  return Object.fromEntries(USAGE_COLUMNS.map((column) => [column, String(row[column])])) as Record<
    UsageColumn,
    string
  >;
}

function dayBefore(day: string): string {
  return usageDay(Date.parse(`${day}T00:00:00Z`) - DAY_MS);
}

/**
 * The usage book in SQLite: sums a day for each combination of its columns.
 *
 * A request adds to a sum in memory; sums are written behind, in portions. Both are bounded: where there are more
 * combinations than are kept apart, in memory or of one day on the disk, the rest is summed up in one row a day whose
 * columns all say `other`. So nothing is lost, whatever names clients bring.
 */
import type { DatabaseSync } from 'node:sqlite';
import {
  USAGE_COLUMNS,
  USAGE_COUNTS,
  type UsageAnswer,
  type UsageBook,
  type UsageEntry,
  type UsageQuery,
  usageDay,
} from '../../core/usage-book.ts';
import { KEPT_MS, MAX_ROWS_A_DAY, MAX_WAITING, OTHER, type Sum, WaitingSums } from '../usage-sums.ts';
import { transact } from './database.ts';
import { UsageReader } from './usage-reader.ts';

/** Rows written, or forgotten, in one go: about 2 ms of work. */
const WRITTEN_AT_ONCE = 128;
const FORGOTTEN_AT_ONCE = 300;

/** `key` and `user` are words of SQL's own. */
const COLUMNS = USAGE_COLUMNS.map((column) => `"${column}"`).join(', ');
const VALUES = USAGE_COLUMNS.map(() => '?').join(', ');
/** A sum that would leave the whole numbers stops there, rather than spoil what is written with it. */
const ADDED = USAGE_COUNTS.map((count) => `${count} = min(${count} + ?, ${Number.MAX_SAFE_INTEGER})`).join(
  ', ',
);

export class EmbeddedUsage implements UsageBook {
  readonly #db: DatabaseSync;
  readonly #maxRowsADay: number;
  readonly #waiting: WaitingSums;
  /** How many rows days have that were written to. */
  readonly #rowsOf = new Map<string, number>();
  readonly #reader: UsageReader;
  readonly #add;
  readonly #insert;
  readonly #count;
  readonly #forget;

  constructor(db: DatabaseSync, maxWaiting = MAX_WAITING, maxRowsADay = MAX_ROWS_A_DAY) {
    this.#db = db;
    this.#waiting = new WaitingSums(maxWaiting);
    this.#maxRowsADay = maxRowsADay;
    this.#reader = new UsageReader(db);
    this.#add = db.prepare(`UPDATE usage_book SET ${ADDED} WHERE (${COLUMNS}) = (${VALUES})`);
    this.#insert = db.prepare(
      `INSERT INTO usage_book (${USAGE_COUNTS.join(', ')}, ${COLUMNS})
       VALUES (${USAGE_COUNTS.map(() => '?').join(', ')}, ${VALUES})`,
    );
    this.#count = db.prepare('SELECT count(*) AS count FROM usage_book WHERE day = ?');
    this.#forget = db.prepare(
      `DELETE FROM usage_book
       WHERE (${COLUMNS}) IN (SELECT ${COLUMNS} FROM usage_book WHERE day < ? LIMIT ?)`,
    );
  }

  /** How many sums wait to be written. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** @throws RangeError for a count that is no whole number from 0 to 2^50 */
  note(entry: UsageEntry): void {
    this.#waiting.note(entry);
  }

  /** Writes sums, a portion at a time. What could not be written stays for the next time. @returns true if there is more */
  flush(): boolean {
    if (this.#waiting.size === 0) return false;
    const batch = this.#waiting.first(WRITTEN_AT_ONCE);
    try {
      transact(this.#db, false, () => {
        for (const [, sum] of batch) this.#write(sum);
      });
    } catch (error) {
      this.#rowsOf.clear();
      throw error;
    }
    for (const [name] of batch) this.#waiting.remove(name);
    return this.#waiting.size > 0;
  }

  /** Forgets days that are past keeping, a portion at a time. @returns true if there is more */
  forget(now: number): boolean {
    const first = usageDay(now - KEPT_MS);
    for (const day of this.#rowsOf.keys()) if (day < first) this.#rowsOf.delete(day);
    const gone = transact(this.#db, false, () => this.#forget.run(first, FORGOTTEN_AT_ONCE));
    return gone.changes === FORGOTTEN_AT_ONCE;
  }

  /** What was used, as far as it is written. @param mostRows more are not made */
  query(query: UsageQuery, mostRows: number): Promise<UsageAnswer> {
    return this.#reader.query(query, mostRows);
  }

  #write({ day, key, counts }: Sum): void {
    const values = USAGE_COUNTS.map((count) => counts[count]);
    if (this.#add.run(...values, ...key).changes > 0) return;
    const rows = this.#rowsOf.get(day) ?? Number(this.#count.get(day)?.count);
    this.#rowsOf.set(day, rows + 1);
    if (rows < this.#maxRowsADay) this.#insert.run(...values, ...key);
    else if (this.#add.run(...values, day, ...OTHER).changes === 0)
      this.#insert.run(...values, day, ...OTHER);
  }
}

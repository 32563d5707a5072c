/** Sums of the usage book, wherever they are stored: those that wait to be written, and those that answer a query. */
import {
  NOTHING_USED,
  sumOfUsage,
  USAGE_COLUMNS,
  USAGE_COUNTS,
  type UsageColumn,
  type UsageCounts,
  type UsageEntry,
  type UsageQuery,
  type UsageRow,
} from '../core/usage-book.ts';
import { requireAmount } from '../limits/amounts.ts';

const DAY_MS = 86_400_000;
/** How long days are kept. */
export const KEPT_MS = 400 * DAY_MS;
/** Sums that wait to be stored, about 600 bytes each. */
export const MAX_WAITING = 10_000;
export const MAX_ROWS_A_DAY = 100_000;

/** Longer values are cut. */
const MAX_VALUE = 256;
/** In the place of the columns of what is too much to be kept apart. */
export const OTHER: readonly string[] = USAGE_COLUMNS.slice(1).map(() => 'other');

export interface Sum {
  readonly day: string;
  /** In the order of `USAGE_COLUMNS`, '' for what is unknown. */
  readonly key: readonly string[];
  counts: UsageCounts;
}

/** Bounded: what is one too many of a day is summed up in one row whose columns all say `other`. */
export class WaitingSums {
  readonly #most: number;
  readonly #sums = new Map<string, Sum>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#sums.size;
  }

  /** @throws RangeError for a count that is no whole number from 0 to 2^50 */
  note({ day, of, counts }: UsageEntry): void {
    for (const count of USAGE_COUNTS) requireAmount(counts[count]);
    const key = USAGE_COLUMNS.map((column) =>
      column === 'day' ? day : (of[column] ?? '').slice(0, MAX_VALUE),
    );
    const name = JSON.stringify(key);
    const known = this.#sums.get(name);
    if (known !== undefined) known.counts = sumOfUsage(known.counts, counts);
    else if (this.#sums.size < this.#most) this.#sums.set(name, { day, key, counts });
    else this.#noteOther(day, counts);
  }

  /** The first that wait, by name. */
  first(count: number): [name: string, sum: Sum][] {
    const first: [string, Sum][] = [];
    for (const entry of this.#sums) {
      if (first.length === count) break;
      first.push(entry);
    }
    return first;
  }

  remove(name: string): void {
    this.#sums.delete(name);
  }

  #noteOther(day: string, counts: UsageCounts): void {
    const key = [day, ...OTHER];
    const name = JSON.stringify(key);
    const sum = this.#sums.get(name)?.counts;
    this.#sums.set(name, { day, key, counts: sum === undefined ? counts : sumOfUsage(sum, counts) });
  }
}

/** What a query adds up. */
export class AnswerSums {
  readonly #query: UsageQuery;
  readonly #sums = new Map<string, UsageRow>();

  constructor(query: UsageQuery) {
    this.#query = query;
  }

  get size(): number {
    return this.#sums.size;
  }

  /** Adds a row, if it is wanted. @param of the values of all columns */
  add(of: Readonly<Record<UsageColumn, string>>, counts: UsageCounts): void {
    const { by, where } = this.#query;
    if (!Object.entries(where).every(([column, value]) => of[column as UsageColumn] === value)) return;
    const name = JSON.stringify(by.map((column) => of[column]));
    const known = this.#sums.get(name);
    const shown = known?.of ?? Object.fromEntries(by.map((column) => [column, of[column]]));
    this.#sums.set(name, { of: shown, counts: sumOfUsage(known?.counts ?? NOTHING_USED, counts) });
  }

  /** Ordered by their columns. */
  rows(): UsageRow[] {
    const { by } = this.#query;
    return [...this.#sums.values()].sort((a, b) => {
      for (const column of by) {
        const [one = '', other = ''] = [a.of[column], b.of[column]];
        if (one !== other) return one < other ? -1 : 1;
      }
      return 0;
    });
  }
}

export function countsFrom(count: (name: (typeof USAGE_COUNTS)[number], at: number) => number): UsageCounts {
  return Object.fromEntries(USAGE_COUNTS.map((name, at) => [name, count(name, at)])) as Record<
    keyof UsageCounts,
    number
  >;
}

/**
 * The usage book that replicas share: sums a day for each combination of its columns, in one hash a day.
 *
 * A request adds to a sum in memory; each second the sums are sent, a batch at a time. A batch whose outcome is unknown
 * is sent again as it is and counts once. Both sides are bounded as in the embedded state: what is one too many is
 * summed up in a row whose columns all say `other`.
 */
import type { Clock } from '../../core/ports.ts';
import {
  USAGE_COLUMNS,
  USAGE_COUNTS,
  type UsageAnswer,
  type UsageBook,
  type UsageColumn,
  type UsageEntry,
  type UsageQuery,
  usageDay,
} from '../../core/usage-book.ts';
import {
  AnswerSums,
  countsFrom,
  KEPT_MS,
  MAX_ROWS_A_DAY,
  MAX_WAITING,
  OTHER,
  type Sum,
  WaitingSums,
} from '../usage-sums.ts';
import type { Client } from './client.ts';
import { USAGE_ADD } from './script.ts';

const DAY_MS = 86_400_000;
const SENT_AT_ONCE = 128;
/** About 3 ms of work. */
const READ_AT_ONCE = 500;
/** Nobody waits for it but queries, and a timer. */
const CALL_MS = 5000;

interface Batch {
  readonly id: string;
  readonly day: string;
  readonly sums: readonly Sum[];
}

export class RedisUsage implements UsageBook {
  readonly #client: Client;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #process: string;
  readonly #maxRowsADay: number;
  readonly #waiting: WaitingSums;
  /** Sent, and not yet known to have arrived. */
  #sent: Batch | undefined;
  #batches = 0;
  #flushing: Promise<void> | undefined;

  /** @param process tells this process's batches from those of others */
  constructor(
    client: Client,
    clock: Pick<Clock, 'now'>,
    process: string,
    maxWaiting = MAX_WAITING,
    maxRowsADay = MAX_ROWS_A_DAY,
  ) {
    this.#client = client;
    this.#clock = clock;
    this.#process = process;
    this.#maxRowsADay = maxRowsADay;
    this.#waiting = new WaitingSums(maxWaiting);
  }

  /** How many sums wait to be sent. */
  get waiting(): number {
    return this.#waiting.size + (this.#sent?.sums.length ?? 0);
  }

  /** @throws RangeError for a count that is no whole number from 0 to 2^50 */
  note(entry: UsageEntry): void {
    this.#waiting.note(entry);
  }

  /** Sends all that waits. What could not be sent stays for the next time. @throws RedisAway */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  /** What was used, as far as it has arrived. @param mostRows more are not made @throws RedisAway */
  async query(query: UsageQuery, mostRows: number): Promise<UsageAnswer> {
    const sums = new AnswerSums(query);
    const now = this.#clock.now();
    const first = usageDay(now - KEPT_MS - DAY_MS);
    const last = usageDay(now + 2 * DAY_MS);
    const to = query.to < last ? query.to : last;
    for (let day = query.from > first ? query.from : first; day <= to; day = dayAfter(day)) {
      await this.#addDay(day, sums);
      if (sums.size > mostRows) return { tooMany: mostRows };
    }
    return { rows: sums.rows() };
  }

  async #flush(): Promise<void> {
    for (;;) {
      this.#sent ??= this.#nextBatch();
      if (this.#sent === undefined) return;
      await this.#send(this.#sent);
      this.#sent = undefined;
    }
  }

  /** Of one day, since a day's sums are on one node of a cluster. */
  #nextBatch(): Batch | undefined {
    const [first, ...others] = this.#waiting.first(SENT_AT_ONCE);
    if (first === undefined) return undefined;
    const { day } = first[1];
    const entries = [first, ...others.filter(([, sum]) => sum.day === day)];
    for (const [name] of entries) this.#waiting.remove(name);
    return { id: `${this.#process}.${this.#batches++}`, day, sums: entries.map(([, sum]) => sum) };
  }

  async #send({ id, day, sums }: Batch): Promise<void> {
    const rows = sums.flatMap(({ key, counts }) => [
      JSON.stringify(key.slice(1)),
      USAGE_COUNTS.map((count) => counts[count]).join(' '),
    ]);
    const kept = String(KEPT_MS);
    const args = [String(this.#maxRowsADay), JSON.stringify(OTHER), kept, ...rows];
    await this.#client.run(USAGE_ADD, [sumsOf(day), `${sumsOf(day)}:${id}`], args, CALL_MS);
  }

  async #addDay(day: string, sums: AnswerSums): Promise<void> {
    // A scan may tell a row twice.
    const seen = new Set<string>();
    let cursor = '0';
    do {
      const reply = await this.#client.call('hscan', [sumsOf(day), cursor, 'COUNT', READ_AT_ONCE], CALL_MS);
      const [next, rows] = reply as [string, string[]];
      for (let i = 0; i < rows.length; i += 2) {
        const [row = '', counts = ''] = [rows[i], rows[i + 1]];
        if (!seen.has(row)) sums.add(columnsOf(day, row), numbersOf(counts));
        seen.add(row);
      }
      cursor = next;
    } while (cursor !== '0');
  }
}

const sumsOf = (day: string): string => `sp:{usage:${day}}`;

function columnsOf(day: string, row: string): Record<UsageColumn, string> {
  const values: string[] = [day, ...JSON.parse(row)];
  return Object.fromEntries(USAGE_COLUMNS.map((column, i) => [column, values[i] ?? ''])) as Record<
    UsageColumn,
    string
  >;
}

function numbersOf(text: string) {
  const numbers = text.split(' ');
  return countsFrom((_, at) => Number(numbers[at] ?? 0));
}

function dayAfter(day: string): string {
  return usageDay(Date.parse(`${day}T00:00:00Z`) + DAY_MS);
}

/** A question about the usage book as people write it, on the command line and in an address. */
import { USAGE_COLUMNS, type UsageColumn, type UsageQuery, usageDay } from './usage-book.ts';

export interface UsageQuestion {
  /** The first day, `2026-03-01`; the first of this month if left out. */
  readonly from?: string | undefined;
  /** The last day; today if left out. */
  readonly to?: string | undefined;
  /** Columns, parted by commas; `tenant,model` if left out. */
  readonly by?: string | undefined;
  /** Each `column=value`. */
  readonly where?: readonly string[] | undefined;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** @param now wall clock, milliseconds @returns the query, or what is wrong with the question, naming the place */
export function readUsageQuery(
  question: UsageQuestion,
  now: number,
): UsageQuery | { readonly misuse: string } {
  const today = usageDay(now);
  const { from = `${today.slice(0, 8)}01`, to = today } = question;
  for (const [name, day] of [
    ['from', from],
    ['to', to],
  ] as const)
    if (!isDay(day)) return { misuse: `${name}: expected a day such as ${today}` };
  if (from > to) return { misuse: `from: ${from} is after ${to}` };
  const by = readColumns(question.by ?? 'tenant,model');
  if ('misuse' in by) return by;
  const where = readConditions(question.where ?? []);
  return 'misuse' in where ? where : { from, to, by: by.columns, where: where.conditions };
}

function readColumns(text: string): { columns: UsageColumn[] } | { misuse: string } {
  const columns: UsageColumn[] = [];
  for (const name of text.split(',').map((part) => part.trim())) {
    if (!isColumn(name)) return { misuse: `by: ${unknownColumn}` };
    if (!columns.includes(name)) columns.push(name);
  }
  return { columns };
}

function readConditions(
  texts: readonly string[],
): { conditions: Partial<Record<UsageColumn, string>> } | { misuse: string } {
  const conditions: Partial<Record<UsageColumn, string>> = {};
  for (const text of texts) {
    const equals = text.indexOf('=');
    const column = text.slice(0, Math.max(0, equals));
    if (!isColumn(column)) return { misuse: `where: expected column=value; ${unknownColumn}` };
    if (conditions[column] !== undefined) return { misuse: `where: ${column} is given twice` };
    conditions[column] = text.slice(equals + 1);
  }
  return { conditions };
}

const unknownColumn = `columns are ${USAGE_COLUMNS.join(', ')}`;

function isColumn(name: string): name is UsageColumn {
  return (USAGE_COLUMNS as readonly string[]).includes(name);
}

function isDay(text: string): boolean {
  const time = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && usageDay(time) === text;
}

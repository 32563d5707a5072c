/** What was used, by whom and for what: sums a day, for reports and invoices. It decides nothing; limits do not read it. */

/** What sums are kept apart by. */
export const USAGE_COLUMNS = [
  'day',
  'tenant',
  'team',
  'project',
  'application',
  'key',
  'user',
  'model',
  'backend',
  'operation',
] as const;
export type UsageColumn = (typeof USAGE_COLUMNS)[number];

export const USAGE_COUNTS = [
  'requests',
  'refused',
  'input',
  'output',
  'cachedInput',
  'cost_nano',
  'estimated',
] as const;
export type UsageCount = (typeof USAGE_COUNTS)[number];

/** Whole numbers from 0 to 2^50. */
export interface UsageCounts extends Readonly<Record<UsageCount, number>> {
  /** All that were judged; `refused` says how many of them were. */
  readonly requests: number;
  readonly refused: number;
  /** Tokens; `cachedInput` says how many of `input` were read from the provider's cache. */
  readonly input: number;
  readonly output: number;
  readonly cachedInput: number;
  /** Nano-units of the policy's currency. */
  readonly cost_nano: number;
  /** How many of the requests said nothing of their tokens, so that we counted. */
  readonly estimated: number;
}

export interface UsageEntry {
  /** UTC, `2026-03-02`. */
  readonly day: string;
  /** Whom and what it is counted for; what is unknown is absent. */
  readonly of: Readonly<Partial<Record<Exclude<UsageColumn, 'day'>, string>>>;
  readonly counts: UsageCounts;
}

export interface UsageBook {
  /** Counts an entry; queries know of it within a second. */
  note(entry: UsageEntry): void;
}

export interface UsageQuery {
  /** First and last day, both included. */
  readonly from: string;
  readonly to: string;
  /** What rows are kept apart by. */
  readonly by: readonly UsageColumn[];
  /** Only what has exactly these values; '' for what has none. */
  readonly where: Readonly<Partial<Record<UsageColumn, string>>>;
}

export interface UsageRow {
  /** The values of `by`; '' where there is none, `other` where there were too many to keep apart. */
  readonly of: Readonly<Partial<Record<UsageColumn, string>>>;
  readonly counts: UsageCounts;
}

/** The rows, ordered by their columns, or that there are more of them than were wanted. */
export type UsageAnswer = { readonly rows: readonly UsageRow[] } | { readonly tooMany: number };

export const NOTHING_USED: UsageCounts = {
  requests: 0,
  refused: 0,
  input: 0,
  output: 0,
  cachedInput: 0,
  cost_nano: 0,
  estimated: 0,
};

/** Sums stay whole numbers, however much is added. */
export function sumOfUsage(one: UsageCounts, other: UsageCounts): UsageCounts {
  const sum = (count: UsageCount) => Math.min(one[count] + other[count], Number.MAX_SAFE_INTEGER);
  return {
    requests: sum('requests'),
    refused: sum('refused'),
    input: sum('input'),
    output: sum('output'),
    cachedInput: sum('cachedInput'),
    cost_nano: sum('cost_nano'),
    estimated: sum('estimated'),
  };
}

/** The day of a moment of the wall clock, in milliseconds. */
export function usageDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** Rows of the usage book as text: JSON for programs, CSV for spreadsheets. */
import {
  NOTHING_USED,
  sumOfUsage,
  USAGE_COUNTS,
  type UsageCounts,
  type UsageQuery,
  type UsageRow,
} from './usage-book.ts';

export function totalOf(rows: readonly UsageRow[]): UsageCounts {
  return rows.reduce((sum, { counts }) => sumOfUsage(sum, counts), NOTHING_USED);
}

/** One object; a value that is unknown is null. */
export function usageJson({ from, to, by }: UsageQuery, rows: readonly UsageRow[]): string {
  const shown = rows.map(({ of, counts }) => ({
    ...Object.fromEntries(by.map((column) => [column, of[column] || null])),
    ...counts,
  }));
  return JSON.stringify({ from, to, by, rows: shown, total: totalOf(rows) });
}

/**
 * RFC 4180. Names come from clients and spreadsheets run what begins like a formula, so such a value gets an apostrophe
 * in front (OWASP, CSV injection).
 */
export function usageCsv({ by }: UsageQuery, rows: readonly UsageRow[]): string {
  const lines = rows.map(({ of, counts }) => [
    ...by.map((column) => cell(of[column] ?? '')),
    ...USAGE_COUNTS.map((count) => String(counts[count])),
  ]);
  return [[...by, ...USAGE_COUNTS], ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}

const LIKE_A_FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
const TO_BE_QUOTED = /[",\r\n]/;

function cell(value: string): string {
  const harmless = LIKE_A_FORMULA.test(value) ? `'${value}` : value;
  return TO_BE_QUOTED.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

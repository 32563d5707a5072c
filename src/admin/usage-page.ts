/** `GET /usage`: what was used, as JSON or CSV. */
import type { UsageAnswer, UsageQuery } from '../core/usage-book.ts';
import { readUsageQuery } from '../core/usage-query.ts';
import { usageCsv, usageJson } from '../core/usage-report.ts';
import { JSON_TYPE, type Page, plain } from './page.ts';

/** More would hold up the requests that are served beside it while they are written out. */
const MOST_ROWS = 10_000;
const PARAMETERS = ['from', 'to', 'by', 'where', 'format'];
const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

interface Sources {
  usage(query: UsageQuery, mostRows: number): Promise<UsageAnswer>;
  now(): number;
}

export async function usagePage(asked: URLSearchParams, sources: Sources): Promise<Page> {
  const problem = problemOf(asked);
  if (problem !== undefined) return plain(400, problem);
  const [from, to, by] = ['from', 'to', 'by'].map((name) => asked.get(name) ?? undefined);
  const query = readUsageQuery({ from, to, by, where: asked.getAll('where') }, sources.now());
  if ('misuse' in query) return plain(400, query.misuse);
  const answer = await sources.usage(query, MOST_ROWS);
  if ('tooMany' in answer)
    return plain(400, `by: more than ${answer.tooMany} rows; ask for fewer columns or days`);
  return asked.get('format') === 'csv'
    ? { status: 200, type: CSV_TYPE, body: usageCsv(query, answer.rows) }
    : { status: 200, type: JSON_TYPE, body: `${usageJson(query, answer.rows)}\n` };
}

/** Nothing that was asked is repeated: it is anybody's text. */
function problemOf(asked: URLSearchParams): string | undefined {
  for (const name of asked.keys()) {
    if (!PARAMETERS.includes(name)) return `expected only ${PARAMETERS.join(', ')}`;
    if (name !== 'where' && asked.getAll(name).length > 1) return `${name}: given twice`;
  }
  const format = asked.get('format') ?? 'json';
  return format === 'json' || format === 'csv' ? undefined : 'format: expected json or csv';
}

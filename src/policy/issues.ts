/** What the schema found wrong, said for people: what was expected, what was found, and a guess at what was meant. */
import type { z } from 'zod';
import type { Path } from './mistake.ts';
import type { Report } from './report.ts';
import { didYouMean } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** Text that may be a secret put in the wrong place is never repeated. */
const UNQUOTED = new Set(['credential', 'digest', 'url']);
const MAX_QUOTED = 40;

/** @param value what stands at `path`; the issues' own paths begin there */
export function reportIssues(issues: readonly Issue[], value: unknown, path: Path, report: Report): void {
  for (const issue of issues.flatMap((issue) => unfold(issue, value))) {
    const within = issue.path.filter((step) => typeof step !== 'symbol');
    reportIssue(issue, step(value, within), [...path, ...within], report);
  }
}

function reportIssue(issue: Issue, found: unknown, path: Path, report: Report): void {
  if (issue.code === 'unrecognized_keys') {
    const lines = issue.message.split('\n');
    issue.keys.forEach((key, i) => {
      report.error([...path, key], lines[i] ?? issue.message, 'key');
    });
  } else if (issue.code === 'invalid_key') {
    const name = String(path.at(-1));
    report.error(path, `${issue.issues[0]?.message ?? issue.message}, found ${quote(name)}`, 'key');
  } else if (found === undefined) {
    report.error(path, `missing: ${issue.message}`);
  } else {
    report.error(path, issue.message + foundInstead(issue, found, path));
  }
}

/**
 * A union's issue is replaced by those of the branch that was meant: the one that takes the kind of value that was
 * given, or for text the one that takes some texts.
 */
function unfold(issue: Issue, value: unknown): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const branch =
    only(issue.errors, (inner) => !hasAtRoot(inner, OTHER_KIND)) ??
    textBranch(issue, step(value, issue.path));
  if (branch === undefined) return [issue];
  return branch.flatMap((inner) =>
    unfold({ ...inner, path: [...issue.path, ...inner.path] } as Issue, value),
  );
}

const OTHER_KIND = ['invalid_type', 'invalid_value', 'invalid_union'];

const hasAtRoot = (branch: readonly Issue[], codes: readonly string[]): boolean =>
  branch.some((issue) => issue.path.length === 0 && codes.includes(issue.code));

function textBranch(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  given: unknown,
): readonly Issue[] | undefined {
  if (typeof given !== 'string') return undefined;
  return only(issue.errors, (branch) => hasAtRoot(branch, ['invalid_value']));
}

function only<T>(items: readonly T[], test: (item: T) => boolean): T | undefined {
  const passing = items.filter(test);
  return passing.length === 1 ? passing[0] : undefined;
}

function foundInstead(issue: Issue, found: unknown, path: Path): string {
  if (!issue.message.startsWith('expected')) return '';
  const guess =
    issue.code === 'invalid_value' && typeof found === 'string'
      ? didYouMean(found, issue.values.map(String))
      : '';
  const secret = path.some((key) => UNQUOTED.has(String(key)));
  return `, found ${secret && typeof found === 'string' ? 'text' : describe(found)}${guess}`;
}

/** What stands there, in a few words. */
export function describe(value: unknown): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return `the number ${value}`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty map' : 'a map';
  return String(value);
}

const quote = (text: string): string =>
  text.length > MAX_QUOTED ? `text of ${text.length} characters` : JSON.stringify(text);

function step(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}

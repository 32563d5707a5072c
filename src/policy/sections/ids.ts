/** Ids of a section: given, or made of the place; never the same twice. */
import type { Entry } from '../config.ts';
import type { Report } from '../report.ts';

export function reportSameIds(
  entries: readonly Entry<{ readonly id?: string | undefined }>[],
  report: Report,
): void {
  const seen = new Map<string, Entry<unknown>>();
  for (const entry of entries) {
    const { id } = entry.value;
    if (id === undefined) continue;
    const before = seen.get(id);
    if (before === undefined) seen.set(id, entry);
    else {
      const where = report.where([...before.path, 'id']);
      report.error([...entry.path, 'id'], `the id ${JSON.stringify(id)} is taken at ${where}`);
    }
  }
}

/** Brackets keep made-up ids apart from given ones. */
export const idOf = (entry: Entry<{ readonly id?: string | undefined }>): string =>
  entry.value.id ?? `${entry.path.at(-2)}[${entry.path.at(-1)}]`;

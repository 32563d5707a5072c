/** Attributes with placeholders, such as `tenant: "{namespace}"`. */
import type { Assigned } from '../../core/principal.ts';
import type { Path } from '../mistake.ts';
import type { Report } from '../report.ts';

type Values = Readonly<
  Record<string, string | readonly string[] | Readonly<Record<string, string>> | undefined>
>;

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** A placeholder that stands for nothing would leave an attribute with braces in it. */
export function reportPlaceholders(
  values: Values,
  known: readonly string[],
  path: Path,
  report: Report,
): void {
  for (const [name, value] of Object.entries(values)) {
    for (const text of textsIn(value)) {
      for (const [, placeholder = ''] of text.matchAll(PLACEHOLDER)) {
        if (!known.includes(placeholder))
          report.error(
            [...path, name],
            `{${placeholder}} is no part of the id${known.length > 0 ? `: expected ${known.map((one) => `{${one}}`).join(', ')}` : ''}`,
          );
      }
    }
  }
}

function textsIn(value: Values[string]): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value : Object.values(value);
}

/** The attributes, with what the placeholders stand for. */
export function assignedBy(values: Values, captures: ReadonlyMap<string, string>): Assigned {
  const fill = (text: string) => text.replace(PLACEHOLDER, (_, name: string) => captures.get(name) ?? '');
  const filled = Object.entries(values).flatMap(([name, value]): [string, unknown][] => {
    if (value === undefined) return [];
    if (typeof value === 'string') return [[name, fill(value)]];
    if (Array.isArray(value)) return [[name, value.map(fill)]];
    return [[name, Object.fromEntries(Object.entries(value).map(([key, text]) => [key, fill(text)]))]];
  });
  return Object.fromEntries(filled) as Assigned;
}

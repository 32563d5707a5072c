/** What is wrong with a policy, and where. */

/** Where something stands. Line and column count from 1; columns are UTF-16 code units, as editors count them. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Keys and indexes from the root of the policy. */
export type Path = readonly (string | number)[];

/** An error or a warning. Never quotes a secret. */
export interface Mistake extends Place {
  /** As `spell` writes it; empty for the whole file. */
  readonly path: string;
  /** What was expected, and what stands there. */
  readonly message: string;
}

export function mistakeAt(place: Place, path: Path, message: string): Mistake {
  return { file: place.file, line: place.line, column: place.column, path: spell(path), message };
}

/** A path as people write it: `grants[2].to.tenant`, `models["gpt-4.1"].price`. */
export function spell(path: Path): string {
  let out = '';
  for (const step of path) {
    if (typeof step === 'number') out += `[${step}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(step)) out += out === '' ? step : `.${step}`;
    else out += `[${JSON.stringify(step)}]`;
  }
  return out;
}

/** One line, in the form that editors and terminals make clickable. */
export function formatMistake(mistake: Mistake, severity: 'error' | 'warning'): string {
  const path = mistake.path === '' ? '' : `${mistake.path}: `;
  return `${mistake.file}:${mistake.line}:${mistake.column}: ${severity}: ${path}${mistake.message}`;
}

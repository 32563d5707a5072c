/** Mistakes as they are found: everything wrong is reported at once, in the order of the text. */
import { type Mistake, mistakeAt, type Path } from './mistake.ts';
import type { ParsedPolicy } from './parse.ts';

export class Report {
  readonly #source: ParsedPolicy;
  readonly #errors: Mistake[] = [];
  readonly #warnings: Mistake[] = [];

  constructor(source: ParsedPolicy) {
    this.#source = source;
  }

  /** @param at what of the path is wrong; a value that is missing stands where its parent's key does */
  error(path: Path, message: string, at: 'key' | 'value' = 'value'): void {
    this.#errors.push(mistakeAt(this.#source.placeOf(path, at), path, message));
  }

  warn(path: Path, message: string, at: 'key' | 'value' = 'value'): void {
    this.#warnings.push(mistakeAt(this.#source.placeOf(path, at), path, message));
  }

  /** `file:line:column` of a value, for a mistake elsewhere that points at it. */
  where(path: Path): string {
    const { file, line, column } = this.#source.placeOf(path, 'value');
    return `${file}:${line}:${column}`;
  }

  get errors(): readonly Mistake[] {
    return this.#errors.toSorted(byPlace);
  }

  get warnings(): readonly Mistake[] {
    return this.#warnings.toSorted(byPlace);
  }
}

function byPlace(a: Mistake, b: Mistake): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

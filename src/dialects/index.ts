/** Every wire format, by name and by path. */
import type { DialectName, Operation } from '../core/operation.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Dialect } from './dialect.ts';
import { openai } from './openai/dialect.ts';

const DIALECTS: Readonly<Record<DialectName, Dialect>> = { openai };

export function dialectOf(name: DialectName): Dialect {
  return DIALECTS[name];
}

/**
 * Finds the operation of a method and a canonical path without query, in whichever dialect has it.
 * @returns undefined if none has, `method_not_allowed` if only the method is wrong
 */
export function classify(method: string, path: string): Operation | Refusal | undefined {
  for (const dialect of Object.values(DIALECTS)) {
    const operation = dialect.classify(method, path);
    if (operation !== undefined) return operation;
  }
  return undefined;
}

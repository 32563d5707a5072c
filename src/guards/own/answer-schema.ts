/** Answers that must be JSON of a form that an organization gives: JSON Schema (draft 2020-12). */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';
import { type Judge, LONGEST_JUDGED } from './judge.ts';

const UNIQUE = 'uniqueItems';

/**
 * A text that is not JSON, or not as the schema says, or longer than can be checked is found. Patterns in the schema are RE2's; a `format` says nothing.
 * @returns why the schema is none, where it is not
 */
export function schemaJudge(type: string, schema: object): Judge | { readonly problem: string } {
  const isValid = compile(schema);
  return typeof isValid === 'string'
    ? { problem: isValid }
    : { type, of: 'whole', score: (text) => Number(!isJsonOf(text, isValid)) };
}

type Check = (value: unknown) => boolean;

function compile(schema: object): Check | string {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictTuples: false,
    validateFormats: false,
    code: { regExp },
  });
  ajv.removeKeyword(UNIQUE);
  ajv.addKeyword({ keyword: UNIQUE, type: 'array', schemaType: 'boolean', validate: areUnique });
  try {
    const check = ajv.compile(schema);
    return (value) => check(value) === true;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** In linear time, where the library compares each with each. */
function areUnique(wanted: boolean, items: readonly unknown[]): boolean {
  return !wanted || new Set(items.map((item) => JSON.stringify(item, sorted))).size === items.length;
}

/** For members in any order. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** In linear time, where JavaScript's may take forever. */
function regExp(pattern: string): RegExp {
  const compiled = RE2JS.compile(pattern);
  // The library tells patterns apart by what they are written as.
  return { test: (text: string) => compiled.matcher(text).find(), toString: () => pattern } as RegExp;
}
regExp.code = '';

function isJsonOf(text: string, check: Check): boolean {
  if (text.length > LONGEST_JUDGED) return false;
  try {
    return check(JSON.parse(text));
  } catch {
    // No JSON, or nested deeper than can be checked.
    return false;
  }
}

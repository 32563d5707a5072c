/**
 * The small forms that the policy language is made of. Each says in its message what was expected; what was found is
 * added by whoever knows the place. All patterns are linear.
 */
import { z } from 'zod';
import { LONGEST_EXPRESSION } from '../cel.ts';
import { parseDuration } from '../quantities.ts';
import { didYouMean } from '../suggest.ts';

/** A map of fixed keys. An unknown one is a mistake, one line of message for each. */
export function fields<T extends z.core.$ZodLooseShape>(noun: string, shape: T) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownKey(key, known)).join('\n')
        : `expected ${noun}`,
  });
}

export function unknownKey(key: string, known: readonly string[]): string {
  return `unknown key ${JSON.stringify(key)}${didYouMean(key, known) || `: expected one of ${known.join(', ')}`}`;
}

export function text(noun: string, pattern: RegExp) {
  const error = `expected ${noun}`;
  return z.string({ error }).regex(pattern, { error });
}

export function integer(noun: string, least: number, most: number) {
  const error = `expected ${noun}: a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

export const flag = () => z.boolean({ error: 'expected true or false' });

export function list<T extends z.ZodType>(plural: string, item: T) {
  const error = `expected a list of ${plural}, at least one`;
  return z.array(item, { error }).min(1, { error });
}

/** One, or a list of at least one; always a list once read. */
export function oneOrMore<T extends z.ZodType>(singular: string, plural: string, item: T) {
  return z
    .union([item, list(plural, item)], { error: `expected ${singular}, or a list of ${plural}` })
    .transform((value): z.output<T>[] => (Array.isArray(value) ? value : [value as z.output<T>]));
}

export function choice<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: `expected ${values.length === 1 ? '' : 'one of '}${values.join(', ')}` });
}

/** In CEL; what it may ask is for whoever compiles it to say. */
export const condition = () =>
  z
    .string({ error: 'expected a condition' })
    .min(1, { error: 'expected a condition' })
    .max(LONGEST_EXPRESSION, { error: `expected a condition of at most ${LONGEST_EXPRESSION} characters` });

/** Names of keys, grants, limits, guardrails: they stand in refusals, records and metric labels. */
export const id = () =>
  text('an id: letters, digits, ".", "_" and "-", at most 64', /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

const MODEL_NAME = /^[A-Za-z0-9@][A-Za-z0-9._:/@+-]{0,255}$/;
/** What clients write into `model`. ASCII only, so that no two names look the same. */
export const modelName = () =>
  text('the name of a model: letters, digits and any of . _ : / @ + -, at most 256', MODEL_NAME);

/** The model names of a grant: `*` for any characters, a leading `!` for all but. */
export const modelPattern = () =>
  text(
    'the name of a model, with * for any characters and a leading ! to leave out',
    /^!?[A-Za-z0-9@*._:/+-]{1,256}$/,
  );

/** Also a header's value and an Envoy cluster's name. */
export const backendName = () =>
  text(
    'the name of a backend: letters, digits, ".", "_" and "-", at most 63',
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  );

/** Printable text in any script, without `*` and a leading `!`, which have a meaning in patterns. */
const ATTRIBUTE = /^[^\p{C}\p{Z}*!][^\p{Cc}\p{Zl}\p{Zp}*]{0,254}$/u;
const ATTRIBUTE_PATTERN = /^!?[^\p{C}\p{Z}!][^\p{Cc}\p{Zl}\p{Zp}]{0,254}$/u;

/** A tenant, a team, a user: names come from wherever people are kept, so any script will do. */
export const attribute = (noun: string) => text(`${noun}: printable, without "*", at most 255`, ATTRIBUTE);

export const attributePattern = (noun: string) =>
  text(`${noun}, with * for any characters and a leading ! to leave out`, ATTRIBUTE_PATTERN);

/** RFC 6749, section 3.3: `scope-token`. */
export const scope = () =>
  text('a scope: printable ASCII without quotes and spaces', /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/);

export const labelName = () =>
  text(
    'the name of a label: letters, digits, ".", "_" and "-", at most 64',
    /^[A-Za-z][A-Za-z0-9._-]{0,63}$/,
  );

export const host = () => text('a host, with * for any characters', /^[a-z0-9*.:[\]-]{1,253}$/);

/** A length of time, in milliseconds. */
export function duration(least: string, most: string) {
  const example = least.endsWith('ms') ? '250ms, ' : '';
  const error = `expected a time such as ${example}30s, 5m, 1h or 1d, from ${least} to ${most}`;
  const [from, to] = [parseDuration(least) ?? 0, parseDuration(most) ?? 0];
  return z
    .string({ error })
    .transform((value) => parseDuration(value) ?? -1)
    .refine((ms) => ms >= from && ms <= to, { error });
}

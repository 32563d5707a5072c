/** Recognizers of credentials that begin with a prefix of their own. */
import { ALPHANUMERIC, type CharacterSet, characters } from '../characters.ts';
import { found, NOTHING, type Reader, type Reading, type Recognizer } from '../engine/recognizer.ts';
import { parseFormat } from './notation.ts';
import { literal, matchAt, type Part, reachOf, run } from './pattern.ts';
import { isVaried } from './variety.ts';

export interface TokenForm {
  readonly prefixes: readonly string[];
  /** What follows the prefix. */
  readonly body: readonly Part[];
  /** What may not stand before the prefix. */
  readonly word: CharacterSet;
}

/** A form of a credential. */
export function form(prefixes: string | readonly string[], body: readonly Part[]): TokenForm {
  return { prefixes: typeof prefixes === 'string' ? [prefixes] : prefixes, body, word: ALPHANUMERIC };
}

const SCORE = 0.98;

/** Finds every form of one provider's credentials. @param forms see `parseFormat` */
export function token(type: string, label: string, forms: readonly (TokenForm | string)[]): Recognizer {
  return { type, label, readers: forms.map((one) => readerOf(typeof one === 'string' ? written(one) : one)) };
}

function written(source: string): TokenForm {
  const { prefix, body } = parseFormat(source);
  return form(prefix, body);
}

const NO_CHARACTER = characters('');

/** What stands in the middle of a longer name or value, such as the host of an address. */
export function within(source: string): TokenForm {
  return { ...written(source), word: NO_CHARACTER };
}

/** A credential that is told by how its first word begins. @param first as in a class of `parseFormat` */
export function words(type: string, label: string, first: string, format: string): Recognizer {
  const set = characters(first);
  const parts = [run(set, 1, 1), ...parseFormat(format).body];
  const reader: Reader = {
    triggers: [{ on: 'word', first: set }],
    reach: reachOf(parts),
    read: ({ text }, start) => reading(text, start, parts),
  };
  return { type, label, readers: [reader] };
}

function readerOf({ prefixes, body, word }: TokenForm): Reader {
  const parts = [literal(...prefixes), ...body];
  return {
    triggers: [{ on: 'literal', literals: prefixes, word, begins: true }],
    reach: reachOf(parts),
    read: ({ text }, start) => reading(text, start, parts),
  };
}

function reading(text: string, start: number, parts: readonly Part[]): Reading {
  const { end, open } = matchAt(text, start, parts);
  const real = end !== -1 && isVaried(text, end);
  return real || open ? found(start, real ? end : -1, SCORE, open) : NOTHING;
}

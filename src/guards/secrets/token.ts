/** Recognizers of credentials that begin with a prefix of their own. */
import { ALPHANUMERIC, type CharacterSet } from '../characters.ts';
import { found, NOTHING, type Reader, type Recognizer } from '../engine/recognizer.ts';
import { literal, matchAt, type Part, reachOf } from './pattern.ts';
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

/** Finds every form of one provider's credentials. */
export function token(type: string, label: string, forms: readonly TokenForm[]): Recognizer {
  return { type, label, readers: forms.map(readerOf) };
}

function readerOf({ prefixes, body, word }: TokenForm): Reader {
  const parts = [literal(...prefixes), ...body];
  return {
    triggers: [{ on: 'literal', literals: prefixes, word, begins: true }],
    reach: reachOf(parts),
    read: ({ text }, start) => {
      const { end, open } = matchAt(text, start, parts);
      const real = end !== -1 && isVaried(text, end);
      return real || open ? found(start, real ? end : -1, SCORE, open) : NOTHING;
    },
  };
}

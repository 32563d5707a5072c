/** Recognizers of values that have no form of their own, but a name. */
import { type CharacterSet, characters, LETTER, runEnd } from '../characters.ts';
import { LOOK_BEHIND } from '../detector.ts';
import { found, NOTHING, type Reader, type Reading, type Recognizer } from '../engine/recognizer.ts';
import { MOST_BETWEEN, valueAfter, valueBeside, withoutStops } from './assignment.ts';
import { parseFormat } from './notation.ts';
import { literal, matchAt, type Part, reachOf } from './pattern.ts';
import { isPassword, isRandom } from './randomness.ts';
import { isVaried } from './variety.ts';

/** A word may be so long that its value still sees it, and the escape before it. */
const MOST_WORD = LOOK_BEHIND - MOST_BETWEEN - 14;
const VALUE_GOES_ON = characters('A-Za-z0-9_+/-');

/** What makes a name one of a secret. */
interface Naming {
  readonly words: readonly string[];
  /** What may not stand before the word. */
  readonly word?: CharacterSet;
  /** @param name what the name goes on with behind the word */
  fits?(name: string): boolean;
}

type ReadValue = (text: string, start: number) => Reading;

/**
 * A provider's secret that is told by the provider's name before it.
 * @param words of which the name must have one, in any case
 * @param formats of the value, see `parseFormat`
 */
export function named(
  type: string,
  label: string,
  words: readonly string[],
  formats: readonly string[],
): Recognizer {
  const values = formats.map((source) => {
    const { prefix, body } = parseFormat(source);
    return [...(prefix === '' ? [] : [literal(prefix)]), ...body, { not: VALUE_GOES_ON }];
  });
  const reach = Math.max(...values.map(reachOf)) + 1;
  return {
    type,
    label,
    readers: readersOf({ words, word: LETTER }, reach, (text, at) => readForms(text, at, values)),
  };
}

/** How sure it is with the provider's name before it. */
const NAMED_SCORE = 0.9;

function readForms(text: string, start: number, values: readonly (readonly Part[])[]): Reading {
  let open = false;
  for (const parts of values) {
    const match = matchAt(text, start, parts);
    open ||= match.open;
    if (match.end !== -1 && isVaried(text, match.end)) return found(start, match.end, NAMED_SCORE, open);
  }
  return open ? found(start, -1, NAMED_SCORE, true) : NOTHING;
}

/** @param readBeside reads what has nothing but space between the name and itself */
function readersOf(
  { words, word, fits }: Naming,
  reach: number,
  readValue: ReadValue,
  readBeside?: ReadValue,
): readonly Reader[] {
  return words.map((one) => {
    if (one.length > MOST_WORD) throw new Error(`Too long a word for a name: ${one}`);
    return {
      triggers: [{ on: 'literal', literals: [one], begins: false, ...(word && { word }) }],
      reach,
      read: ({ text }, at) => {
        const from = at + one.length;
        const after = valueAfter(text, from);
        const readOne = after === -1 ? readBeside : readValue;
        if (readOne === undefined) return NOTHING;
        const start = after === -1 ? valueBeside(text, from) : after;
        if (start === -1 || (fits !== undefined && !fits(nameOn(text, from)))) return NOTHING;
        return readOne(text, start);
      },
    };
  });
}

const IN_NAME = characters('A-Za-z0-9_-');
const MOST_NAME_ON = 24;

function nameOn(text: string, from: number): string {
  return text.slice(from, runEnd(text, from, IN_NAME, from + MOST_NAME_ON));
}

/** What a value of nobody in particular looks like. */
interface Looks {
  readonly set: CharacterSet;
  readonly least: number;
  readonly most: number;
  isOne(value: string): boolean;
}

/** How sure it is of a value that only looks like one. */
const LOOKS_SCORE = 0.7;

function anyones(type: string, label: string, naming: Naming, looks: Looks, beside?: Looks): Recognizer {
  const readBeside = beside && ((text: string, start: number) => readLooks(text, start, beside));
  const readValue = (text: string, start: number) => readLooks(text, start, looks);
  return { type, label, readers: readersOf(naming, looks.most + 2, readValue, readBeside) };
}

function readLooks(text: string, start: number, { set, least, most, isOne }: Looks): Reading {
  const stop = runEnd(text, start, set, start + most + 1);
  const end = withoutStops(text, start, stop);
  // Longer than any secret, it is data.
  const tooLong = stop - start > most;
  const real = !tooLong && end - start >= least && isOne(text.slice(start, end));
  const open = !tooLong && stop === text.length;
  return real || open ? found(start, real ? end : -1, LOOKS_SCORE, open) : NOTHING;
}

/** `keyboard`, `tokenizer` and `secretary` are other words; an id of a secret is none. */
const OTHER_NAME = /^[a-z]|Ids?$|(?:^|[_-])(?:id|ID)[sS]?$/;

export const ASSIGNED: readonly Recognizer[] = [
  anyones(
    'secret.password',
    'PASSWORD',
    {
      words: [
        'password',
        'passwd',
        'passphrase',
        'pwd',
        'passwort',
        'kennwort',
        'wachtwoord',
        'mot de passe',
      ],
    },
    { set: characters('!#-&*-;=?-Z^_a-z|~'), least: 8, most: 128, isOne: isPassword },
  ),
  anyones(
    'secret.key',
    'SECRET',
    {
      words: ['key', 'token', 'secret', 'auth', 'credential', 'creds', 'webhook'],
      fits: (name) => !OTHER_NAME.test(name.replace(/^s(?![a-z])/, '')),
    },
    { set: characters('A-Za-z0-9_.~+/=-'), least: 16, most: 256, isOne: isRandom },
    { set: characters('A-Za-z0-9_-'), least: 20, most: 256, isOne: isRandom },
  ),
];

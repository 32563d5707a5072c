/**
 * Postal addresses: a house number and a street as they are written in English, German, Dutch, Nordic and Romance
 * languages, and what follows them up to a postal code or a state. Quality is measured in docs/detection-spans.md.
 */
import { beginsWord, characters, DIGIT, isAt } from '../characters.ts';
import type { Page } from '../engine/page.ts';
import { found, NOTHING, type Reading, type Recognizer } from '../engine/recognizer.ts';

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Follow the name of a street, or stand before a number: `12 Main Street`. */
const AFTER_NAME = setOf(
  'street st avenue ave av road rd boulevard blvd lane ln drive dr court ct place pl square sq terrace ter way parkway pkwy highway ' +
    'hwy circle cir trail trl crescent cres close grove row walk loop alley plaza expressway mews gardens quay turnpike causeway ' +
    'junction crossing point heights ridge run spur pike path',
);
/** Stand before it: `12 rue de la Paix`, `Calle Mayor 5`. */
const BEFORE_NAME = setOf(
  'rue avenue boulevard bd place impasse allée chemin quai cours route calle avenida avda plaza paseo camino via viale piazza corso ' +
    'vicolo rua travessa largo praça estrada ulica ul',
);
const PARTICLES = setOf('de la le les du des del las los da do dos di della dei von der den the of l d');
/** Ends of the names of streets: `Hauptstraße`, `Keizersgracht`. */
const ENDINGS =
  /(?:straße|strasse|str|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|plein|gracht|kade|gatan|vägen|vej|gade|veien|katu|tie|utca)\.?$/;
/** Those that are no end of an English word. */
const NUMBERED_ENDINGS = /(?:straße|strasse|straat|laan|gracht|gatan|vägen|gade|veien|katu)$/;
const UNITS = setOf('apt apartment suite ste unit flat floor fl room rm box no psc appt');
/** Places of the United States, Canada and Australia that stand before a code. */
const STATES = setOf(
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT ' +
    'VT VA WA WV WI WY DC PR AB BC MB NB NL NS ON PE QC SK NSW QLD VIC TAS ACT NT',
);

/** The words of a street's name, and those after it. */
const MOST_NAME = 5;
const MOST_PLACE = 10;
const LONGEST_WORD = 28;
/** The longest address that is believed. */
const MOST = 200;
const POSTAL = /^(?:\d{4,6}|\d{5}-\d{3,4}|\d{4}-\d{3}|[A-Z]{1,2}\d[A-Z\d]?|\d[A-Z]{2}|[A-Z]\d[A-Z])$/;

const PART = characters("A-Za-z0-9'#-");
const GAP = characters(' ,\n');
const MOST_GAP = 3;
const WORD_START = characters("A-Za-z0-9_.'#-");

/** Walks from word to word, and knows when it comes to the end of the text. */
class Walk {
  readonly text: string;
  readonly #limit: number;
  at: number;
  /** Where the last word ended. */
  end: number;
  open = false;

  constructor(text: string, start: number) {
    this.text = text;
    this.at = start;
    this.end = start;
    this.#limit = start + MOST;
  }

  /** The next word, without a full stop after it; empty where there is none. */
  word(): string {
    const start = this.at;
    let at = start;
    const limit = Math.min(this.text.length, start + LONGEST_WORD, this.#limit);
    while (at < limit && (isAt(this.text, at, PART) || isLatin(this.text.charCodeAt(at)))) at += 1;
    if (at === this.text.length) this.open = true;
    this.end = at;
    this.at = this.#pastGap(at);
    return this.text.slice(start, at);
  }

  #pastGap(from: number): number {
    let at = from;
    if (this.text[at] === '.') at += 1;
    const limit = Math.min(this.text.length, at + MOST_GAP);
    while (at < limit && isAt(this.text, at, GAP)) at += 1;
    if (at === this.text.length) this.open = true;
    return at;
  }
}

function isLatin(code: number): boolean {
  return code >= 0xc0 && code <= 0x24f && code !== 0xd7 && code !== 0xf7;
}

function isName(word: string): boolean {
  const [first = ''] = word;
  return first !== first.toLowerCase() || /^\d{1,3}(?:st|nd|rd|th)$/.test(word);
}

const isNumber = (word: string) => /^\d{1,6}[A-Za-z]?(?:-\d{1,4}[A-Za-z]?)?$/.test(word);

const NO_STREET = -1;
/** Whether it is one is not to be told before more of the text has come. */
const WAIT = -2;

function missed({ text, end }: Walk): number {
  return end === text.length ? WAIT : NO_STREET;
}

/** The end of number and street. */
function numberFirst(walk: Walk): number {
  if (!isNumber(walk.word()) || walk.text[walk.end] === '.') return missed(walk);
  let word = walk.word();
  if (BEFORE_NAME.has(word.toLowerCase())) return nameAfter(walk);
  for (let count = 0; count < MOST_NAME && isName(word); count += 1) {
    const kind = AFTER_NAME.has(word.toLowerCase()) && count > 0;
    if (kind || NUMBERED_ENDINGS.test(word)) return walk.end;
    if (walk.text[walk.end] !== ' ' && !walk.open) return NO_STREET;
    word = walk.word();
  }
  return missed(walk);
}

/** The end of the name of a street whose kind was read. */
function nameAfter(walk: Walk): number {
  let named = NO_STREET;
  for (let count = 0; count < MOST_NAME && walk.text[walk.end] !== ','; count += 1) {
    const { at, end } = walk;
    const word = walk.word();
    if (!isName(word) && !PARTICLES.has(word.replace(/'.*/, ''))) {
      if (named === NO_STREET) return missed(walk);
      walk.at = at;
      walk.end = end;
      break;
    }
    if (isName(word) || word.includes("'")) named = walk.end;
  }
  return named === NO_STREET ? missed(walk) : named;
}

/** The end of street and number. */
function streetFirst(walk: Walk): number {
  const kind = walk.word();
  const joined = ENDINGS.test(kind) && kind.length > 5;
  if (!joined && !(FIRST_WORDS.has(kind) && !BOXES.has(kind) && walk.text[walk.end] === ' '))
    return missed(walk);
  if (!joined) {
    const named = nameAfter(walk);
    if (named < 0) return named;
  }
  const number = walk.word();
  return isNumber(number) && number.length <= 5 ? walk.end : missed(walk);
}

function box(walk: Walk): number {
  const first = walk.word();
  const words = BOXES.get(first);
  if (words === undefined) return missed(walk);
  for (const word of words) {
    if (walk.word().toLowerCase() !== word) return missed(walk);
  }
  return isNumber(walk.word()) ? walk.end : missed(walk);
}

const BOXES: ReadonlyMap<string, readonly string[]> = new Map([
  ['P', ['o', 'box']],
  ['PO', ['box']],
  ['POB', []],
  ['Postfach', []],
  ['Apartado', []],
]);

/** What follows a street: a unit, and towns up to a postal code or a state; a town after a code that begins a part. */
function placeAfter(walk: Walk, street: number): number {
  let end = street;
  let unit = false;
  let town = 0;
  for (let count = 0; count < MOST_PLACE; count += 1) {
    const gap = walk.text.slice(walk.end, walk.at);
    const word = walk.word();
    const low = word.toLowerCase();
    if (word === '') break;
    if (POSTAL.test(word) || STATES.has(word)) {
      end = walk.end;
      town = /[,\n]/.test(gap) ? MOST_TOWN : 0;
    } else if (unit || word.startsWith('#') || (town > 0 && gap === ' ' && isName(word))) {
      end = walk.end;
      town -= 1;
    } else if (!isName(word) && !isNumber(word) && !PARTICLES.has(low)) break;
    unit = UNITS.has(low);
  }
  return end;
}
const MOST_TOWN = 2;

/** May the word at a place begin one that is written with its street first, or a box? Most words end otherwise. */
function mayBegin(text: string, at: number): boolean {
  let end = at;
  while (
    end < text.length &&
    end < at + LONGEST_WORD &&
    (isAt(text, end, PART) || isLatin(text.charCodeAt(end)))
  )
    end += 1;
  if (end === text.length || end === at + LONGEST_WORD) return true;
  return LAST_LETTERS.has(text.slice(end - 3, end)) || FIRST_WORDS.has(text.slice(at, end));
}
const LAST_LETTERS = setOf(
  'aße sse str weg atz lee ing amm fer aat aan ein cht ade tan gen vej eie ien atu tie tca',
);
const FIRST_WORDS: ReadonlySet<string> = new Set([
  ...[...BEFORE_NAME].map((word) => word.charAt(0).toUpperCase() + word.slice(1)),
  ...BOXES.keys(),
]);

function read({ text }: Page, at: number): Reading {
  if (!beginsWord(text, at, WORD_START)) return NOTHING;
  if (!isAt(text, at, DIGIT) && !mayBegin(text, at)) return NOTHING;
  let open = false;
  let end = -1;
  for (const shape of isAt(text, at, DIGIT) ? [numberFirst] : [streetFirst, box]) {
    const walk = new Walk(text, at);
    const street = shape(walk);
    if (street >= 0) end = Math.max(end, placeAfter(walk, street));
    open ||= street === WAIT || (street >= 0 && walk.open);
  }
  return end === -1 && !open ? NOTHING : found(at, end, 0.7, open);
}

export const address: Recognizer = {
  type: 'pii.address',
  label: 'ADDRESS',
  readers: [
    {
      triggers: [{ on: 'word', first: DIGIT }, { on: 'word', first: characters('A-Z') }, { on: 'accent' }],
      // The word that ends it may reach beyond the most, and the gap after it.
      reach: MOST + LONGEST_WORD + MOST_GAP + 1,
      read,
    },
  ],
};

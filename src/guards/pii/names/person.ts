/**
 * People's names in running text, by lists of names and by what stands before them. What the lists do not hold is found
 * after a title or an introduction only; quality is measured in docs/detection-spans.md.
 */
import { beginsWord, characters, isAt, LETTER } from '../../characters.ts';
import { hasPhrase, phrases } from '../../context/phrases.ts';
import type { Page } from '../../engine/page.ts';
import { found, NOTHING, type Reading, type Recognizer, unfinished } from '../../engine/recognizer.ts';
import { FAMILY, GIVEN, GIVEN_OR_WORD } from './lists.ts';

/** A name has so many words at most, each of so many characters. */
const MOST_WORDS = 4;
const LONGEST = 24;
/** Words, particles and spaces, and what must be seen after them. */
const REACH = (MOST_WORDS + 2) * (LONGEST + 1);

/** Stand before a person's name and are no part of it. */
const TITLES = new Set(
  (
    'Mr Mrs Ms Miss Mx Dr Prof Professor Doctor Sir Madam Lord Lady Judge Senator President Captain Sergeant Officer Detective Rev ' +
    'Reverend Father Sister Brother Aunt Uncle Herr Herrn Frau Fräulein Monsieur Madame Mademoiselle Mme Mlle Señor Señora Señorita Sr Sra ' +
    'Srta Don Doña Signor Signora Sig Dott Senhor Senhora Dona Pan Pani Meneer Mevrouw'
  ).split(' '),
);

/** The last words of what introduces a name. */
const INTRODUCING = new Set(
  'is named called me Dear Signed signed Sincerely sincerely Regards regards name Name s person heiße ist appelle llamo chiamo é się'.split(
    ' ',
  ),
);
const INTRODUCED =
  /(?:\b(?:[Mm]y|[Hh]is|[Hh]er|[Tt]heir|[Yy]our) name(?: is|'s)|\bnamed|\b[Ii]'?m called|\bcall me|\bDear|\b[Ss]igned,?|\b[Ss]incerely,|\b[Rr]egards,|\bcontact person:?|[Ii]ch heiße|[Mm]ein Name ist|[Jj]e m'appelle|[Mm]e llamo|[Mm]i chiamo|[Mm]eu nome é|[Nn]azywam się|\b(?:[Ff]ull |[Ff]irst |[Ll]ast |[Ss]ur)?[Nn]ame ?[:=])["']?\s$/;
const LONGEST_INTRODUCTION = 28;
const LONGEST_TITLE = 14;

/** The word before a place, past the space and what may stand between. */
function wordBefore(text: string, start: number): { readonly word: string; readonly spaced: boolean } {
  let end = start;
  const least = start - 4;
  while (end > least && isAt(text, end - 1, BETWEEN)) end -= 1;
  let at = end;
  while (at > Math.max(0, end - LONGEST_TITLE) && isLetter(text, at - 1)) at -= 1;
  return { word: text.slice(at, end), spaced: text[start - 1] === ' ' && end >= start - 2 };
}
const BETWEEN = characters(' \n.,:="\'');

/** After a colon in a form. */
const FIELD = phrases(
  'full name, first name, last name, surname, customer name, patient name, employee name, cardholder',
);

const PARTICLES = new Set([
  'von',
  'van',
  'de',
  'der',
  'den',
  'da',
  'di',
  'del',
  'della',
  'la',
  'le',
  'dos',
  'bin',
  'al',
  'ter',
  'zu',
]);
/** Capitals that begin sentences, days, places: no family names. */
const NO_NAME = new Set(
  (
    'The A An I In On At And Or But For From With To By Of As If When Where Why What Who How This That These Those It Its He She We You ' +
    'They My Your His Her Our Their Is Are Was Were Be Been Has Have Had Do Does Did Can Could Will Would Should May Might Must Not No Yes ' +
    'Please Thanks Thank Hello Hi Dear Best Kind Sincerely Regards Street St Avenue Ave Road Rd Lane Drive Court Place Square City Town ' +
    'County State University College School Hospital Bank Inc Ltd Llc Gmbh Corp Company Group University Monday Tuesday Wednesday Thursday ' +
    'Friday Saturday Sunday January February March April June July August September October November December North South East West New ' +
    'Bay Beach Park River Lake Mountain Island Airport Station Bridge Hotel Museum Theatre Center Centre Hall House Award Prize Cup ' +
    'Johnson\u00a0 Day Night Morning Evening Today Tomorrow Act Law Theorem Bayes Equation Algorithm Method'
  ).split(' '),
);

const JOINER = characters("'-");

function isLatin(code: number): boolean {
  return code >= 0xc0 && code <= 0x24f && code !== 0xd7 && code !== 0xf7;
}

function isLetter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 ? LETTER[code] === 1 : isLatin(code) || code === 0x2019;
}

/** The end of the word at `start`: letters, with hyphens and apostrophes between them; without a genitive. */
function wordEnd(text: string, start: number): number {
  let at = start;
  const limit = Math.min(text.length, start + LONGEST + 1);
  while (at < limit && (isLetter(text, at) || (isAt(text, at, JOINER) && isLetter(text, at + 1)))) at += 1;
  return at;
}

const SMALL_S = 115;

function isApostrophe(code: number): boolean {
  return code === 0x27 || code === 0x2019;
}

function withoutGenitive(word: string): string {
  const last = word.length - 1;
  const genitive = last > 1 && word.charCodeAt(last) === SMALL_S && isApostrophe(word.charCodeAt(last - 1));
  return genitive ? word.slice(0, -2) : word;
}

/** A capital, and then none: `McCoy` and `O'Brien`, but not `NASA`. */
function isCapitalized(word: string): boolean {
  return isCapital(word.charCodeAt(0)) && !isCapital(word.charCodeAt(1));
}

function isCapital(code: number): boolean {
  if (code < 128) return code >= 65 && code <= 90;
  return isLatin(code) && isCapitalLatin(String.fromCharCode(code));
}

function isCapitalLatin(char: string): boolean {
  return char !== char.toLowerCase();
}

interface Words {
  /** Where each word of the name ends. */
  readonly ends: readonly number[];
  readonly words: readonly string[];
  /** They reach the end of the text. */
  readonly open: boolean;
}

/** Does the text end with the word, or with what may join it to more? */
function isCut(text: string, end: number): boolean {
  return end === text.length || (end + 1 === text.length && isAt(text, end, JOINER));
}

/** The capitalized words from `start` on, with initials and particles between them. */
function readWords(text: string, start: number): Words {
  const ends: number[] = [];
  const words: string[] = [];
  let at = start;
  let open = false;
  while (words.length < MOST_WORDS && !open) {
    const end = wordEnd(text, at);
    open = isCut(text, end);
    const written = text.slice(at, end);
    const word = withoutGenitive(written);
    if (end - at > LONGEST || !isCapitalized(word) || NO_NAME.has(word) || isAt(text, end, NO_WORD_END))
      break;
    const initial = word.length === 1 && words.length > 0 && text[end] === '.';
    const after = initial ? end + 1 : end;
    ends.push(initial ? after : at + word.length);
    words.push(word);
    if (word !== written || open) break;
    open = after === text.length;
    if (text[after] !== ' ') break;
    at = pastParticles(text, after + 1);
    open = at === text.length;
  }
  return { ends, words, open };
}

const NO_WORD_END = characters('A-Za-z0-9_@');
const MOST_PARTICLES = 2;

/** Where the word after `van der` begins; where the text ends, if it ends with the particle. */
function pastParticles(text: string, start: number): number {
  let at = start;
  for (let count = 0; count < MOST_PARTICLES; count += 1) {
    const end = wordEnd(text, at);
    if (!PARTICLES.has(text.slice(at, end))) return at;
    if (end === text.length) return end;
    if (text[end] !== ' ') return at;
    at = end + 1;
  }
  return at;
}

function isAfterColon(text: string, start: number): boolean {
  let at = start;
  while (at > start - 4 && isAt(text, at - 1, OPENING)) at -= 1;
  return text[at - 1] === ':' || text[at - 1] === '=';
}
const OPENING = characters(' "\'');

function isIntroduced(page: Page, start: number, before: string): boolean {
  const { text } = page;
  if (
    INTRODUCING.has(before) &&
    INTRODUCED.test(text.slice(Math.max(0, start - LONGEST_INTRODUCTION), start))
  )
    return true;
  return isAfterColon(text, start) && hasPhrase(page.contextAt(start), FIELD);
}

/** Of two names with a hyphen between them, both may be words as well. */
function isGiven(name: string): boolean {
  if (GIVEN.has(name)) return true;
  if (!name.includes('-')) return false;
  return name.split('-').some((part) => GIVEN.has(part) || GIVEN_OR_WORD.has(part));
}

/** How sure it is that a name begins here, and whether its first word alone is one; 0 if it does not. */
function judge(
  page: Page,
  start: number,
  words: readonly string[],
): { readonly score: number; readonly most: number } {
  const [first = '', second = ''] = words;
  const { text } = page;
  const { word: before, spaced } = wordBefore(text, start);
  if (spaced && TITLES.has(before)) return { score: 0.85, most: 3 };
  if (isGiven(first)) return { score: second === '' ? 0.6 : 0.85, most: MOST_WORDS };
  if (isIntroduced(page, start, before)) return { score: 0.75, most: 3 };
  const follows = words.slice(1).some((word) => FAMILY.has(word));
  if (follows && (GIVEN_OR_WORD.has(first) || /^.$/.test(first))) return { score: 0.8, most: MOST_WORDS };
  if (GIVEN_OR_WORD.has(first) && second.length === 1 && words.length > 2)
    return { score: 0.8, most: MOST_WORDS };
  return { score: follows ? 0.55 : 0, most: MOST_WORDS };
}

function read(page: Page, start: number): Reading {
  const { text } = page;
  if (!beginsWord(text, start, NO_WORD_START) || isLatin(text.charCodeAt(start - 1))) return NOTHING;
  const { ends, words, open } = readWords(text, start);
  if (words.length === 0) return open ? unfinished(start) : NOTHING;
  const { score, most } = judge(page, start, words);
  const end = score === 0 ? -1 : (ends[Math.min(most, ends.length) - 1] ?? -1);
  return end === -1 && !open ? NOTHING : found(start, end, score, open);
}

const NO_WORD_START = characters("A-Za-z0-9_@#$'/.-");

export const person: Recognizer = {
  type: 'pii.person',
  label: 'PERSON',
  readers: [{ triggers: [{ on: 'word', first: characters('A-Z') }, { on: 'accent' }], reach: REACH, read }],
};

/** What in a text suggests that it should be read another way: one pass, so that plain prose costs next to nothing. */

/** One bit for each way in which a text may be dressed up. */
export const CLUE = {
  /** Letters of other scripts among ASCII ones, of other widths and styles, and signs that nobody sees. */
  letters: 1,
  /** Letters with spaces or signs between them, signs or digits in their stead. */
  collapsed: 2,
  /** A long run without spaces. */
  run: 4,
  percent: 8,
  entity: 16,
  backslash: 32,
  equals: 64,
  morse: 128,
  braille: 256,
  /** Words that common ones become in a cipher. */
  cipher: 512,
  /** Words of a spelling alphabet. */
  nato: 1024,
  /** Pairs of hexadecimal digits. */
  hex: 2048,
} as const;

const LONG_RUN = 16;
/** A dressed-up word counts for so many plain ones; so much at once, and it is no accident. */
const DRESSED = 4;
const SUSPICIOUS = 11;
/** What a run has that is more than a long word. */
const NO_WORD = /.[A-Z0-9]/;

/** Kinds of characters; what is no letter is more. */
const LETTER = 1;
const DIGIT = 2;
const SIGN = 4;
const GAP = 8;
const STROKE = 16;
const KINDS: Uint8Array = kinds();

function kinds(): Uint8Array {
  const all = new Uint8Array(128).fill(SIGN);
  for (let code = 0; code <= 32; code += 1) all[code] = GAP;
  for (let code = 48; code < 58; code += 1) all[code] = DIGIT;
  for (let code = 65; code < 91; code += 1) all[code] = LETTER;
  for (let code = 97; code < 123; code += 1) all[code] = LETTER;
  for (const stroke of ".-_/|':,") all[stroke.charCodeAt(0)] = SIGN | STROKE;
  return all;
}

/** Common words, and those that attacks need, whose ciphered forms are no words. */
const MARKED =
  'the you your all ignore previous instructions prompt system rules print forget tell reveal what say with this from repeat following output everything before above without pretend model answer anything restrictions disregard prior act unfiltered assistant and for are not now have please write word secret password show give'.split(
    ' ',
  );
const NATO =
  'alfa alpha bravo charlie delta echo foxtrot golf hotel india juliett juliet kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu'.split(
    ' ',
  );
const REAL = new Set([
  'era',
  'ton',
  'won',
  'dna',
  'sah',
  'ner',
  'zoo',
  'gel',
  'yas',
  'lla',
  'sll',
  'moor',
  'mr',
]);

const CIPHERED = 1;
const SPELT = 2;
const MARKS: ReadonlyMap<number, number> = marks();

function marks(): Map<number, number> {
  const all = new Map<number, number>();
  for (const word of MARKED) {
    for (const form of [rot13(word), atbash(word), [...word].reverse().join('')])
      if (!REAL.has(form) && !MARKED.includes(form)) all.set(hashOf(form), CIPHERED);
  }
  for (const word of NATO) all.set(hashOf(word), SPELT);
  return all;
}

export function rot13(text: string): string {
  return shifted(text, (letter) => (letter + 13) % 26);
}

export function atbash(text: string): string {
  return shifted(text, (letter) => 25 - letter);
}

function shifted(text: string, to: (letter: number) => number): string {
  return text.replaceAll(/[a-zA-Z]/g, (char) => {
    const base = char >= 'a' ? 97 : 65;
    return String.fromCharCode(base + to(char.charCodeAt(0) - base));
  });
}

function hashOf(word: string): number {
  let hash = 0;
  for (let at = 0; at < word.length; at += 1) hash = (hash * 31 + (word.charCodeAt(at) | 32)) | 0;
  return hash;
}

/** What is counted along a text. */
class Counts {
  #singles = 0;
  #strokes = 0;
  #pairs = 0;
  #mixed = 0;
  #ciphered = 0;
  #spelt = 0;
  clues = 0;

  /** A run without spaces, the kinds in it, and how often a letter followed a weak sign, or a digit or a strong one. */
  token(text: string, start: number, end: number, kinds: number, changes: number): void {
    const length = end - start;
    this.#singles = length === 1 && kinds !== SIGN ? this.#singles + 1 : 0;
    this.#strokes =
      (kinds & ~STROKE) === SIGN && (kinds & STROKE) !== 0 && length < 8 ? this.#strokes + 1 : 0;
    this.#pairs = length <= 4 && length >= 2 && (kinds & SIGN) === 0 ? this.#pairs + 1 : 0;
    const withDigits = (kinds & (LETTER | DIGIT)) === (LETTER | DIGIT) && length <= LONG_RUN;
    this.#mixed = changes >= 2 || withDigits ? this.#mixed + DRESSED : Math.max(0, this.#mixed - 1);
    if (length >= LONG_RUN && NO_WORD.test(text.slice(start, end))) this.clues |= CLUE.run;
    if (this.#singles >= 4 || this.#mixed >= SUSPICIOUS || changes >= LONG_RUN) this.clues |= CLUE.collapsed;
    if (this.#strokes >= 4) this.clues |= CLUE.morse;
    if (this.#pairs >= 8) this.clues |= CLUE.hex;
  }

  foreign(kinds: number, ascii: boolean): void {
    if ((kinds & BRAILLE) !== 0) this.clues |= CLUE.braille;
    if ((kinds & STRANGE) !== 0 || ((kinds & MIXED) !== 0 && ascii)) this.clues |= CLUE.letters;
  }

  word(hash: number): void {
    const mark = MARKS.get(hash);
    if (mark === undefined) return;
    if (mark === CIPHERED) this.#ciphered += 1;
    else this.#spelt += 1;
    if (this.#ciphered >= 2) this.clues |= CLUE.cipher;
    if (this.#spelt >= 4) this.clues |= CLUE.nato;
  }
}

export function cluesIn(text: string): number {
  const counts = new Counts();
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 128 && KINDS[code] === GAP) continue;
    at = tokenAt(text, at, counts);
  }
  return counts.clues;
}

/** Looks at the run without spaces that begins here. Gives its end. */
function tokenAt(text: string, start: number, counts: Counts): number {
  let kinds = 0;
  let changes = 0;
  let last = 0;
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? (KINDS[code] ?? SIGN) : LETTER;
    if (kind === GAP) break;
    if (kind === LETTER) {
      if (last > LETTER && (kinds & LETTER) !== 0) changes += (last & STROKE) !== 0 ? 1 : 2;
      at = lettersAt(text, at, counts);
    } else {
      counts.clues |= SPECIAL[code] ?? 0;
      at += 1;
    }
    kinds |= kind;
    last = kind;
  }
  counts.token(text, start, at, kinds, changes);
  return at;
}

/** Looks at the letters that stand here. Gives their end. */
function lettersAt(text: string, start: number, counts: Counts): number {
  let hash = 0;
  let at = start;
  let ascii = false;
  let foreign = 0;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 128 && KINDS[code] !== LETTER) break;
    if (code < 128) ascii = true;
    else if (code >= 0x0250) foreign |= foreignness(code);
    hash = (Math.imul(hash, 31) + (code | 32)) | 0;
  }
  if (at - start > 2) counts.word(hash);
  if (foreign !== 0) counts.foreign(foreign, ascii);
  return at;
}

const MIXED = 1;
const STRANGE = 2;
const BRAILLE = 4;

/** What a code unit beyond the Latin letters says: harmless on its own, never seen in plain text, or Braille. */
function foreignness(code: number): number {
  if (code >= 0x2800 && code <= 0x28ff) return BRAILLE;
  if (code >= 0x2010 && code <= 0x2027) return 0;
  const unseen = (code >= 0x200b && code <= 0x206f) || (code >= 0x0300 && code <= 0x036f);
  const styled = code >= 0xfe00 || code === 0xd835 || code === 0xd83c || code === 0xdb40;
  const enclosed = code >= 0x2460 && code <= 0x24ff;
  return unseen || styled || enclosed || code === 0x3164 || code === 0x115f ? STRANGE : MIXED;
}

const SPECIAL: Uint16Array = specials();

function specials(): Uint16Array {
  const all = new Uint16Array(128);
  all[37] = CLUE.percent;
  all[38] = CLUE.entity;
  all[92] = CLUE.backslash;
  all[61] = CLUE.equals;
  return all;
}

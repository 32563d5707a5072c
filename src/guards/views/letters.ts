/**
 * One table that makes letters which look alike the same: case, width, accents, style and script. Texts and the lexicon
 * go through it alike, so that a word is found however it is dressed up, and words of other scripts still find themselves.
 */

/** Stands for a code unit that nobody sees. */
export const NOTHING = 0;

/** Latin letters, and those of other scripts (and signs) that readers take for them. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'аɑαᴀ∂ӑӓ',
  b: 'вьЬʙβƄ',
  c: 'сϲᴄⅽ',
  d: 'ԁᴅɗđ',
  e: 'еєɛεҽ℮ᴇөё',
  f: 'ғꜰƒ',
  g: 'ɡցɢ',
  h: 'һнʜհħ',
  i: 'іιɪıӏɩ',
  j: 'јϳᴊ',
  k: 'кκᴋĸқ',
  l: 'ⅼʟłⱡ',
  m: 'мᴍⅿ',
  n: 'ոпηɴռ',
  o: 'оοσօᴏøөо',
  p: 'рρᴘþ',
  q: 'ԛզ',
  r: 'гʀɾ',
  s: 'ѕꜱʂ',
  t: 'тτᴛŧ',
  u: 'υսᴜʋ',
  v: 'ѵνᴠⅴ',
  w: 'ѡԝᴡωա',
  x: 'хχⅹ',
  y: 'уүʏγ',
  z: 'ᴢʐż',
};

/** Spaces, line ends within a line, and quotes are one of each kind. */
const SIGNS: Readonly<Record<string, string>> = {
  ' ': '\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000',
  '\n': '\r\v\f\u0085\u2028\u2029',
  "'": '\u2018\u2019\u201a\u201b\u2032\u00b4`\u02bc',
  '"': '\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033',
  '-': '\u2010\u2011\u2012\u2013\u2014\u2015\u2212',
};

/** Marks that are put on letters of any script, and signs without a width of their own. */
const UNSEEN: readonly (readonly [number, number])[] = [
  [0x0000, 0x0008],
  [0x000e, 0x001f],
  [0x007f, 0x0084],
  [0x0086, 0x009f],
  [0x00ad, 0x00ad],
  [0x0300, 0x036f],
  [0x0483, 0x0489],
  [0x0591, 0x05bd],
  [0x061c, 0x061c],
  [0x064b, 0x065f],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x20d0, 0x20ff],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfe20, 0xfe2f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
];

/** Letters and digits may stand anywhere below these; Chinese, Japanese and Korean stand between. */
const LAST_SMALL = 0x2fff;
const FIRST_COMPATIBLE = 0xf900;

/** What each code unit is read as; surrogates are read in pairs, by `foldPoint`. */
export const FOLDED: Uint16Array = foldedUnits();

function foldedUnits(): Uint16Array {
  const units = Uint16Array.from({ length: 0x10000 }, (_, code) => code);
  for (let code = 0x21; code <= LAST_SMALL; code += 1) units[code] = plain(String.fromCharCode(code));
  for (let code = FIRST_COMPATIBLE; code < 0xffff; code += 1) units[code] = plain(String.fromCharCode(code));
  for (const [letter, alike] of [...Object.entries(LOOKALIKES), ...Object.entries(SIGNS)])
    for (const one of alike) units[one.charCodeAt(0)] = letter.charCodeAt(0);
  // What a letter is made of may be a look-alike itself.
  for (let code = 0x80; code < 0xffff; code += 1) units[code] = units[units[code] ?? 0] ?? 0;
  for (const [first, last] of UNSEEN) units.fill(NOTHING, first, last + 1);
  return units;
}

/** The first unit of what a character is made of, small. */
function plain(char: string): number {
  const parts = char.normalize('NFKD').toLowerCase().normalize('NFKD').trim();
  return (parts === '' ? char : parts).charCodeAt(0);
}

const FIRST_REGIONAL = 0x1f1e6;
const FIRST_TAG = 0xe0020;

/** What a character of two code units is read as: one unit, or -1 for itself. */
export function foldPoint(point: number): number {
  if (point >= 0x1d400 && point <= 0x1d7ff) return FOLDED[plain(String.fromCodePoint(point))] ?? -1;
  if (point >= FIRST_REGIONAL && point < FIRST_REGIONAL + 26) return 97 + point - FIRST_REGIONAL;
  if (point >= 0x1f110 && point <= 0x1f189) return 97 + (((point - 0x1f110) % 32) % 26);
  if (point >= FIRST_TAG && point <= 0xe007e) return FOLDED[point - FIRST_TAG + 0x20] ?? -1;
  return point >= 0xe0000 && point <= 0xe0fff ? NOTHING : -1;
}

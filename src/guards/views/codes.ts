/** Alphabets of signs: Morse, Braille, and the words by which letters are spelt. */
import { extracted, replaced, type Traced } from './view.ts';

const MORSE_LETTERS =
  '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..'.split(
    ' ',
  );
const MORSE_DIGITS = '----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----.'.split(' ');
const MORSE: ReadonlyMap<string, string> = new Map([
  ...MORSE_LETTERS.map((code, at) => [code, String.fromCharCode(97 + at)] as const),
  ...MORSE_DIGITS.map((code, at) => [code, String(at)] as const),
  ['.-.-.-', '.'],
  ['--..--', ','],
  ['..--..', '?'],
  ['-.-.--', '!'],
  ['.----.', "'"],
  ['-....-', '-'],
  ['---...', ':'],
  ['-..-.', '/'],
]);

export function morse(text: string): Traced | undefined {
  const run = /(?<![^\s])[.\-•·–—_]{1,7}(?:(?: {1,8}|\n| ?[/|] ?)[.\-•·–—_]{1,7}){3,4096}/g;
  return extracted(text, run, (tracer, { 0: written, index }) => {
    for (const part of written.matchAll(/([.\-•·–—_]{1,7})|( {2,}|\n| ?[/|] ?)/g)) {
      const code = (part[1] ?? '').replaceAll(/[•·]/g, '.').replaceAll(/[–—_]/g, '-');
      const at = index + part.index;
      tracer.put(part[2] === undefined ? (MORSE.get(code) ?? '') : ' ', at, at + part[0].length);
    }
  });
}

/** The dots of each letter, as bits. */
const BRAILLE_LETTERS = [
  1, 3, 9, 25, 17, 11, 27, 19, 10, 26, 5, 7, 13, 29, 21, 15, 31, 23, 14, 30, 37, 39, 58, 45, 61, 53,
];
const BRAILLE: ReadonlyMap<number, string> = new Map([
  ...BRAILLE_LETTERS.map((dots, at) => [dots, String.fromCharCode(97 + at)] as const),
  [0, ' '],
  [50, '.'],
  [2, ','],
  [38, '?'],
  [22, '!'],
  [4, "'"],
  [36, '-'],
  [32, ''],
]);

export function braille(text: string): Traced | undefined {
  return replaced(text, /[\u2800-\u28ff]/g, (tracer, { 0: sign, index }) =>
    tracer.put(BRAILLE.get(sign.charCodeAt(0) - 0x2800) ?? '', index, index + 1),
  );
}

const NATO =
  'alfa|alpha|bravo|charlie|delta|echo|foxtrot|golf|hotel|india|juliett|juliet|kilo|lima|mike|november|oscar|papa|quebec|romeo|sierra|tango|uniform|victor|whiskey|x-?ray|yankee|zulu';
const NATO_RUN = new RegExp(
  `\\b(?:${NATO})(?:[\\s,.;/|-]{1,4}(?:(?:${NATO})\\b|(?=[\\s,.;/|-]))){3,4096}`,
  'gi',
);
const NATO_PART = new RegExp(`(${NATO})|(\\n|[ ,.;/|-]{2,4}|/|\\|)`, 'gi');

export function nato(text: string): Traced | undefined {
  return extracted(text, NATO_RUN, (tracer, { 0: written, index }) => {
    for (const part of written.matchAll(NATO_PART)) {
      const at = index + part.index;
      tracer.put(part[1] === undefined ? ' ' : part[1].charAt(0).toLowerCase(), at, at + part[0].length);
    }
  });
}

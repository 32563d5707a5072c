/** Letters with spaces or signs between them, and digits and signs in the place of letters, as the words they spell. */
import { replaced, type Traced, Tracer } from './view.ts';

/** `i g n o r e`, `i-g-n-o-r-e`: letters (or what stands for one) with one sign between; two spaces part words. */
const SPACED = /(?<![^\s])[^\s]([ .\-_*~|/,+])[^\s](?:\1[^\s]){0,2000}(?![^\s])/g;
/** A sign within a word: `ig.no.re`, `ig*nore`. */
const WITHIN = /(?<=\p{L})['.\-_*~|/,+^`:;"“”‘’·•]{1,3}(?=\p{L})/gu;
/** What is left between words that were drawn apart by a sign. */
const BETWEEN = /([.\-_*~|/,+]) \1/g;
/** Longer runs are no words. */
const LONGEST_WORD = 24;
/** Numbers no longer than these may be words. */
const SHORT = 3;
const DRESSED = /[\p{L}0-9@$!|+€£¡(){}[\]<]+/gu;
const STANDS_FOR: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '2': 'z',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '6': 'g',
  '7': 't',
  '8': 'b',
  '9': 'g',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
  '+': 't',
  '€': 'e',
  '£': 'l',
  '¡': 'i',
  '(': 'c',
};

/** Letters and signs that are not side by side joined again. */
export function joined(text: string): Traced | undefined {
  const tracer = new Tracer();
  let at = 0;
  for (const match of text.matchAll(SPACED)) {
    closeUp(tracer, text, at, match.index);
    for (let place = match.index; place < match.index + match[0].length; place += 2)
      tracer.copy(text, place, place + 1);
    at = match.index + match[0].length;
  }
  closeUp(tracer, text, at, text.length);
  return parted(tracer.done());
}

function parted(traced: Traced): Traced {
  const { text, starts, ends } = traced;
  const spaced = replaced(text, BETWEEN, (tracer, { index }) => tracer.put(' ', index, index + 3));
  if (spaced === undefined) return traced;
  return {
    text: spaced.text,
    starts: spaced.starts.map((at) => starts[at] ?? 0),
    ends: spaced.ends.map((at) => ends[at - 1] ?? 0),
  };
}

function closeUp(tracer: Tracer, text: string, from: number, to: number): void {
  const part = text.slice(from, to);
  let at = 0;
  for (const match of part.matchAll(WITHIN)) {
    tracer.copy(text, from + at, from + match.index);
    at = match.index + match[0].length;
  }
  tracer.copy(text, from + at, to);
}

/** Digits and signs that stand for letters, in words that have letters too. */
export function unleet(text: string): Traced | undefined {
  const tracer = new Tracer();
  let at = 0;
  for (const match of text.matchAll(DRESSED)) {
    const word = match[0];
    if (
      word.length > LONGEST_WORD ||
      (word.length > SHORT && !/\p{L}/u.test(word)) ||
      !/[0-9@$!|+€£¡(]/.test(word)
    )
      continue;
    tracer.copy(text, at, match.index);
    for (let index = 0; index < word.length; index += 1) {
      const place = match.index + index;
      const ends = index === word.length - 1 && /[!+|(]/.test(word.charAt(index));
      tracer.put(
        ends ? word.charAt(index) : (STANDS_FOR[word.charAt(index)] ?? word.charAt(index)),
        place,
        place + 1,
      );
    }
    at = match.index + word.length;
  }
  tracer.copy(text, at, text.length);
  return tracer.done();
}

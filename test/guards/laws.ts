/** Texts for property tests: what detectors look for, whole and in parts, among what is like it. */
import fc from 'fast-check';
import { ALL_SAMPLES, behind, contextOf } from './samples.ts';

/** What decides where findings begin and end. */
const EDGES = [
  ...' \n.,:;-_/\\"\'<>()@+=019aAzZéλ',
  '😀',
  ' - ',
  '\\n',
  '\\u003c',
  '\\\\',
  '-----',
  '.1',
  '1.',
  ' 4',
  '4 ',
];

const NOISE = [
  '漢字',
  'sk-',
  'gh',
  'eyJ',
  '-----BEGIN ',
  'DE89',
  '4111 ',
  'The quick brown fox',
  '2024-05-06 12:30',
];

const CODES: readonly ((sample: string) => string)[] = [
  (sample) => Buffer.from(sample).toString('base64'),
  (sample) => Buffer.from(`to ${sample}`).toString('base64url'),
  (sample) => Buffer.from(sample).toString('hex'),
  (sample) => encodeURIComponent(sample),
  (sample) => [...sample].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  (sample) => [...sample].join('\u200b'),
  (sample) => Buffer.from(Buffer.from(sample).toString('base64')).toString('base64'),
];

/** One of the samples, written otherwise. */
function coded(samples: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(samples, fc.constantFrom(...CODES)).map(([sample, code]) => code(sample.slice(0, 80)));
}

/** A beginning or an end of one of the samples. */
function partOf(samples: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(samples, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean())
    .map(([sample, share, head]) => {
      const cut = Math.floor(share * sample.length);
      return head ? sample.slice(0, cut) : sample.slice(cut);
    });
}

/** Long texts with anything in them. @param more pieces that the test wants to see among the others */
export function texts(...more: readonly string[]): fc.Arbitrary<string> {
  const samples = fc.constantFrom(
    ...ALL_SAMPLES.map(([type, sample]) => contextOf(type) + sample + behind(type)),
    ...more,
  );
  const piece = fc.oneof(fc.constantFrom(...EDGES, ...NOISE), samples, partOf(samples), coded(samples));
  const spaced = fc.tuple(piece, fc.constantFrom('', '', ' ', '\n', '"')).map((both) => both.join(''));
  return fc.array(spaced, { maxLength: 12 }).map((all) => all.join(''));
}

/** Short texts around one of the samples given, or two. */
export function textsAround(samples: readonly string[]): fc.Arbitrary<string> {
  const edges = fc.array(fc.constantFrom(...EDGES), { maxLength: 2 }).map((all) => all.join(''));
  const sample = fc.constantFrom(...samples);
  const second = fc.oneof(fc.constant(''), sample, partOf(sample));
  return fc.tuple(edges, fc.oneof(sample, partOf(sample)), edges, second, edges).map((all) => all.join(''));
}

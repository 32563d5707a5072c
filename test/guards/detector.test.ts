import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Detector, LOOK_BEHIND } from '../../src/guards/detector.ts';
import type { Recognizer } from '../../src/guards/engine/recognizer.ts';
import { phone } from '../../src/guards/pii/phone.ts';
import { Vault } from '../../src/guards/placeholders.ts';
import { DETECTORS, detectorOf } from '../../src/guards/registry.ts';
import { alone, found } from './found.ts';
import { texts, textsAround } from './laws.ts';
import { ALL_SAMPLES, behind, contextOf, SAMPLES, samplesInContext } from './samples.ts';

const vault = new Vault({ bytes: (count) => new Uint8Array(count).fill(7), fraction: () => 0 }, '');
const placeholders = ['EMAIL', 'CARD'].flatMap((label) =>
  Array.from({ length: 12 }, (_, at) => vault.placeholderFor(label, `${label} ${at}`)),
);
const escaped = placeholders.map((one) => one.replace('<', '\\u003c').replace('>', '\\u003e'));

interface Subject {
  readonly name: string;
  readonly detector: Detector;
  readonly samples: readonly string[];
}

/** What is told by shape or prefix is read by the same few readers: some of them stand for all. */
function readsAlone({ type, readers }: Recognizer): boolean {
  return (readers.length > 0 && type.startsWith('pii.')) || STANDING_FOR_ALL.has(type);
}

const STANDING_FOR_ALL = new Set([
  'secret.private_key',
  'secret.jwt',
  'secret.slack',
  'secret.github',
  'secret.adafruit',
  'secret.discord_bot',
  'secret.url_password',
  'secret.curl_password',
  'secret.authorization',
  'secret.password',
  'secret.key',
  'pii.gb.nino',
  'pii.us.ssn',
  'pii.hk.id_card',
  'pii.passport',
]);

const phones = SAMPLES.get('pii.phone') ?? [];
const SUBJECTS: readonly Subject[] = [
  ...DETECTORS.filter(readsAlone).map((recognizer) => ({
    name: recognizer.type,
    detector: alone(recognizer),
    samples: samplesInContext(recognizer.type),
  })),
  {
    name: 'pii.phone in all regions',
    detector: alone(phone(['US', 'GB', 'DE', 'FR'])),
    samples: [...phones, '01 23 45 67 89'],
  },
  { name: 'placeholders', detector: vault.restorer(false), samples: placeholders },
  { name: 'placeholders in JSON', detector: vault.restorer(true), samples: [...placeholders, ...escaped] },
];

const before = (all: ReturnType<Detector['find']>, end: number) => all.filter(({ start }) => start < end);

for (const { name, detector, samples } of SUBJECTS) {
  const anyText = fc.oneof(texts(...samples), textsAround(samples));
  const around = textsAround(samples);

  describe(`${name}, as every detector,`, () => {
    test('gives findings in order, apart from one another, inside the text and no longer than its reach', () => {
      fc.assert(
        fc.property(anyText, (text) => {
          let end = 0;
          for (const finding of detector.find(text)) {
            assert.ok(finding.start >= end && finding.end > finding.start && finding.end <= text.length);
            assert.ok(finding.end - finding.start <= detector.reach);
            assert.equal(finding.type, detector.type);
            end = finding.end;
          }
        }),
        { numRuns: 150 },
      );
    });

    test('is sure of every finding that starts before what it calls open, wherever the text is cut', () => {
      fc.assert(
        fc.property(around, (text) => {
          const all = detector.find(text);
          for (let cut = 0; cut <= text.length; cut += 1) {
            const beginning = text.slice(0, cut);
            const open = detector.open(beginning);
            assert.ok(open <= cut && open >= cut - detector.reach);
            const sure = before(all, open);
            assert.deepEqual(before(detector.find(beginning), open), sure, `cut at ${cut}`);
            const from = Math.max(open, sure.at(-1)?.end ?? 0);
            assert.deepEqual(detector.find(text, from), all.slice(sure.length), `on from ${from}`);
          }
        }),
        { numRuns: 150 },
      );
    });

    test('goes on from the end of a finding as if it had come from the beginning', () => {
      fc.assert(
        fc.property(anyText, (text) => {
          const all = detector.find(text);
          all.forEach(({ end }, at) => {
            assert.deepEqual(detector.find(text, end), all.slice(at + 1));
          });
        }),
        { numRuns: 150 },
      );
    });

    test('needs no more of what stands before than it is promised', () => {
      fc.assert(
        fc.property(around, (text) => {
          for (let from = LOOK_BEHIND; from <= text.length; from += 1) {
            const cut = from - LOOK_BEHIND;
            const moved = detector.find(text.slice(cut), LOOK_BEHIND);
            const there = moved.map((finding) => ({
              ...finding,
              start: finding.start + cut,
              end: finding.end + cut,
            }));
            assert.deepEqual(there, detector.find(text, from));
          }
        }),
        { numRuns: 100 },
      );
    });
  });
}

describe('every sample', () => {
  for (const [type, sample] of ALL_SAMPLES) {
    const recognizer = detectorOf(type);
    test(`of ${type} is found whole: ${sample.slice(0, 12)}…`, () => {
      for (const [before, after] of [
        ['', ''],
        ['see ', '.'],
        ['("', '")'],
        ['a: ', ', b'],
        ['{"x":"\\n', '\\n"}'],
        ['\\u003c', '\n'],
      ]) {
        const text = `${before}${contextOf(type)}${sample}${behind(type)}${after}`;
        assert.deepEqual(recognizer && found(recognizer, text), [sample], JSON.stringify(text));
      }
    });
  }

  test('stands for every detector', () => {
    assert.deepEqual([...SAMPLES.keys()].sort(), DETECTORS.map(({ type }) => type).sort());
  });
});

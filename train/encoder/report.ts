/** How much the second look adds: learnt without each source in turn, as the quick classifier is. */
import { readFileSync } from 'node:fs';
import { WEIGHTS_FILE } from '../../src/encoder/encode.ts';
import { MOST_PARTS } from '../../src/encoder/judge.ts';
import { bothEnds } from '../../src/encoder/parts.ts';
import { parseWeights } from '../../src/encoder/weights.ts';
import { isUnsure, together } from '../../src/guards/assess/closely.ts';
import { sigmoid } from '../../src/guards/assess/scores.ts';
import type { Row } from '../data.ts';
import { allRows, FOLDS, HARD, isAttack, isIndirect, languagesIn } from '../sets.ts';
import { meanOf, share, table } from '../table.ts';
import { THRESHOLDS } from '../thresholds.ts';
import { bagsOf, type Library, libraryOf } from './examples.ts';
import { learnNet, strongest } from './learn.ts';

/** What the quick classifier says of a row, learnt without its source: above nought where it is found. */
export interface Quick {
  readonly row: Row;
  readonly direct: number;
}

interface Looked {
  readonly row: Row;
  readonly once: boolean;
  readonly twice: boolean;
  readonly asked: boolean;
}

/** @param isDocument texts that no user writes are left out */
export async function secondLookReport(
  quick: readonly Quick[],
  isDocument: (row: Row) => boolean,
): Promise<string> {
  const rows = quick.map(({ row }) => row);
  const { vocabulary } = parseWeights(readFileSync(WEIGHTS_FILE));
  // In the order in which they were encoded when the weights were learnt: what is kept of that is found by it.
  const library = await libraryOf(allRows(), vocabulary);
  const logits = new Map(FOLDS.flatMap((fold) => logitsOf(fold, rows, library)));
  const looked = quick
    .filter(({ row }) => !isIndirect(row) && !isDocument(row))
    .map((one) => lookAgain(one, logits.get(one.row)));
  return [sourcesTable(looked), languagesTable(looked)].join('\n\n');
}

/** Without the texts of a fold. */
function logitsOf(fold: readonly string[], rows: readonly Row[], library: Library): readonly [Row, number][] {
  const net = learnNet(
    bagsOf(
      rows.filter(({ set }) => !fold.includes(set)),
      library,
    ),
  );
  process.stderr.write(`Learnt without ${fold.join(', ')}\n`);
  return rows
    .filter(({ set }) => fold.includes(set))
    .map((row): [Row, number] => {
      const parts = bothEnds(library.partsOf(row.text), MOST_PARTS);
      return [row, strongest(parts, net).logit];
    });
}

function lookAgain({ row, direct }: Quick, logit: number | undefined): Looked {
  if (logit === undefined) throw new Error(`Nothing was learnt about a text of ${row.set}.`);
  const score = sigmoid(direct * THRESHOLDS.direct.slope);
  const asked = isUnsure({ score, view: 'raw' });
  const twice = asked && Number.isFinite(logit) ? together(score, logit) >= 0.5 : direct >= 0;
  return { row, once: direct >= 0, twice, asked };
}

function sourcesTable(looked: readonly Looked[]): string {
  const sets = [...new Set(looked.map(({ row }) => row.set))];
  const lines = sets.flatMap((set) =>
    [true, false].flatMap((attack) => {
      const own = looked.filter(({ row }) => row.set === set && isAttack(row) === attack);
      if (own.length === 0) return [];
      const kind = attack ? 'attacks' : HARD.has(set) ? 'innocent, hard' : 'innocent';
      return [
        [
          set,
          kind,
          String(own.length),
          share(own.map(({ asked }) => asked)),
          share(own.map(({ once }) => once)),
          share(own.map(({ twice }) => twice)),
        ],
      ];
    }),
  );
  const attacks = lines.filter(([, kind]) => kind === 'attacks');
  const heads = [
    'source left out',
    'texts',
    'number',
    'looked at twice',
    'found at the first',
    'found in the end',
  ];
  return `${table(heads, lines)}\n\nMean recall of attacks: at the first look **${meanOf(attacks, 4)} %**, in the end **${meanOf(attacks, 5)} %**.`;
}

function languagesTable(looked: readonly Looked[]): string {
  const innocent = looked.filter(({ row }) => !isAttack(row) && !HARD.has(row.set));
  const lines = languagesIn(innocent.map(({ row }) => row)).map((lang) => {
    const own = innocent.filter(({ row }) => row.lang === lang);
    const attacks = looked.filter(({ row }) => isAttack(row) && row.lang === lang);
    return [
      lang,
      String(own.length),
      share(own.map(({ once }) => once)),
      share(own.map(({ twice }) => twice)),
      String(attacks.length),
      share(attacks.map(({ once }) => once)),
      share(attacks.map(({ twice }) => twice)),
    ];
  });
  const heads = [
    'language',
    'innocent',
    'found at the first',
    'in the end',
    'attacks',
    'at the first',
    'in the end',
  ];
  return table(heads, lines);
}

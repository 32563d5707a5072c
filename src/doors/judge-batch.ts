/**
 * A file of requests that a backend will make later, one a line. None of them passes the doors again, so each is read,
 * permitted, inspected and rewritten now, as if it had come alone; one that may not be made refuses the whole file.
 */
import { choose, type Route } from '../backends/choose.ts';
import { type Edit, splice } from '../core/finding.ts';
import type { Inspection } from '../core/record.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import type { BatchUse } from '../core/stored-object.ts';
import type { BatchLine } from '../dialects/dialect.ts';
import { dialectOf } from '../dialects/index.ts';
import { decodeUtf8 } from '../json/document.ts';
import { expect } from './expect.ts';
import { inspectAll, inspectingBy, together } from './inspect-all.ts';
import { judgeOpaque } from './opaque.ts';
import { choosingOf, writtenFor } from './outgoing.ts';
import { type Judging, prepare, within } from './prepare.ts';
import { refuseRouted } from './redirect.ts';
import { rulesOf } from './rules.ts';
import { vaultFor } from './vault.ts';

/** What became of a file. */
export interface JudgedFile {
  /** What its requests are expected to use; absent for a file that is no batch. */
  readonly uses?: readonly BatchUse[];
  /** As it is to be kept, or `keep` for the bytes that came. */
  readonly bytes: 'keep' | Uint8Array;
  readonly inspected: Inspection;
}

/** @param keeper where the file is kept, and so where its requests are made */
export async function judgeBatch(file: Uint8Array, keeper: Route, x: Judging): Promise<JudgedFile | Refusal> {
  const text = decodeUtf8(file);
  if (typeof text !== 'string') return text;
  const { jsonDepth: depth, jsonValues: values } = x.policy.bounds;
  const lines = dialectOf(x.voucher.operation.dialect).readBatch(text, { depth, values });
  if (isRefusal(lines)) return lines;
  const judged = await judgeLines(lines, keeper, x);
  if (isRefusal(judged)) return judged;
  const { edits, inspected, uses } = judged;
  return { bytes: edits.length === 0 ? 'keep' : Buffer.from(splice(text, edits)), inspected, uses };
}

/** What became of requests that are made later. */
export interface JudgedLines {
  /** Of the text in which they stand, in order. */
  readonly edits: readonly Edit[];
  readonly inspected: Inspection;
  /** What they are expected to use. */
  readonly uses: readonly BatchUse[];
}

/** @param keeper where they are made; one that may not be made refuses all */
export async function judgeLines(
  lines: readonly BatchLine[],
  keeper: Route,
  x: Judging,
): Promise<JudgedLines | Refusal> {
  const edits: Edit[] = [];
  const uses = new Map<string, BatchUse>();
  let [whole, looked] = [true, true];
  for (const [i, line] of lines.entries()) {
    const judged = await judgeLine(line, keeper, x);
    if (isRefusal(judged)) return { ...judged, detail: `${judged.detail ?? ''} Line ${i + 1}.`.trim() };
    whole &&= judged.whole;
    looked &&= judged.looked;
    addUse(uses, judged.use);
    if (judged.body !== line.text) edits.push({ ...line.place, text: judged.body });
    await x.ports.nextTurn();
  }
  const inspected = !looked ? 'skipped' : whole ? 'whole' : 'partial';
  return { edits, inspected, uses: [...uses.values()] };
}

interface JudgedLine {
  readonly body: string;
  /** All of it could be looked into. */
  readonly whole: boolean;
  /** Some rule looked. */
  readonly looked: boolean;
  readonly use: BatchUse;
}

async function judgeLine(line: BatchLine, keeper: Route, x: Judging): Promise<JudgedLine | Refusal> {
  const prepared = await prepare(line.text, within(x, line.operation));
  if (isRefusal(prepared)) return prepared;
  // The headers are those of all the requests: one cannot have them changed for itself.
  if (prepared.headers.set.length + prepared.headers.remove.length > 0) return refuse('feature_not_allowed');
  const { model, home } = prepared.permitted;
  if (model === undefined) return refuse('body_invalid', { detail: 'A request without a model.' });
  if (home !== undefined && home !== keeper.backend.name) return refuse('object_not_found');
  const route = choose(model, choosingOf(x, { ...prepared.permitted, home: keeper.backend.name }), x.ports);
  if (isRefusal(route)) return route;
  // Nobody puts originals back into what a backend answers later.
  const vault = vaultFor(line.text, x);
  const { input: rules } = rulesOf(x.policy, x.voucher, model.name);
  const routed = await refuseRouted(prepared, model.name, rules, x);
  if (routed !== undefined) return routed;
  const { segments, opaque } = prepared.view;
  const found = await inspectAll(prepared.text, segments, inspectingBy(rules, vault, x));
  const inspected = together(found, judgeOpaque(opaque, rules));
  x.tally.found(inspected.counts);
  if (inspected.blocked !== undefined) return inspected.blocked;
  const body = writtenFor(route, prepared.text, { ...prepared.view, usageEdits: [] }, inspected.edits);
  const expected = await expect(prepared.view, route, within(x, line.operation));
  const { input, output } = expected.usage;
  const use = { operation: line.operation.name, model: model.name, requests: 1, input, output };
  return { body, whole: opaque.length === 0 && found.missed !== true, looked: rules.active, use };
}

function addUse(uses: Map<string, BatchUse>, use: BatchUse): void {
  const name = `${use.operation} ${use.model}`;
  const before = uses.get(name);
  const sum = (of: 'requests' | 'input' | 'output') => (before?.[of] ?? 0) + use[of];
  uses.set(name, { ...use, requests: sum('requests'), input: sum('input'), output: sum('output') });
}

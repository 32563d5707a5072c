/** What stands in a whole answer: read, inspected, and changed where it must be. */
import { withoutSecrets } from '../backends/withhold.ts';
import { type Edit, splice } from '../core/finding.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { after, type Soon } from '../core/soon.ts';
import type { ResponseView, Segment } from '../dialects/dialect.ts';
import { dialectOf } from '../dialects/index.ts';
import { decodeUtf8, type JsonNode, parse, quote, stringsIn } from '../json/document.ts';
import { type AnswerForm, type Answering, objectContext } from './answer.ts';
import { forgetDeleted, keepMade, strangersOf, unlessRefused } from './answer-objects.ts';
import { type Inspected, inspectAll, inspectingBy, inspectPlain } from './inspect-all.ts';
import { outside, withheld } from './offered.ts';
import { judgeOpaque } from './opaque.ts';

/** Texts that are counted apart; of more, several are counted as one. */
const COUNTED_APART = 256;

type Edits = readonly Edit[] | Refusal;

/**
 * @param form what the content type says that it is
 * @param success of the answer's status
 * @returns the very bytes that came where nothing changes
 */
export function judgeAnswer(
  bytes: Uint8Array,
  form: AnswerForm,
  success: boolean,
  x: Answering,
): Soon<Uint8Array | Refusal> {
  const text = decodeUtf8(bytes);
  if (typeof text !== 'string') {
    x.tally.response = 'skipped';
    return form === 'file' ? bytes : refuse('answer_unreadable');
  }
  return after(read(text, form, success, x), (edits) => {
    if (isRefusal(edits)) return edits;
    const written = success ? splice(text, edits) : withoutCredential(splice(text, edits), form, x);
    return written === text ? bytes : Buffer.from(written);
  });
}

/** An error may repeat the credential that it is about, also with escapes within. */
function withoutCredential(text: string, form: AnswerForm, x: Answering): string {
  const { secrets = [] } = x.judged;
  const plain = withoutSecrets(text, secrets);
  const root = form === 'json' && secrets.length > 0 ? parseAnswer(plain, x) : undefined;
  if (root === undefined || isRefusal(root)) return plain;
  const edits = stringsIn(plain, root).flatMap(({ text: found, place }): Edit[] => {
    const kept = withoutSecrets(found, secrets);
    return kept === found ? [] : [{ start: place.start, end: place.end, text: quote(kept) }];
  });
  return splice(plain, edits);
}

function read(text: string, form: AnswerForm, success: boolean, x: Answering): Soon<Edits> {
  if (form === 'file') return readFile(text, x);
  const root = form === 'json' ? parseAnswer(text, x) : undefined;
  if (root !== undefined && !isRefusal(root))
    return success ? readSuccess(text, root, x) : inspectJson(text, stringsOf(text, root), [], x);
  return success ? refuse('answer_unreadable') : editsOfText(text, x);
}

function parseAnswer(text: string, { policy: { bounds } }: Answering): JsonNode | Refusal {
  return parse(text, { depth: bounds.jsonDepth, values: bounds.jsonValues });
}

function readSuccess(text: string, root: JsonNode, x: Answering): Soon<Edits> {
  const { operation } = x.voucher;
  const view = dialectOf(operation.dialect).readResponse(operation, text, root);
  if (isRefusal(view)) return view;
  x.tally.reported = view.usage ?? x.tally.reported;
  x.tally.opaque = view.opaque.length > 0;
  const opaque = judgeOpaque(view.opaque, x.rules);
  x.tally.found(opaque.counts);
  if (opaque.blocked !== undefined) return opaque.blocked;
  x.tally.served = view.model;
  view.segments.forEach((segment, i) => {
    x.tally.output.push(String(i % COUNTED_APART), segment.text);
  });
  const context = objectContext(x);
  return unlessRefused(keepMade(view.made, context), () =>
    after(forgetDeleted(context), () => readList(text, root, view, x)),
  );
}

/** Leaves out of a list what is not the caller's, and looks at the rest. */
function readList(text: string, root: JsonNode, view: ResponseView, x: Answering): Soon<Edits> {
  const { listed, segments, leaks, offered } = view;
  if (listed === undefined) return inspectWithout(withheld(text, root, offered, x), text, segments, leaks, x);
  return after(strangersOf(listed, objectContext(x)), (strangers) => {
    if (isRefusal(strangers)) return strangers;
    const cuts = dialectOf(x.voucher.operation.dialect).shorten(text, root, strangers);
    return inspectWithout(cuts, text, segments, leaks, x);
  });
}

/** Looks at what is left of an answer. */
function inspectWithout(
  cuts: readonly Edit[],
  text: string,
  segments: readonly Segment[],
  leaks: readonly Edit[],
  x: Answering,
): Soon<Edits> {
  return after(inspectJson(text, outside(segments, cuts), leaks, x), (edits) =>
    isRefusal(edits) || cuts.length === 0 ? edits : [...cuts, ...edits].sort((a, b) => a.start - b.start),
  );
}

/**
 * A stored file that is text: a JSON document, a document a line, or a text. What is neither cannot be looked into,
 * and the record says so.
 */
function readFile(text: string, x: Answering): Soon<Edits> {
  const segments = documentsIn(text, x);
  return segments === undefined ? editsOfText(text, x) : inspectJson(text, segments, [], x);
}

function documentsIn(text: string, x: Answering): Segment[] | undefined {
  const segments: Segment[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    if (line.trim() !== '') {
      const root = parseAnswer(line, x);
      if (isRefusal(root)) return undefined;
      for (const segment of stringsOf(line, root)) segments.push(moved(segment, start));
    }
    start += line.length + 1;
  }
  return segments;
}

function moved(segment: Segment, by: number): Segment {
  const { start, end } = segment.place;
  return { ...segment, place: { start: start + by, end: end + by } };
}

/** Every string of a document; of an error, each may repeat the prompt. */
function stringsOf(text: string, root: JsonNode): Segment[] {
  return stringsIn(text, root).map((found) => ({ role: 'output', json: false, ...found }));
}

function inspectJson(
  text: string,
  segments: readonly Segment[],
  leaks: readonly Edit[],
  x: Answering,
): Soon<Edits> {
  const inspecting = inspectingBy(x.rules, x.judged.vault, x);
  if (!inspecting.rules.active && inspecting.vault.size === 0) {
    x.tally.response = segments.length > 0 ? 'skipped' : 'none';
    return [];
  }
  return after(inspectAll(text, segments, inspecting), (inspected) => editsOf(inspected, leaks, x));
}

function editsOfText(text: string, x: Answering): Soon<Edits> {
  return after(inspectPlain(text, 'output', inspectingBy(x.rules, x.judged.vault, x)), (inspected) =>
    editsOf(inspected, [], x),
  );
}

function editsOf(result: Inspected, leaks: readonly Edit[], { tally }: Answering): Edits {
  tally.response = tally.opaque || result.missed === true ? 'partial' : 'whole';
  tally.found(result.counts);
  if (result.blocked !== undefined) return result.blocked;
  // Where the text is changed, whatever else repeats it must go too.
  if (result.edits.length === 0) return result.edits;
  return [...result.edits, ...leaks].sort((a, b) => a.start - b.start);
}

/** Files of requests that are made later. */
import type { OperationName } from '../../core/operation.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonBounds, type JsonNode, memberOf, parse, stringValue } from '../../json/document.ts';
import type { BatchLine, Dialect } from '../dialect.ts';
import type { Classify } from '../reading/paths.ts';

/** As many as OpenAI takes in one batch. */
const MOST_LINES = 50_000;

const BATCHABLE: ReadonlySet<OperationName> = new Set<OperationName>([
  'chat',
  'completions',
  'embeddings',
  'responses',
  'moderations',
  'images',
]);

/** Reads the files of a provider. @param classify the operation that a line names */
export function batchReader(classify: Classify): Dialect['readBatch'] {
  return (text, bounds) => readBatch(text, bounds, classify);
}

/** JSON lines, each `{ custom_id, method, url, body }`; empty ones may stand between them. */
function readBatch(text: string, bounds: JsonBounds, classify: Classify): readonly BatchLine[] | Refusal {
  const lines: BatchLine[] = [];
  let start = 0;
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() !== '') {
      if (lines.length === MOST_LINES)
        return refuse('body_too_complex', { detail: `More than ${MOST_LINES} requests.` });
      const read = readLine(line.replace(/\r$/, ''), start, bounds, classify);
      if (isRefusal(read)) return { ...read, detail: `Line ${i + 1}: ${read.detail ?? 'malformed.'}` };
      lines.push(read);
    }
    start += line.length + 1;
  }
  return lines.length === 0 ? refuse('body_invalid', { detail: 'The file has no requests.' }) : lines;
}

function readLine(line: string, start: number, bounds: JsonBounds, classify: Classify): BatchLine | Refusal {
  const root = parse(line, bounds);
  if (isRefusal(root)) return root;
  const body = memberOf(root, 'body');
  const operation = classify(textAt(line, root, 'method'), textAt(line, root, 'url'));
  if (operation === undefined || isRefusal(operation) || !BATCHABLE.has(operation.name))
    return refuse('body_invalid', { detail: 'no request that can be made in a batch.' });
  if (body?.kind !== 'object') return refuse('body_invalid', { detail: '"body" must be an object.' });
  return {
    operation,
    text: line.slice(body.start, body.end),
    place: { start: start + body.start, end: start + body.end },
  };
}

function textAt(line: string, root: JsonNode, key: string): string {
  const node = memberOf(root, key);
  return node?.kind === 'string' ? stringValue(line, node) : '';
}

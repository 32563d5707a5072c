/** Files that come to be kept, and files of requests among them. */
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonBounds, type JsonNode, memberOf, parse, stringValue } from '../../json/document.ts';
import type { BatchLine, Upload } from '../dialect.ts';
import { readMultipart } from '../multipart.ts';
import { classify } from './classify.ts';

/** As many as OpenAI takes in one batch. */
const MOST_LINES = 50_000;
const PURPOSE = /^[a-z_]{1,32}$/;

export function readUpload(_: Operation, bytes: Uint8Array, contentType: string): Upload | Refusal {
  const parts = readMultipart(bytes, contentType);
  if (isRefusal(parts)) return parts;
  const file = parts.find(({ name }) => name === 'file');
  const stated = parts.find(({ name }) => name === 'purpose');
  if (file?.filename === undefined || stated === undefined || stated.filename !== undefined)
    return refuse('body_invalid', { detail: 'The form needs a file and a purpose.' });
  const purpose = Buffer.from(bytes.subarray(stated.content.start, stated.content.end)).toString('latin1');
  if (!PURPOSE.test(purpose)) return refuse('body_invalid', { detail: 'The purpose is malformed.' });
  return { purpose, file: file.content };
}

/** JSON lines, each `{ custom_id, method, url, body }`; empty ones may stand between them. */
export function readBatch(text: string, bounds: JsonBounds): readonly BatchLine[] | Refusal {
  const lines: BatchLine[] = [];
  let start = 0;
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() !== '') {
      if (lines.length === MOST_LINES)
        return refuse('body_too_complex', { detail: `More than ${MOST_LINES} requests.` });
      const read = readLine(line.replace(/\r$/, ''), start, bounds);
      if (isRefusal(read)) return { ...read, detail: `Line ${i + 1}: ${read.detail ?? 'malformed.'}` };
      lines.push(read);
    }
    start += line.length + 1;
  }
  return lines.length === 0 ? refuse('body_invalid', { detail: 'The file has no requests.' }) : lines;
}

function readLine(line: string, start: number, bounds: JsonBounds): BatchLine | Refusal {
  const root = parse(line, bounds);
  if (isRefusal(root)) return root;
  const body = memberOf(root, 'body');
  const operation = classify({ method: textAt(line, root, 'method'), path: textAt(line, root, 'url') });
  if (
    operation === undefined ||
    isRefusal(operation) ||
    operation.body !== 'json' ||
    operation.name === 'batches.create'
  )
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

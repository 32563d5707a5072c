/**
 * `multipart/form-data` (RFC 7578, RFC 2046), strictly: one boundary, CRLF and nothing else, one name a part. What two
 * readers could take for different forms is refused.
 */

import type { Span } from '../core/finding.ts';
import { type Refusal, refuse } from '../core/refusal.ts';

export interface Part {
  readonly name: string;
  readonly filename?: string;
  /** Its content within the body, in bytes. */
  readonly content: Span;
}

const MOST_PARTS = 64;
const MOST_HEADER_BYTES = 4096;
/** RFC 2046, section 5.1.1: at most 70 characters; those that need no quotes, quoted or not. */
const TYPE =
  /^multipart\/form-data[ \t]*;[ \t]*boundary=(?:"([A-Za-z0-9'()+_,./:=?-]{1,70})"|([A-Za-z0-9'+_.-]{1,70}))[ \t]*$/i;
const DISPOSITION = /^form-data; name="([^"\\\r\n]{1,64})"(?:; filename="([^"\\\r\n]{0,255})")?$/;
const HEADER = /^([A-Za-z-]{1,64}):[ \t]*([\x20-\x7e\x80-\xff]{0,1024})$/;
const PART_TYPE = /^[\w.+-]+\/[\w.+-]+(?:;[ \t]*charset=utf-8)?$/i;
const ALLOWED = new Set(['content-disposition', 'content-type']);

/** @param contentType of the request */
export function readMultipart(bytes: Uint8Array, contentType: string): readonly Part[] | Refusal {
  const [, quoted, plain] = TYPE.exec(contentType.trim()) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return malformed('The boundary of the form is missing or malformed.');
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  if (!body.subarray(0, delimiter.length).equals(delimiter))
    return malformed('The form does not begin with its boundary.');
  return readParts(body, delimiter);
}

function readParts(body: Buffer, delimiter: Buffer): readonly Part[] | Refusal {
  const parts: Part[] = [];
  const inner = Buffer.concat([Buffer.from('\r\n'), delimiter]);
  let at = delimiter.length;
  for (;;) {
    const line = body.subarray(at, at + 2).toString('latin1');
    if (line === '--')
      return isEnd(body.subarray(at + 2)) ? distinct(parts) : malformed('Something follows the form.');
    if (line !== '\r\n' || parts.length === MOST_PARTS)
      return malformed('A boundary of the form is malformed.');
    const end = body.indexOf(inner, at);
    const part = end < 0 ? undefined : readPart(body, at + 2, end);
    if (part === undefined) return malformed('A part of the form is malformed.');
    parts.push(part);
    at = end + inner.length;
  }
}

const isEnd = (rest: Buffer): boolean => rest.length === 0 || rest.toString('latin1') === '\r\n';

function readPart(body: Buffer, start: number, end: number): Part | undefined {
  const blank = body.indexOf('\r\n\r\n', start, 'latin1');
  if (blank < 0 || blank > end || blank - start > MOST_HEADER_BYTES) return undefined;
  const headers = new Map<string, string>();
  for (const line of body.subarray(start, blank).toString('latin1').split('\r\n')) {
    const [, name = '', value = ''] = HEADER.exec(line) ?? [];
    const key = name.toLowerCase();
    if (!ALLOWED.has(key) || headers.has(key)) return undefined;
    headers.set(key, value);
  }
  const type = headers.get('content-type');
  const [, name, filename] = DISPOSITION.exec(headers.get('content-disposition') ?? '') ?? [];
  if (name === undefined || (type !== undefined && !PART_TYPE.test(type))) return undefined;
  return { name, ...(filename !== undefined && { filename }), content: { start: blank + 4, end } };
}

/** A field twice would let each reader choose its own. */
function distinct(parts: readonly Part[]): readonly Part[] | Refusal {
  const names = new Set(parts.map(({ name }) => name.toLowerCase()));
  return names.size === parts.length ? parts : malformed('A field of the form stands twice.');
}

function malformed(detail: string): Refusal {
  return refuse('body_malformed', { detail });
}

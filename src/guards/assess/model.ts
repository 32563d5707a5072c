/** The weights that ship with the product, as bytes: a line of JSON, a checksum over all that follows, and arrays. */
import { createHash } from 'node:crypto';
import type { Reading } from './assessor.ts';

export interface Model {
  /** How much a technique's score counts in texts of each reading; 1 if missing. */
  readonly trust: Readonly<Partial<Record<Reading, number>>>;
}

/** A model file that cannot be used. The message names what is wrong with it, for people. */
export class ModelError extends Error {}

const MAGIC = 'sallyport-guards 1';
const NEWLINE = 10;
const MOST_HEADER = 65_536;

/** @throws ModelError if a byte of it is not as it was written */
export function parseModel(bytes: Uint8Array): Model {
  const end = bytes.subarray(0, MOST_HEADER).indexOf(NEWLINE);
  const line = end === -1 ? '' : Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('utf8');
  if (!line.startsWith(`${MAGIC} `)) throw new ModelError('The model file is not one of this version.');
  const rest = bytes.subarray(end + 1);
  const digest = createHash('sha256').update(rest).digest('hex');
  if (line !== `${MAGIC} ${digest}`)
    throw new ModelError('The model file is damaged: its checksum does not fit.');
  return JSON.parse(Buffer.from(rest).toString('utf8')) as Model;
}

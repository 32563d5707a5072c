/**
 * Files of weights: a line with a name and a checksum over all that follows, a line of JSON that says what there is, and
 * the weights.
 */
import { createHash } from 'node:crypto';

/** A file of weights that cannot be used. The message names what is wrong with it, for people. */
export class ModelError extends Error {}

const NEWLINE = 10;

/** @param name of the kind of file, and its version */
export function seal(name: string, described: object, weights: readonly Uint8Array[]): Uint8Array {
  const rest = Buffer.concat([Buffer.from(`${JSON.stringify(described)}\n`), ...weights]);
  return Buffer.concat([Buffer.from(`${name} ${digestOf(rest)}\n`), rest]);
}

/**
 * What was sealed. The weights are a view of the same bytes.
 * @throws ModelError if it is of another kind, or a byte of it is not as it was written
 */
export function unseal(
  name: string,
  bytes: Uint8Array,
): { readonly described: unknown; readonly weights: Uint8Array } {
  const line = lineAt(bytes, 0);
  if (!line.startsWith(`${name} `)) throw new ModelError('The model file is not one of this version.');
  const rest = bytes.subarray(Buffer.byteLength(line) + 1);
  if (line !== `${name} ${digestOf(rest)}`)
    throw new ModelError('The model file is damaged: its checksum does not fit.');
  const json = lineAt(rest, 0);
  return { described: JSON.parse(json), weights: rest.subarray(Buffer.byteLength(json) + 1) };
}

/** SHA-256 in hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The line that begins here; empty if there is none. */
function lineAt(bytes: Uint8Array, from: number): string {
  const end = bytes.indexOf(NEWLINE, from);
  return end === -1 ? '' : Buffer.from(bytes.subarray(from, end)).toString('utf8');
}

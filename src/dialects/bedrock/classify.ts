/** Which operation a path is. The model stands in the path, its colons and slashes percent-encoded by AWS's clients. */
import type { Operation } from '../../core/operation.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Asked } from '../dialect.ts';
import { type PathTable, pathReader } from '../reading/paths.ts';

const TABLE: PathTable = [
  ['POST /model/{escaped}/converse', { name: 'chat', body: 'json' }],
  ['POST /model/{escaped}/converse-stream', { name: 'chat', body: 'json', stream: true }],
  ['POST /model/{escaped}/invoke', { name: 'invoke', body: 'json', untyped: true }],
  [
    'POST /model/{escaped}/invoke-with-response-stream',
    { name: 'invoke', body: 'json', stream: true, untyped: true },
  ],
];

const read = pathReader('bedrock', [''], TABLE);

export function classify({ method, path }: Asked): Operation | Refusal | undefined {
  return read(method, path);
}

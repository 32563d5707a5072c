/** The Model Context Protocol over Streamable HTTP: one message a request, answered with one, or with events. */
import { type Headers, joined } from '../../core/headers.ts';
import { messageOf, REFUSALS, type Refusal, refuse } from '../../core/refusal.ts';
import type { ObjectRef } from '../../core/stored-object.ts';
import type { Asked, Dialect } from '../dialect.ts';
import { eventStream } from '../framing/sse.ts';
import { AS_OPENAI } from '../openai/common.ts';
import { refTo, shortenList } from '../reading/objects.ts';
import { type PathTable, pathReader } from '../reading/paths.ts';
import { NO_STORAGE } from '../without.ts';
import { readEvent, readResponse, toolsOf } from './answer.ts';
import { readRequest, useOf } from './request.ts';

const TABLE: PathTable = [
  ['POST /mcp', { name: 'mcp', body: 'json' }],
  ['GET /mcp', { name: 'mcp' }],
  ['DELETE /mcp', { name: 'mcp' }],
  ['POST /mcp/{model}', { name: 'mcp', body: 'json' }],
  ['GET /mcp/{model}', { name: 'mcp' }],
  ['DELETE /mcp/{model}', { name: 'mcp' }],
];

const read = pathReader('mcp', [''], TABLE);

export const mcp: Dialect = {
  ...AS_OPENAI,
  ...NO_STORAGE,
  name: 'mcp',
  classify: ({ method, path }: Asked) => read(method, path),
  readRequest,
  readResponse,
  framing: eventStream,
  readEvent,
  headerObjects: sessionIn,
  usesOfPath: ({ pathModel = '' }) => [useOf(pathModel, [])],
  // A call is its tool: nothing is left of it without.
  adapt: () => refuse('feature_not_allowed'),
  shorten: (_, root, out) => shortenList(toolsOf(root), out),
  error: (refusal) => ({ contentType: 'application/json', body: JSON.stringify(errorMessage(refusal)) }),
  cut: (_, refusal, { call = 'null' }) => [
    { data: JSON.stringify({ ...errorMessage(refusal), id: JSON.parse(call) }) },
  ],
};

/** The session that a server gave: whoever has its id could go on with it. */
function sessionIn(headers: Headers): readonly ObjectRef[] {
  const id = joined(headers, 'mcp-session-id');
  return id === undefined ? [] : [refTo('session', id)];
}

/** JSON-RPC's own codes, where one fits. Of an answer with an HTTP status of its own clients need no id. */
function errorMessage(refusal: Refusal) {
  const { status } = REFUSALS[refusal.refused];
  const code = status === 400 ? -32600 : status === 404 ? -32601 : status >= 500 ? -32603 : -32000;
  const data = { code: refusal.refused };
  return { jsonrpc: '2.0', id: null, error: { code, message: messageOf(refusal), data } };
}

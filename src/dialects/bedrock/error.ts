/** What Sallyport says in AWS's words: errors, and the end of a stream that we stop. */
import type { Operation } from '../../core/operation.ts';
import { isByContent, isRefusal, messageOf, REFUSALS, type Refusal } from '../../core/refusal.ts';
import { memberOf, parse } from '../../json/document.ts';
import { cut as cutMessage } from '../anthropic/cut.ts';
import type { Begun, ErrorBody } from '../dialect.ts';
import type { OwnEvent } from '../framing/framing.ts';
import { EVENT_BOUNDS } from '../reading/answers.ts';
import { numberIn, textIn } from '../reading/features.ts';

/** By which AWS's SDKs make their typed errors, by HTTP status. */
const TYPES: ReadonlyMap<number, string> = new Map([
  [401, 'UnrecognizedClientException'],
  [403, 'AccessDeniedException'],
  [404, 'ResourceNotFoundException'],
  [429, 'ThrottlingException'],
  [503, 'ServiceUnavailableException'],
]);

export function error(refusal: Refusal): ErrorBody {
  const { status } = REFUSALS[refusal.refused];
  const type = TYPES.get(status) ?? (status < 500 ? 'ValidationException' : 'InternalServerException');
  return {
    contentType: 'application/json',
    body: JSON.stringify({ message: messageOf(refusal), code: refusal.refused }),
    headers: [['x-amzn-errortype', type]],
  };
}

/** A content rule ends the message as a guardrail of Bedrock does; any other refusal is an exception. */
export function cut(operation: Operation, refusal: Refusal, begun: Begun): readonly OwnEvent[] {
  const filtered = isByContent(refusal);
  if (filtered && operation.name === 'chat') return filteredMessage(begun.last ?? '');
  if (filtered && isMessage(begun)) return cutMessage({ ...operation, name: 'messages' }, refusal, begun);
  const data = JSON.stringify({ message: messageOf(refusal) });
  return [
    {
      name: operation.name === 'chat' ? 'validationException' : 'modelStreamErrorException',
      data,
      failure: true,
    },
  ];
}

function filteredMessage(last: string): readonly OwnEvent[] {
  const index = openBlock(last);
  const events: [string, object][] = [
    ...(index === undefined ? [] : [['contentBlockStop', { contentBlockIndex: index }] as [string, object]]),
    ['messageStop', { stopReason: 'content_filtered' }],
    ['metadata', { usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 }, metrics: { latencyMs: 0 } }],
  ];
  return events.map(([name, body]) => ({ name, data: JSON.stringify(body) }));
}

/** The block that the last event left open. */
function openBlock(last: string): number | undefined {
  const root = parse(last, EVENT_BOUNDS);
  if (isRefusal(root)) return undefined;
  const open = memberOf(root, 'delta') !== undefined || memberOf(root, 'start') !== undefined;
  return open ? numberIn(last, memberOf(root, 'contentBlockIndex')) : undefined;
}

/** Claude's own events. */
function isMessage({ first = '' }: Begun): boolean {
  const root = parse(first, EVENT_BOUNDS);
  return !isRefusal(root) && textIn(first, root, 'type') !== undefined;
}

/** The end of a stream that we stop. */
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { memberOf, parse, stringValue } from '../../json/document.ts';
import type { Begun } from '../dialect.ts';
import type { OwnEvent } from '../framing/framing.ts';
import { EVENT_BOUNDS } from '../reading/answers.ts';
import { errorObject } from './error.ts';

const DONE: OwnEvent = { data: '[DONE]' };
/** What is taken over from the stream is written again, so it must be as plain as it usually is. */
const PLAIN = /^[\x20-\x7e]{1,256}$/;

/**
 * A content rule ends the choices as the model's own filter does, so that clients keep what they have; any other
 * refusal is an error event, at which the SDKs raise.
 */
export function cut(operation: Operation, refusal: Refusal, { first = '' }: Begun): readonly OwnEvent[] {
  if (operation.name.startsWith('responses')) return [failedResponse(refusal, first)];
  const filtered = refusal.refused === 'answer_blocked' || refusal.refused === 'content_blocked';
  const last = filtered ? lastChunk(operation, first) : errorObject(refusal);
  return [{ data: JSON.stringify(last) }, DONE];
}

function lastChunk(operation: Operation, started: string) {
  const chat = operation.name === 'chat';
  const end = { index: 0, logprobs: null, finish_reason: 'content_filter' };
  return {
    ...identityOf(started),
    object: chat ? 'chat.completion.chunk' : 'text_completion',
    choices: [chat ? { ...end, delta: {} } : { ...end, text: '' }],
  };
}

function identityOf(started: string) {
  const root = parse(started, EVENT_BOUNDS);
  const text = (key: string, otherwise: string): string => {
    const node = isRefusal(root) ? undefined : memberOf(root, key);
    const value = node?.kind === 'string' ? stringValue(started, node) : '';
    return PLAIN.test(value) ? value : otherwise;
  };
  const created = isRefusal(root) ? undefined : memberOf(root, 'created');
  const time = created?.kind === 'number' ? Number(started.slice(created.start, created.end)) : 0;
  return { id: text('id', 'cut'), model: text('model', ''), created: Number.isSafeInteger(time) ? time : 0 };
}

/** The Responses API ends with an event of its own; its clients keep what they have, and learn why there is no more. */
function failedResponse(refusal: Refusal, started: string): OwnEvent {
  const root = parse(started, EVENT_BOUNDS);
  const response = isRefusal(root) ? undefined : memberOf(root, 'response');
  const id = response === undefined ? undefined : memberOf(response, 'id');
  const name = id?.kind === 'string' ? stringValue(started, id) : '';
  const { message, code } = errorObject(refusal).error;
  const event = {
    type: 'response.failed',
    sequence_number: 0,
    response: {
      id: PLAIN.test(name) ? name : 'cut',
      object: 'response',
      created_at: 0,
      status: 'failed',
      error: { code, message },
      incomplete_details: null,
      output: [],
    },
  };
  return { name: 'response.failed', data: JSON.stringify(event) };
}

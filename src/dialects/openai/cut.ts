/** The end of a stream that we stop. */
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal, type RefusalCode } from '../../core/refusal.ts';
import { memberOf, parse, stringValue } from '../../json/document.ts';
import type { Begun } from '../dialect.ts';
import type { OwnEvent } from '../framing/framing.ts';
import { EVENT_BOUNDS } from '../reading/answers.ts';
import { errorObject } from './error.ts';

const DONE: OwnEvent = { data: '[DONE]' };
/** What is taken over from the stream is written again, so it must be as plain as it usually is. */
const PLAIN = /^[\x20-\x7e]{1,256}$/;

/** Refusals that end an answer as something of the model's own does, so that clients keep what they have. */
const FINISHES: Partial<Record<RefusalCode, 'content_filter' | 'length'>> = {
  answer_blocked: 'content_filter',
  content_blocked: 'content_filter',
  tokens_limited: 'length',
  budget_exhausted: 'length',
};

/**
 * A content rule ends the choices as the model's own filter does, a limit that is used up as its output bound does; any
 * other refusal is an error event, at which the SDKs raise.
 */
export function cut(operation: Operation, refusal: Refusal, { first = '' }: Begun): readonly OwnEvent[] {
  const finish = FINISHES[refusal.refused];
  if (operation.name.startsWith('responses')) return [lastResponse(refusal, finish, first)];
  const last = finish === undefined ? errorObject(refusal) : lastChunk(operation, finish, first);
  return [{ data: JSON.stringify(last) }, DONE];
}

function lastChunk(operation: Operation, finish: string, started: string) {
  const chat = operation.name === 'chat';
  const end = { index: 0, logprobs: null, finish_reason: finish };
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
function lastResponse(refusal: Refusal, finish: string | undefined, started: string): OwnEvent {
  const root = parse(started, EVENT_BOUNDS);
  const response = isRefusal(root) ? undefined : memberOf(root, 'response');
  const id = response === undefined ? undefined : memberOf(response, 'id');
  const name = id?.kind === 'string' ? stringValue(started, id) : '';
  const { message, code } = errorObject(refusal).error;
  const used = finish === 'length';
  const status = used ? 'incomplete' : 'failed';
  const event = {
    type: `response.${status}`,
    sequence_number: 0,
    response: {
      id: PLAIN.test(name) ? name : 'cut',
      object: 'response',
      created_at: 0,
      status,
      error: used ? null : { code, message },
      incomplete_details: used ? { reason: 'max_output_tokens' } : null,
      output: [],
    },
  };
  return { name: event.type, data: JSON.stringify(event) };
}

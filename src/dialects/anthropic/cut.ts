/** The end of a stream that we stop. */
import type { Operation } from '../../core/operation.ts';
import { isByContent, isRefusal, type Refusal } from '../../core/refusal.ts';
import { memberOf, parse } from '../../json/document.ts';
import type { Begun } from '../dialect.ts';
import type { OwnEvent } from '../framing/framing.ts';
import { EVENT_BOUNDS, modelIn } from '../reading/answers.ts';
import { numberIn, textIn } from '../reading/features.ts';
import { errorObject } from './error.ts';

/**
 * A content rule ends the message as the provider's own does, so that clients keep what they have; any other refusal
 * is an error event, at which the SDKs raise.
 */
export function cut({ name }: Operation, refusal: Refusal, begun: Begun): readonly OwnEvent[] {
  if (!isByContent(refusal) || name !== 'messages') return [event(errorObject(refusal))];
  return [
    ...(begun.last === undefined ? [started(begun.first ?? '')] : openBlock(begun.last)),
    event({
      type: 'message_delta',
      delta: { stop_reason: 'refusal', stop_sequence: null },
      usage: { output_tokens: 0 },
    }),
    event({ type: 'message_stop' }),
  ];
}

function event(body: { readonly type: string; readonly [member: string]: unknown }): OwnEvent {
  return { name: body.type, data: JSON.stringify(body) };
}

/** A message must begin before it can end. */
function started(first: string): OwnEvent {
  const root = parse(first, EVENT_BOUNDS);
  const model = isRefusal(root) ? undefined : modelIn(first, memberOf(root, 'message'));
  return event({
    type: 'message_start',
    message: {
      id: 'msg_cut',
      type: 'message',
      role: 'assistant',
      model: model ?? '',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 0, output_tokens: 0 },
    },
  });
}

/** Ends the block that the last event left open. */
function openBlock(last: string): OwnEvent[] {
  const root = parse(last, EVENT_BOUNDS);
  if (isRefusal(root)) return [];
  const type = textIn(last, root, 'type');
  const index = numberIn(last, memberOf(root, 'index'));
  const open = type === 'content_block_start' || type === 'content_block_delta';
  return open && index !== undefined ? [event({ type: 'content_block_stop', index })] : [];
}

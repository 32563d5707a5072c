/** Reads answers: messages, whole and as events, and what other operations answer. */
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf, parse } from '../../json/document.ts';
import { type EventView, type ResponseView, SILENT_EVENT, type StreamEvent } from '../dialect.ts';
import { AnswerTexts, WHOLE } from '../reading/answer-texts.ts';
import { EVENT_BOUNDS, modelIn } from '../reading/answers.ts';
import { wholeUsage } from '../reading/counts.ts';
import { wordOf } from '../reading/features.ts';
import { roleOfBlock } from './blocks.ts';
import { listed, madeIn } from './objects.ts';
import { readUsage } from './usage.ts';

export function readResponse(operation: Operation, text: string, root: JsonNode): ResponseView | Refusal {
  if (root.kind !== 'object') return refuse('answer_unreadable');
  const texts = new AnswerTexts(text);
  readMessage(text, texts, root);
  const { deltas, leaks, opaque } = texts.result;
  const onList = listed(operation, text, root);
  return {
    segments: deltas,
    leaks,
    opaque,
    usage: wholeUsage(readUsage(text, root)),
    model: modelIn(text, root),
    made: madeIn(operation, text, root),
    ...(onList !== undefined && { listed: onList }),
  };
}

/** Everything that stands in a message, block by block. */
function readMessage(text: string, texts: AnswerTexts, message: JsonNode): void {
  if (message.kind !== 'object') {
    texts.walk(message, WHOLE, 'output');
    return;
  }
  for (const member of message.members) {
    if (member.key !== 'content' || member.value.kind !== 'array') texts.member(member, WHOLE, 'output');
    else for (const [i, block] of member.value.items.entries()) readBlock(text, texts, block, `${i}.`);
  }
}

function readBlock(text: string, texts: AnswerTexts, block: JsonNode, channel: string): void {
  const role = roleOfBlock(wordOf(text, memberOf(block, 'type'))) ?? 'output';
  texts.walk(block, channel, role);
}

export function readEvent(_: Operation, { data }: StreamEvent): EventView | Refusal {
  if (data.trim() === '') return SILENT_EVENT;
  const root = parse(data, EVENT_BOUNDS);
  if (isRefusal(root) || root.kind !== 'object') return refuse('answer_unreadable');
  return readMessageEvent(data, root);
}

/** Reads an event by its own type: other providers frame the same events in another way. */
export function readMessageEvent(data: string, root: JsonObject): EventView {
  const type = wordOf(data, memberOf(root, 'type'));
  const message = memberOf(root, 'message');
  const texts = new AnswerTexts(data);
  readEventTexts(data, texts, root, type);
  if (type === 'content_block_stop') texts.closes.push(`${indexOf(data, root)}.`);
  return {
    ...texts.result,
    usage: readUsage(data, message) ?? readUsage(data, root),
    model: modelIn(data, message) ?? modelIn(data, root),
    made: madeIn(undefined, data, memberOf(root, 'delta') ?? message ?? root),
    usageOnly: false,
    end: type === 'message_stop' || type === 'error' || isLastCompletion(root),
  };
}

function readEventTexts(data: string, texts: AnswerTexts, root: JsonObject, type: string): void {
  const channel = `${indexOf(data, root)}.`;
  for (const member of root.members) {
    const { key, value } = member;
    if (key === 'delta' && type === 'content_block_delta') readDelta(texts, value, channel);
    else if (key === 'content_block') readBlock(data, texts, value, channel);
    else if (key === 'message') readMessage(data, texts, value);
    else if (key === 'completion') texts.member(member, '', 'output');
    else texts.member(member, WHOLE, 'output');
  }
}

/** What goes on from event to event; a citation comes whole. */
function readDelta(texts: AnswerTexts, delta: JsonNode, channel: string): void {
  if (delta.kind !== 'object') texts.walk(delta, WHOLE, 'output');
  else
    for (const member of delta.members)
      texts.member(member, member.value.kind === 'string' ? channel : WHOLE, 'output');
}

function indexOf(data: string, root: JsonNode): string {
  const index = memberOf(root, 'index');
  return index?.kind === 'number' ? data.slice(index.start, Math.min(index.end, index.start + 8)) : '';
}

/** The older API has one kind of event, which says in the last one why it stopped. */
function isLastCompletion(root: JsonNode): boolean {
  const reason = memberOf(root, 'stop_reason');
  return memberOf(root, 'completion') !== undefined && reason?.kind === 'string';
}

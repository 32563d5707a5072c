/** Reads answers: those of `converse`, and of `invoke`, which are as each model writes them. */
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf, parse } from '../../json/document.ts';
import { readResponse as readMessage, readMessageEvent } from '../anthropic/answer.ts';
import { type EventView, type ResponseView, SILENT_EVENT, type StreamEvent } from '../dialect.ts';
import { AnswerTexts, WHOLE } from '../reading/answer-texts.ts';
import { EVENT_BOUNDS, modelIn } from '../reading/answers.ts';
import { wholeUsage } from '../reading/counts.ts';
import { textIn } from '../reading/features.ts';
import { readUsage } from './usage.ts';

export function readResponse(operation: Operation, text: string, root: JsonNode): ResponseView | Refusal {
  if (root.kind !== 'object') return refuse('answer_unreadable');
  if (textIn(text, root, 'type') === 'message') return readMessage(operation, text, root);
  const texts = new AnswerTexts(text);
  texts.walk(root, WHOLE, 'output');
  const { deltas, leaks, opaque } = texts.result;
  return {
    segments: deltas,
    leaks,
    opaque,
    usage: wholeUsage(readUsage(text, root)),
    model: modelIn(text, root),
    made: [],
  };
}

export function readEvent({ name: operation }: Operation, { data, name }: StreamEvent): EventView | Refusal {
  const root = parse(data, EVENT_BOUNDS);
  if (isRefusal(root) || root.kind !== 'object') return refuse('answer_unreadable');
  if (operation === 'chat') return readConverseEvent(data, root, name ?? '');
  const view = readModelEvent(data, root);
  const metrics = memberOf(root, 'amazon-bedrock-invocationMetrics');
  return {
    ...view,
    usage: readUsage(data, root) ?? view.usage,
    // Bedrock's own count comes with the last chunk, whatever the model.
    end: metrics !== undefined || (name !== 'chunk' && name !== undefined),
  };
}

const CONVERSE_EVENTS = [
  'messageStart',
  'contentBlockStart',
  'contentBlockDelta',
  'contentBlockStop',
  'messageStop',
  'metadata',
];

/** Claude's events name themselves; Nova's are those of `converse`, each in a member of its name. */
function readModelEvent(data: string, root: JsonObject): EventView {
  if (memberOf(root, 'type') !== undefined) return readMessageEvent(data, root);
  const own = root.members.find(({ key }) => CONVERSE_EVENTS.includes(key));
  if (own?.value.kind === 'object') {
    const view = readConverseEvent(data, own.value, own.key);
    const texts = new AnswerTexts(data);
    for (const member of root.members) if (member !== own) texts.member(member, WHOLE, 'output');
    const { deltas, closes, opaque } = texts.result;
    return {
      ...view,
      deltas: [...view.deltas, ...deltas],
      closes: [...view.closes, ...closes],
      opaque: [...view.opaque, ...opaque],
    };
  }
  const texts = new AnswerTexts(data);
  // Other models have one text, which goes on under one name.
  for (const member of root.members) texts.member(member, SPOKEN.has(member.key) ? 'text.' : WHOLE, 'output');
  return { ...SILENT_EVENT, ...texts.result, model: modelIn(data, root) };
}

const SPOKEN = new Set([
  'outputText',
  'generation',
  'outputs',
  'completion',
  'text',
  'choices',
  'generations',
]);

/** @param name of the event, which does not stand in it */
function readConverseEvent(data: string, root: JsonObject, name: string): EventView {
  const texts = new AnswerTexts(data);
  const channel = `${indexOf(data, root)}.`;
  for (const member of root.members) {
    if (member.key === 'delta' && name === 'contentBlockDelta') readDelta(texts, member.value, channel);
    else texts.member(member, WHOLE, 'output');
  }
  if (name === 'contentBlockStop') texts.closes.push(channel);
  return {
    ...texts.result,
    usage: readUsage(data, root),
    model: undefined,
    made: [],
    usageOnly: false,
    end: name === 'metadata' || name.endsWith('xception'),
  };
}

/** What goes on from event to event; the input of a tool comes in pieces of JSON. */
function readDelta(texts: AnswerTexts, delta: JsonNode, channel: string): void {
  if (delta.kind !== 'object') {
    texts.walk(delta, WHOLE, 'output');
    return;
  }
  for (const member of delta.members) {
    const input = member.key === 'toolUse' ? memberOf(member.value, 'input') : undefined;
    if (input?.kind === 'string') texts.piece(input, `${channel}input`);
    else texts.member(member, member.key === 'citation' ? WHOLE : channel, 'output');
  }
}

function indexOf(data: string, root: JsonNode): string {
  const index = memberOf(root, 'contentBlockIndex');
  return index?.kind === 'number' ? data.slice(index.start, Math.min(index.end, index.start + 8)) : '';
}

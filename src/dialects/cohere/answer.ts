/** Reads answers of both APIs, whole and as events. */
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf, parse } from '../../json/document.ts';
import {
  type EventView,
  type ResponseView,
  SILENT_EVENT,
  type StreamEvent,
  type UsageCounts,
} from '../dialect.ts';
import { readAnswer } from '../openai/answer-texts.ts';
import { readUsage as readOpenaiUsage } from '../openai/usage.ts';
import { AnswerTexts, WHOLE } from '../reading/answer-texts.ts';
import { EVENT_BOUNDS, modelIn } from '../reading/answers.ts';
import { countIn, wholeUsage } from '../reading/counts.ts';
import { wordOf } from '../reading/features.ts';

export function readResponse({ name }: Operation, text: string, root: JsonNode): ResponseView | Refusal {
  if (root.kind !== 'object') return refuse('answer_unreadable');
  const { deltas, leaks, opaque } = readAnswer(text, root);
  const counts = readUsage(text, root);
  return {
    segments: deltas,
    leaks,
    opaque,
    // Embeddings have no output, and say nothing about it.
    usage: wholeUsage(name === 'embeddings' ? { output: 0, ...counts } : counts),
    model: modelIn(text, root),
    made: [],
  };
}

export function readEvent(_: Operation, { data }: StreamEvent): EventView | Refusal {
  const trimmed = data.trim();
  if (trimmed === '[DONE]') return { ...SILENT_EVENT, end: true };
  const root = parse(data, EVENT_BOUNDS);
  if (isRefusal(root) || root.kind !== 'object') return refuse('answer_unreadable');
  const older = memberOf(root, 'event_type');
  const view = older === undefined ? readNewer(data, root) : readOlder(data, root, wordOf(data, older));
  return { ...view, usage: readUsage(data, memberOf(root, 'response') ?? memberOf(root, 'delta') ?? root) };
}

/** `text-generation` and the like: what is said goes on from line to line, all else comes whole. */
function readOlder(data: string, root: JsonObject, type: string): EventView {
  const texts = new AnswerTexts(data);
  for (const member of root.members) {
    const goesOn = type === 'text-generation' && member.key === 'text';
    const parameters = member.key === 'tool_call_delta' ? memberOf(member.value, 'parameters') : undefined;
    if (parameters?.kind === 'string') texts.piece(parameters, `call.${texts.indexOf(member.value) ?? 0}`);
    else texts.member(member, goesOn ? 'said.' : WHOLE, 'output');
  }
  if (type === 'stream-end') texts.closes.push('');
  return { ...SILENT_EVENT, ...texts.result, end: type === 'stream-end' };
}

/** `content-delta` continues the content of its number, until `content-end`. */
function readNewer(data: string, root: JsonObject): EventView {
  const type = wordOf(data, memberOf(root, 'type'));
  const [, family = '', step = ''] = /^(\w+(?:-\w+)?)-(start|delta|end)$/.exec(type) ?? [];
  const channel = `${family}.${indexIn(data, root)}.`;
  if (family === '' && memberOf(root, 'choices') !== undefined)
    return { ...SILENT_EVENT, ...readAnswer(data, root), model: modelIn(data, root) };
  const texts = new AnswerTexts(data);
  for (const member of root.members)
    texts.member(member, step === 'delta' && member.key === 'delta' ? channel : WHOLE, 'output');
  if (step === 'end') texts.closes.push(channel);
  return { ...SILENT_EVENT, ...texts.result, end: type === 'message-end' };
}

function indexIn(data: string, root: JsonNode): string {
  return new AnswerTexts(data).indexOf(root) ?? '0';
}

/** What is billed, or else what was counted. */
function readUsage(text: string, root: JsonNode): UsageCounts | undefined {
  const usage = memberOf(root, 'meta') ?? memberOf(root, 'usage');
  for (const key of ['billed_units', 'tokens']) {
    const node = memberOf(usage, key);
    const input = countIn(text, node, 'input_tokens');
    const output = countIn(text, node, 'output_tokens');
    if (input !== undefined || output !== undefined)
      return { ...(input !== undefined && { input }), ...(output !== undefined && { output }) };
  }
  const spoken = readOpenaiUsage(text, root);
  if (spoken !== undefined) return spoken === 'implausible' ? undefined : spoken;
  const tokens = countIn(text, usage, 'total_tokens');
  return tokens === undefined || memberOf(usage, 'prompt_tokens') ? undefined : { input: tokens, output: 0 };
}

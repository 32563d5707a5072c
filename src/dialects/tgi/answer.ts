/** Reads answers, whole and token by token. */
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonNode, memberOf, parse } from '../../json/document.ts';
import {
  type EventView,
  type ResponseView,
  SILENT_EVENT,
  type StreamEvent,
  type UsageCounts,
} from '../dialect.ts';
import { AnswerTexts, WHOLE } from '../reading/answer-texts.ts';
import { EVENT_BOUNDS } from '../reading/answers.ts';
import { countIn, wholeUsage } from '../reading/counts.ts';
import { itemsOf } from '../reading/features.ts';

/** The tokens of the text once more. */
const REPEATING = new Set(['tokens', 'prefill', 'top_tokens', 'best_of_sequences']);

/** One answer, or a list of them. */
export function readResponse(_: Operation, text: string, root: JsonNode): ResponseView | Refusal {
  if (root.kind !== 'object' && root.kind !== 'array' && root.kind !== 'numbers')
    return refuse('answer_unreadable');
  const texts = new AnswerTexts(text, REPEATING);
  texts.walk(root, WHOLE, 'output');
  const { deltas, leaks, opaque } = texts.result;
  const first = root.kind === 'array' ? root.items[0] : root;
  return {
    segments: deltas,
    leaks,
    opaque,
    usage: wholeUsage(readUsage(text, memberOf(first, 'details'))),
    model: undefined,
    made: [],
  };
}

export function readEvent(_: Operation, { data }: StreamEvent): EventView | Refusal {
  if (data.trim() === '') return SILENT_EVENT;
  const root = parse(data, EVENT_BOUNDS);
  if (isRefusal(root) || root.kind !== 'object') return refuse('answer_unreadable');
  const texts = new AnswerTexts(data, REPEATING);
  for (const member of root.members) texts.member(member, member.key === 'token' ? 'said.' : WHOLE, 'output');
  const last = memberOf(root, 'generated_text')?.kind === 'string';
  if (last) texts.closes.push('said.');
  return {
    ...SILENT_EVENT,
    ...texts.result,
    usage: readUsage(data, memberOf(root, 'details')),
    end: last || memberOf(root, 'error') !== undefined,
  };
}

function readUsage(text: string, details: JsonNode | undefined): UsageCounts | undefined {
  const output = countIn(text, details, 'generated_tokens');
  const prefill = itemsOf(memberOf(details, 'prefill')).length;
  const input = countIn(text, details, 'input_length') ?? prefill;
  if (output === undefined) return undefined;
  return { output, ...(input > 0 && { input }) };
}

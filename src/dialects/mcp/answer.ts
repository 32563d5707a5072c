/** Reads what a server says: answers, and what it asks or tells its client. All of it is a tool's, nobody's to trust. */
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonNode, memberOf, parse } from '../../json/document.ts';
import {
  type EventView,
  type OfferedTool,
  type ResponseView,
  SILENT_EVENT,
  type StreamEvent,
} from '../dialect.ts';
import { AnswerTexts, WHOLE } from '../reading/answer-texts.ts';
import { EVENT_BOUNDS } from '../reading/answers.ts';
import { itemsOf, wordOf } from '../reading/features.ts';
import { useOf } from './request.ts';

/** No model of ours spoke: there is nothing to pay for. */
const NOTHING_USED = { input: 0, output: 0 };

export function readResponse(operation: Operation, text: string, root: JsonNode): ResponseView | Refusal {
  if (root.kind !== 'object') return refuse('answer_unreadable');
  const { deltas, leaks, opaque } = textsOf(text, root).result;
  return {
    segments: deltas,
    leaks,
    opaque,
    usage: { ...NOTHING_USED, source: 'reported' },
    model: undefined,
    made: [],
    offered: offeredIn(operation, text, root),
  };
}

export function readEvent(operation: Operation, { data }: StreamEvent): EventView | Refusal {
  if (data.trim() === '') return SILENT_EVENT;
  const root = parse(data, EVENT_BOUNDS);
  if (isRefusal(root) || root.kind !== 'object') return refuse('answer_unreadable');
  return {
    ...SILENT_EVENT,
    ...textsOf(data, root).result,
    usage: NOTHING_USED,
    offered: offeredIn(operation, data, root),
  };
}

function textsOf(text: string, root: JsonNode): AnswerTexts {
  const texts = new AnswerTexts(text);
  for (const key of ['result', 'error', 'params']) {
    const node = memberOf(root, key);
    if (node !== undefined) texts.walk(node, WHOLE, 'tool');
  }
  return texts;
}

/** The tools of a list, each to be shown only to who may call it. */
function offeredIn({ pathModel = '' }: Operation, text: string, root: JsonNode): readonly OfferedTool[] {
  return itemsOf(toolsOf(root)).map((tool) => ({
    use: useOf(pathModel, [wordOf(text, memberOf(tool, 'name'))]),
    place: { start: tool.start, end: tool.end },
  }));
}

export function toolsOf(root: JsonNode): JsonNode | undefined {
  return memberOf(memberOf(root, 'result'), 'tools');
}

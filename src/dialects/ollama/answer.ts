/** Reads answers: whole ones, and lines of a stream, which have the same form. */
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf, parse } from '../../json/document.ts';
import type { EventView, ResponseView, StreamEvent, UsageCounts } from '../dialect.ts';
import { AnswerTexts, WHOLE } from '../reading/answer-texts.ts';
import { EVENT_BOUNDS, modelIn } from '../reading/answers.ts';
import { countIn, wholeUsage } from '../reading/counts.ts';

export function readResponse({ name }: Operation, text: string, root: JsonNode): ResponseView | Refusal {
  if (root.kind !== 'object') return refuse('answer_unreadable');
  const { deltas, leaks, opaque } = readTexts(text, root).result;
  // Embeddings have no output, and say nothing about it.
  const counts = name === 'embeddings' ? { output: 0, ...readUsage(text, root) } : readUsage(text, root);
  return { segments: deltas, leaks, opaque, usage: wholeUsage(counts), model: modelIn(text, root), made: [] };
}

export function readEvent(_: Operation, { data }: StreamEvent): EventView | Refusal {
  const root = parse(data, EVENT_BOUNDS);
  if (isRefusal(root) || root.kind !== 'object') return refuse('answer_unreadable');
  const texts = readTexts(data, root);
  const end = memberOf(root, 'done')?.kind === 'true' || memberOf(root, 'error') !== undefined;
  // A model thinks before it speaks; without this, the end of the one would hold back all of the other.
  if (texts.deltas.some(({ role }) => role === 'output')) texts.closes.push('said.thinking');
  return {
    ...texts.result,
    usage: readUsage(data, root),
    model: modelIn(data, root),
    made: [],
    usageOnly: false,
    end,
  };
}

/** What is said goes on from line to line: the message of a chat, or the response to a prompt. */
function readTexts(text: string, root: JsonObject): AnswerTexts {
  const texts = new AnswerTexts(text);
  for (const member of root.members) texts.member(member, SPOKEN.has(member.key) ? 'said.' : WHOLE, 'output');
  return texts;
}

const SPOKEN = new Set(['message', 'response', 'thinking']);

function readUsage(text: string, root: JsonNode): UsageCounts | undefined {
  const input = countIn(text, root, 'prompt_eval_count');
  const output = countIn(text, root, 'eval_count');
  if (input === undefined && output === undefined) return undefined;
  return { ...(input !== undefined && { input }), ...(output !== undefined && { output }) };
}

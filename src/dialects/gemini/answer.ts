/** Reads answers: candidates, whole and as pieces, and what other operations answer. */
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, parse } from '../../json/document.ts';
import {
  type EventView,
  type ResponseView,
  SILENT_EVENT,
  type StreamEvent,
  type UsageCounts,
} from '../dialect.ts';
import { AnswerTexts, WHOLE } from '../reading/answer-texts.ts';
import { EVENT_BOUNDS, modelIn } from '../reading/answers.ts';
import { countIn, wholeUsage } from '../reading/counts.ts';
import { itemsOf } from '../reading/features.ts';
import { roleOfPartMember } from './contents.ts';
import { camel, named } from './names.ts';
import { listed, madeIn } from './objects.ts';

export function readResponse(operation: Operation, text: string, root: JsonNode): ResponseView | Refusal {
  if (root.kind !== 'object') return refuse('answer_unreadable');
  const { deltas, leaks, opaque } = readTexts(text, root).result;
  const onList = listed(operation, text, root);
  return {
    segments: deltas,
    leaks,
    opaque,
    usage: wholeUsage(readUsage(text, root)),
    model: modelIn(text, root, 'modelVersion'),
    made: madeIn(operation, text, root),
    ...(onList !== undefined && { listed: onList }),
  };
}

export function readEvent(_: Operation, { data }: StreamEvent): EventView | Refusal {
  if (data.trim() === '') return SILENT_EVENT;
  const root = parse(data, EVENT_BOUNDS);
  if (isRefusal(root) || root.kind !== 'object') return refuse('answer_unreadable');
  const candidates = itemsOf(named(root, 'candidates'));
  return {
    ...readTexts(data, root).result,
    usage: readUsage(data, root),
    model: modelIn(data, root, 'modelVersion'),
    made: [],
    usageOnly: false,
    end: candidates.length > 0 && candidates.every((candidate) => hasFinished(candidate)),
  };
}

function hasFinished(candidate: JsonNode): boolean {
  return named(candidate, 'finishReason')?.kind === 'string';
}

function readTexts(text: string, root: JsonObject): AnswerTexts {
  const texts = new AnswerTexts(text);
  for (const member of root.members) {
    const { key, value } = member;
    if (key !== 'candidates' || value.kind !== 'array') texts.member(member, WHOLE, 'output');
    else for (const [i, candidate] of value.items.entries()) readCandidate(texts, candidate, i);
  }
  return texts;
}

function readCandidate(texts: AnswerTexts, candidate: JsonNode, position: number): void {
  const channel = `${texts.indexOf(candidate) ?? position}.`;
  if (candidate.kind !== 'object') {
    texts.walk(candidate, channel, 'output');
    return;
  }
  for (const member of candidate.members) {
    if (camel(member.key) === 'content') readContent(texts, member.value, channel);
    else texts.member(member, WHOLE, 'output');
  }
  if (hasFinished(candidate)) texts.closes.push(channel);
}

function readContent(texts: AnswerTexts, content: JsonNode, channel: string): void {
  if (content.kind !== 'object') {
    texts.walk(content, channel, 'output');
    return;
  }
  for (const member of content.members) {
    if (camel(member.key) !== 'parts' || member.value.kind !== 'array') texts.member(member, WHOLE, 'output');
    else for (const part of member.value.items) readPart(texts, part, channel);
  }
}

/** The texts of parts go on from chunk to chunk, thoughts and answer apart; all else comes whole. */
function readPart(texts: AnswerTexts, part: JsonNode, channel: string): void {
  if (part.kind !== 'object') {
    texts.walk(part, channel, 'output');
    return;
  }
  const thought = named(part, 'thought')?.kind === 'true';
  for (const member of part.members) {
    if (member.key === 'text')
      texts.member(member, channel + (thought ? 'thought.' : 'said.'), thought ? 'reasoning' : 'output');
    else texts.member(member, WHOLE, roleOfPartMember(member.key) ?? 'output');
  }
  // A model thinks before it speaks; without this, the end of the one would hold back all of the other.
  if (!thought) texts.closes.push(`${channel}thought.`);
}

/** Thoughts are counted apart from what is said, and what tools put into the prompt apart from the rest of it. */
function readUsage(text: string, root: JsonNode): UsageCounts | undefined {
  const usage = named(root, 'usageMetadata');
  if (usage?.kind !== 'object') return undefined;
  const count = (key: string) => countIn(text, usage, key);
  const prompt = count('promptTokenCount');
  const said = count('candidatesTokenCount') ?? count('responseTokenCount');
  const thoughts = count('thoughtsTokenCount') ?? 0;
  const cachedInput = count('cachedContentTokenCount') ?? 0;
  const input = (prompt ?? 0) + (count('toolUsePromptTokenCount') ?? 0);
  // An answer of nothing says nothing about what it used, while its total does.
  const output =
    said === undefined && count('totalTokenCount') === undefined ? undefined : (said ?? 0) + thoughts;
  return {
    ...(input > 0 && { input }),
    ...(output !== undefined && { output }),
    ...(cachedInput > 0 && { cachedInput }),
    ...(thoughts > 0 && { reasoning: thoughts }),
  };
}

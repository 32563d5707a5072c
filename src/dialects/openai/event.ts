/** Reads the events of a streamed answer. */
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonNode, memberOf, parse } from '../../json/document.ts';
import { type EventView, SILENT_EVENT, type StreamEvent } from '../dialect.ts';
import { EVENT_BOUNDS, modelIn } from '../reading/answers.ts';
import { readAnswer } from './answer-texts.ts';
import { audioIn } from './objects.ts';
import { readResponseEvent } from './response-event.ts';
import { readRunEvent } from './run-event.ts';
import { readUsage } from './usage.ts';

const END: EventView = { ...SILENT_EVENT, end: true };

/** An error that comes as an event is read like any other: its message is a text of its own. */
export function readEvent(operation: Operation, { data }: StreamEvent): EventView | Refusal {
  const trimmed = data.trim();
  if (trimmed === '[DONE]') return END;
  if (trimmed === '') return SILENT_EVENT;
  const root = parse(data, EVENT_BOUNDS);
  if (isRefusal(root) || root.kind !== 'object') return refuse('answer_unreadable');
  if (operation.name.startsWith('responses')) return readResponseEvent(operation, data, root);
  if (operation.name === 'threads.run') return readRunEvent(operation, data, root);
  const groq = memberOf(root, 'x_groq');
  const usage = readUsage(data, root) ?? (groq === undefined ? undefined : readUsage(data, groq));
  return {
    ...readAnswer(data, root),
    usage,
    model: modelIn(data, root),
    made: operation.name === 'chat' ? audioIn(data, root) : [],
    usageOnly: hasNoChoice(root) && memberOf(root, 'usage')?.kind === 'object',
    end: false,
  };
}

function hasNoChoice(root: JsonNode): boolean {
  const choices = memberOf(root, 'choices');
  return choices?.kind === 'array' && choices.items.length === 0;
}

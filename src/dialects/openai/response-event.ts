/** Reads the events of a stream of the Responses API. Each names itself in `type`. */
import type { Operation } from '../../core/operation.ts';
import { type JsonNode, type JsonObject, memberOf, stringValue } from '../../json/document.ts';
import { type Delta, type EventView, SILENT_EVENT } from '../dialect.ts';
import { modelIn } from '../reading/answers.ts';
import { readAnswer } from './answer-texts.ts';
import { madeIn } from './objects.ts';
import { readUsage } from './usage.ts';

const LAST = new Set(['response.completed', 'response.failed', 'response.incomplete', 'error']);

/**
 * A delta continues a part of an item; the event that ends the part closes it and says it whole, as do the ends of the
 * item and of the response. What is said whole is read as a text of its own.
 */
export function readResponseEvent(operation: Operation, data: string, root: JsonObject): EventView {
  const type = textAt(data, root, 'type');
  const part = `part.${['output_index', 'item_id', 'content_index', 'summary_index'].map((key) => valueAt(data, root, key)).join('.')}.`;
  const answer = readAnswer(data, root);
  const response = memberOf(root, 'response');
  const end = LAST.has(type);
  return {
    ...SILENT_EVENT,
    deltas: type.endsWith('.delta')
      ? answer.deltas.map((delta) => continued(delta, type, part))
      : answer.deltas,
    leaks: answer.leaks,
    opaque: answer.opaque,
    closes: [...answer.closes, ...(type.endsWith('.done') ? [part] : [])],
    usage: response === undefined ? undefined : readUsage(data, response),
    model: modelIn(data, response),
    made: response === undefined ? [] : madeIn(operation, data, response),
    end,
  };
}

/** The text of `delta` itself goes on from event to event; whatever else an event says, it says whole. */
function continued(delta: Delta, type: string, part: string): Delta {
  if (delta.channel !== 'whole.delta') return delta;
  const kind = type.split('.').at(-2) ?? '';
  const json = kind.endsWith('arguments');
  const role = json ? 'arguments' : kind.startsWith('reasoning') ? 'reasoning' : delta.role;
  return { ...delta, channel: part + kind, role };
}

function textAt(data: string, root: JsonNode, key: string): string {
  const node = memberOf(root, key);
  return node?.kind === 'string' ? stringValue(data, node) : '';
}

/** A number or a short name, as part of a channel's name. */
function valueAt(data: string, root: JsonNode, key: string): string {
  const node = memberOf(root, key);
  if (node?.kind === 'number') return data.slice(node.start, Math.min(node.end, node.start + 8));
  return node?.kind === 'string' ? stringValue(data, node).slice(0, 80) : '';
}

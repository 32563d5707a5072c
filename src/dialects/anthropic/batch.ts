/** Batches of messages: `{ requests: [{ custom_id, params }] }`, each `params` the body of a message. */
import type { Operation } from '../../core/operation.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf } from '../../json/document.ts';
import type { BatchLine } from '../dialect.ts';
import { invalid, judgeSpelling, namesOf } from '../reading/governed.ts';

/** As many as Anthropic takes in one batch. */
const MOST_REQUESTS = 100_000;
const ITEM_NAMES = namesOf(['custom_id', 'params']);
const MESSAGES: Operation = { name: 'messages', dialect: 'anthropic', body: 'json' };

export function batchIn(text: string, root: JsonObject): readonly BatchLine[] | Refusal {
  const requests = memberOf(root, 'requests');
  if (requests?.kind !== 'array' || requests.items.length === 0)
    return invalid('"requests" must be a list of requests.');
  if (requests.items.length > MOST_REQUESTS) return invalid(`More than ${MOST_REQUESTS} requests.`);
  const lines: BatchLine[] = [];
  for (const [i, item] of requests.items.entries()) {
    const line = lineOf(text, item);
    if (isRefusal(line)) return { ...line, detail: `Request ${i + 1}: ${line.detail}` };
    lines.push(line);
  }
  return lines;
}

function lineOf(text: string, item: JsonNode): BatchLine | Refusal {
  if (item.kind !== 'object') return invalid('it must be an object.');
  const misspelled = judgeSpelling(item.members, ITEM_NAMES);
  if (misspelled !== undefined) return misspelled;
  const other = item.members.find(({ key }) => key !== 'custom_id' && key !== 'params');
  if (other !== undefined) return invalid('it has a member that is not known.');
  const params = memberOf(item, 'params');
  if (params?.kind !== 'object') return invalid('"params" must be an object.');
  return {
    operation: MESSAGES,
    text: text.slice(params.start, params.end),
    place: { start: params.start, end: params.end },
  };
}

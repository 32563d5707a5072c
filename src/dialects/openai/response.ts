/** Reads whole answers. */
import type { Operation } from '../../core/operation.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { type JsonNode, memberOf, stringValue } from '../../json/document.ts';
import type { ResponseView } from '../dialect.ts';
import { readAnswer } from './answer-texts.ts';
import { listedIn, madeIn } from './objects.ts';
import { readUsage } from './usage.ts';

/** Answers of all operations have one form as far as it matters here: texts, and perhaps a usage and a model. */
export function readResponse(operation: Operation, text: string, root: JsonNode): ResponseView | Refusal {
  if (root.kind !== 'object') return refuse('answer_unreadable');
  const { deltas, leaks, opaque } = readAnswer(text, root);
  const listed = listedIn(operation, text, root);
  return {
    segments: deltas,
    leaks,
    opaque,
    usage: readUsage(text, root),
    model: modelOf(text, root),
    made: madeIn(operation, text, root),
    ...(listed !== undefined && { listed }),
  };
}

/** The model that says it answered, if it is a name that can be recorded. */
export function modelOf(text: string, root: JsonNode): string | undefined {
  const node = memberOf(root, 'model');
  if (node?.kind !== 'string') return undefined;
  const name = stringValue(text, node);
  return /^[\x21-\x7e]{1,256}$/.test(name) ? name : undefined;
}

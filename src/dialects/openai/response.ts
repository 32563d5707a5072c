/** Reads whole answers. */
import type { Operation } from '../../core/operation.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { JsonNode } from '../../json/document.ts';
import type { ResponseView } from '../dialect.ts';
import { modelIn } from '../reading/answers.ts';
import { readAnswer } from './answer-texts.ts';
import { listed, madeIn } from './objects.ts';
import { readUsage } from './usage.ts';

/** Answers of all operations have one form as far as it matters here: texts, and perhaps a usage and a model. */
export function readResponse(operation: Operation, text: string, root: JsonNode): ResponseView | Refusal {
  if (root.kind !== 'object') return refuse('answer_unreadable');
  const { deltas, leaks, opaque } = readAnswer(text, root);
  const onList = listed(operation, text, root);
  return {
    segments: deltas,
    leaks,
    opaque,
    usage: readUsage(text, root),
    model: modelIn(text, root),
    made: madeIn(operation, text, root),
    ...(onList !== undefined && { listed: onList }),
  };
}

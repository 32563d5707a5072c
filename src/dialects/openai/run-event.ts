/** Reads the events of the run of a thread. Each is an object of the thread, or what is added to one. */
import type { Operation } from '../../core/operation.ts';
import { type JsonObject, memberOf } from '../../json/document.ts';
import type { EventView } from '../dialect.ts';
import { AnswerTexts, WHOLE } from '../reading/answer-texts.ts';
import { modelIn } from '../reading/answers.ts';
import { textIn } from '../reading/features.ts';
import { madeIn } from './objects.ts';
import { readUsage } from './usage.ts';

/** A delta continues the object of its id; the object itself, said whole, is a text of its own and ends it. */
export function readRunEvent(operation: Operation, data: string, root: JsonObject): EventView {
  const object = textIn(data, root, 'object') ?? '';
  const channel = `object.${(textIn(data, root, 'id') ?? '').slice(0, 80)}.`;
  const texts = new AnswerTexts(data);
  for (const member of root.members)
    texts.member(member, object.endsWith('.delta') && member.key === 'delta' ? channel : WHOLE, 'output');
  if (!object.endsWith('.delta') && textIn(data, root, 'status') !== 'in_progress')
    texts.closes.push(channel);
  return {
    ...texts.result,
    // Each step says what it used, and the run what all of them did.
    usage: object === 'thread.run' ? readUsage(data, root) : undefined,
    model: modelIn(data, root),
    made: object === 'thread.run' ? madeIn(operation, data, root) : [],
    usageOnly: false,
    end: memberOf(root, 'object') === undefined && memberOf(root, 'error') !== undefined,
  };
}

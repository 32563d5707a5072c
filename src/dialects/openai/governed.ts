/** The members of OpenAI's requests that Sallyport decides by. */
import type { Operation } from '../../core/operation.ts';
import type { Refusal } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf } from '../../json/document.ts';
import {
  BOOLEAN,
  invalid,
  judgeMembers,
  judgeSame,
  judgeSpelling,
  judgeTypes,
  MODEL,
  OBJECT,
  type Rules,
  TOKENS,
  whole,
} from '../reading/governed.ts';

const COPIES = whole(1, 128);

const RULES: Rules = new Map([
  ['model', MODEL],
  ['stream', BOOLEAN],
  ['stream_options', OBJECT],
  ['n', COPIES],
  ['best_of', COPIES],
  ['max_tokens', TOKENS],
  ['max_completion_tokens', TOKENS],
  ['max_output_tokens', TOKENS],
  ['store', BOOLEAN],
  ['background', BOOLEAN],
]);

const STREAM_RULES: Rules = new Map([['include_usage', BOOLEAN]]);

/** Members whose place in the body matters; their types are judged where they are read. */
const NAMES = ['messages', 'prompt', 'input'];

/** @returns the first thing that is wrong with the governed members */
export function judgeGoverned(operation: Operation, text: string, root: JsonObject): Refusal | undefined {
  return (
    judgeMembers(text, root, RULES, NAMES) ??
    (memberOf(root, 'model') === undefined && operation.name !== 'batches.create'
      ? invalid('"model" is missing.')
      : undefined) ??
    judgeSame(text, root, 'max_tokens', 'max_completion_tokens') ??
    judgeStreamOptions(text, memberOf(root, 'stream_options'))
  );
}

function judgeStreamOptions(text: string, options: JsonNode | undefined): Refusal | undefined {
  if (options?.kind !== 'object') return undefined;
  return (
    judgeSpelling(options.members, [...STREAM_RULES.keys()]) ??
    judgeTypes(text, options.members, STREAM_RULES)
  );
}

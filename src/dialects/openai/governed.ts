/** The members of OpenAI's requests that Sallyport decides by. */
import type { Operation, OperationName } from '../../core/operation.ts';
import type { Refusal } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf } from '../../json/document.ts';
import { itemsOf } from '../reading/features.ts';
import {
  BOOLEAN,
  invalid,
  judgeMembers,
  judgeSame,
  judgeSpelling,
  judgeTypes,
  MODEL,
  namesOf,
  OBJECT,
  type Rules,
  TOKENS,
  whole,
} from '../reading/governed.ts';
import { KNOWN } from './request-fields.ts';

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
]);

/** Of responses; an image may have a background, too. */
const RESPONSE_RULES: Rules = new Map([...RULES, ['background', BOOLEAN]]);

/** What cannot be done without a model, and has none of its own. */
const NEEDS_MODEL: ReadonlySet<OperationName> = new Set<OperationName>([
  'chat',
  'completions',
  'embeddings',
  'responses',
  'images',
  'audio.speak',
  'assistants.create',
  'fine_tuning.create',
]);

const STREAM_RULES: Rules = new Map([['include_usage', BOOLEAN]]);
const STREAM_NAMES = namesOf(STREAM_RULES.keys());

/** A member that some readers take for one that is known must not pass as one that nobody knows. */
const NAMES = namesOf([...KNOWN, ...RESPONSE_RULES.keys()]);

/** @returns the first thing that is wrong with the governed members */
export function judgeGoverned(operation: Operation, text: string, root: JsonObject): Refusal | undefined {
  return (
    judgeMembers(text, root, operation.name === 'responses' ? RESPONSE_RULES : RULES, NAMES) ??
    judgeTools(memberOf(root, 'tools')) ??
    judgePresence(operation, root) ??
    judgeSame(text, root, 'max_tokens', 'max_completion_tokens') ??
    judgeStreamOptions(text, memberOf(root, 'stream_options'))
  );
}

/** A path may name the model instead. */
function judgePresence({ name, pathModel }: Operation, root: JsonObject): Refusal | undefined {
  const missing = pathModel === undefined && NEEDS_MODEL.has(name) && memberOf(root, 'model') === undefined;
  return missing ? invalid('"model" is missing.') : undefined;
}

const TOOL_NAMES = namesOf([
  'type',
  'function',
  'name',
  'server_url',
  'connector_id',
  'allowed_tools',
  'require_approval',
]);

function judgeTools(tools: JsonNode | undefined): Refusal | undefined {
  for (const tool of itemsOf(tools)) {
    const wrong = tool.kind === 'object' ? judgeSpelling(tool.members, TOOL_NAMES) : undefined;
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function judgeStreamOptions(text: string, options: JsonNode | undefined): Refusal | undefined {
  if (options?.kind !== 'object') return undefined;
  return judgeSpelling(options.members, STREAM_NAMES) ?? judgeTypes(text, options.members, STREAM_RULES);
}

/** Reads request bodies. A server has one model, which no request names. */
import type { Feature, FeatureUse } from '../../core/feature.ts';
import type { Operation } from '../../core/operation.ts';
import type { Refusal } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf } from '../../json/document.ts';
import type { RequestView } from '../dialect.ts';
import { adapter } from '../reading/adapt.ts';
import { type BodyForm, readBody } from '../reading/body.ts';
import { asks, copiesUse, numberIn, outputUse, unknownFeature } from '../reading/features.ts';
import {
  BOOLEAN,
  invalid,
  judgeMembers,
  judgeSpelling,
  judgeTypes,
  namesOf,
  type Rules,
  TOKENS,
  whole,
} from '../reading/governed.ts';
import { RequestTexts } from '../reading/request-texts.ts';

const RULES: Rules = new Map([['stream', BOOLEAN]]);
const NAMES = namesOf(['inputs', 'parameters', 'query', 'texts', ...RULES.keys()]);
const PARAMETER_RULES: Rules = new Map([
  ['max_new_tokens', TOKENS],
  ['best_of', whole(1, 128)],
]);
const PARAMETER_NAMES = namesOf(PARAMETER_RULES.keys());

const FORM: BodyForm = {
  readers: new Map(),
  roles: new Map([['parameters', 'system']]),
  unread: new Set(),
};

export function readRequest(operation: Operation, text: string, root: JsonNode): RequestView | Refusal {
  if (root.kind !== 'object') return invalid('The body must be an object.');
  const texts = new RequestTexts(text);
  const parameters = memberOf(root, 'parameters');
  const wrong =
    judgeMembers(text, root, RULES, NAMES) ??
    (parameters?.kind === 'object' ? judgeParameters(text, parameters) : undefined) ??
    readBody(texts, root, FORM);
  if (wrong !== undefined) return wrong;
  return {
    model: undefined,
    stream: operation.stream === true || memberOf(root, 'stream')?.kind === 'true',
    segments: texts.segments,
    opaque: texts.opaque,
    features: featuresOf(operation.name, text, root),
    objects: [],
    n: numberIn(text, memberOf(parameters, 'best_of')),
    maxOutputTokens: numberIn(text, memberOf(parameters, 'max_new_tokens')),
    tokenInputs: texts.tokenInputs,
    usageEdits: [],
  };
}

function judgeParameters(text: string, { members }: JsonObject): Refusal | undefined {
  return judgeSpelling(members, PARAMETER_NAMES) ?? judgeTypes(text, members, PARAMETER_RULES);
}

const PLAIN = new Set([
  'inputs',
  'parameters',
  'stream',
  'query',
  'texts',
  'truncate',
  'truncation_direction',
  'normalize',
  'raw_scores',
  'return_text',
  'prompt_name',
  'dimensions',
  'options',
]);

function featureOf(key: string): Feature | undefined {
  return PLAIN.has(key) ? undefined : unknownFeature(key);
}

const OF_PARAMETERS: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['grammar', 'structured_output'],
  ['decoder_input_details', 'logprobs'],
  ['top_n_tokens', 'logprobs'],
]);

function featuresOf(name: Operation['name'], text: string, root: JsonObject): readonly FeatureUse[] {
  const own = root.members.flatMap(({ key, value }): readonly FeatureUse[] => {
    const feature = asks(value) ? featureOf(key) : undefined;
    return feature === undefined ? [] : [{ feature }];
  });
  if (name !== 'completions') return own;
  const parameters = memberOf(root, 'parameters');
  const members = parameters?.kind === 'object' ? parameters.members : [];
  const asked = members.flatMap(({ key, value }): readonly FeatureUse[] => {
    if (!asks(value)) return [];
    if (key === 'best_of') return copiesUse(text, value);
    const feature = OF_PARAMETERS.get(key);
    return feature === undefined ? [] : [{ feature }];
  });
  return [...own, ...asked, outputUse([numberIn(text, memberOf(parameters, 'max_new_tokens'))])];
}

export const adapt = adapter({
  featureOf,
  fixed: ['structured_output', 'logprobs', 'n'],
  ofTools: [],
  bounds: [{ holder: 'parameters', key: 'max_new_tokens' }],
});

/** Reads request bodies: chats, prompts, and texts to embed. */
import type { Feature, FeatureUse } from '../../core/feature.ts';
import type { Operation } from '../../core/operation.ts';
import type { Refusal } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, type Member, memberOf } from '../../json/document.ts';
import type { RequestView } from '../dialect.ts';
import { readMessages } from '../openai/messages.ts';
import { adapter } from '../reading/adapt.ts';
import { type BodyForm, modelNamed, readBody } from '../reading/body.ts';
import {
  asks,
  effortOf,
  itemsOf,
  NO_END,
  numberIn,
  outputUse,
  unknownFeature,
  wordOf,
} from '../reading/features.ts';
import {
  BOOLEAN,
  invalid,
  judgeMembers,
  judgeSpelling,
  judgeTypes,
  MODEL,
  namesOf,
  type Rules,
} from '../reading/governed.ts';
import { RequestTexts } from '../reading/request-texts.ts';

const RULES: Rules = new Map([
  ['model', MODEL],
  ['stream', BOOLEAN],
]);
const NAMES = namesOf([
  'messages',
  'prompt',
  'options',
  'input',
  'think',
  'tools',
  'format',
  ...RULES.keys(),
]);
/** -1 and -2 leave the end to the model, or to its context. */
const OPTION_RULES: Rules = new Map([
  [
    'num_predict',
    {
      holds: (text, node) =>
        node.kind === 'number' && /^(?:-1|-2|\d{1,10})$/.test(text.slice(node.start, node.end)),
      expected: 'must be a whole number',
    },
  ],
]);
const OPTION_NAMES = namesOf(OPTION_RULES.keys());

const FORM: BodyForm = {
  readers: new Map([
    ['messages', readMessages],
    ['context', readContext],
  ]),
  roles: new Map([
    ['system', 'system'],
    ['template', 'system'],
    ['tools', 'tool'],
    ['format', 'system'],
  ]),
  unread: new Set(['model', 'keep_alive', 'options', 'think']),
};

/** A conversation so far, as tokens: only the model's own tokenizer could read it. */
function readContext(texts: RequestTexts, value: JsonNode): undefined {
  if (value.kind === 'numbers') texts.opaque.push('tokens');
  else texts.all(value, 'user');
}

export function readRequest({ name }: Operation, text: string, root: JsonNode): RequestView | Refusal {
  if (root.kind !== 'object') return invalid('The body must be an object.');
  const texts = new RequestTexts(text);
  const wrong = judgeBody(text, root) ?? judgeNeeds(name, root) ?? readBody(texts, root, FORM);
  if (wrong !== undefined) return wrong;
  const bound = boundIn(text, root);
  return {
    model: modelNamed(text, root),
    // What is not said to come whole comes piece by piece.
    stream: name !== 'embeddings' && memberOf(root, 'stream')?.kind !== 'false',
    segments: texts.segments,
    opaque: texts.opaque,
    features: featuresOf(name, text, root),
    objects: [],
    n: undefined,
    maxOutputTokens: bound,
    tokenInputs: texts.tokenInputs,
    usageEdits: [],
  };
}

function judgeBody(text: string, root: JsonObject): Refusal | undefined {
  const options = memberOf(root, 'options');
  return (
    judgeMembers(text, root, RULES, NAMES) ??
    (options?.kind === 'object'
      ? (judgeSpelling(options.members, OPTION_NAMES) ?? judgeTypes(text, options.members, OPTION_RULES))
      : undefined)
  );
}

function judgeNeeds(name: Operation['name'], root: JsonObject): Refusal | undefined {
  if (memberOf(root, 'model') === undefined) return invalid('"model" is missing.');
  const missing = name === 'chat' && memberOf(root, 'messages') === undefined;
  return missing ? invalid('"messages" is missing.') : undefined;
}

/** Undefined where the model decides when to stop. */
function boundIn(text: string, root: JsonNode): number | undefined {
  const bound = numberIn(text, memberOf(memberOf(root, 'options'), 'num_predict'));
  return bound === undefined || bound < 0 ? undefined : bound;
}

const PLAIN = new Set([
  'model',
  'messages',
  'prompt',
  'input',
  'suffix',
  'system',
  'template',
  'context',
  'stream',
  'raw',
  'keep_alive',
  'options',
  'truncate',
  'dimensions',
]);

const ASKING: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['format', 'structured_output'],
  ['think', 'reasoning'],
  ['tools', 'functions'],
  ['images', 'image_input'],
  ['logprobs', 'logprobs'],
  ['top_logprobs', 'logprobs'],
]);

function featureOf(key: string): Feature | undefined {
  return ASKING.get(key) ?? (PLAIN.has(key) ? undefined : unknownFeature(key));
}

function featuresOf(name: Operation['name'], text: string, root: JsonObject): readonly FeatureUse[] {
  const uses = root.members
    .filter(({ value }) => says(text, value))
    .flatMap((member) => usesOf(text, member));
  return name === 'embeddings' ? uses : [...uses, outputUse([boundIn(text, root)])];
}

/** Its clients send empty members for all that they do not ask. */
function says(text: string, value: JsonNode): boolean {
  if (value.kind === 'array') return value.items.length > 0;
  return asks(value) && !(value.kind === 'string' && wordOf(text, value) === '');
}

function usesOf(text: string, { key, value }: Member): readonly FeatureUse[] {
  if (key === 'think')
    return [{ feature: 'reasoning', amount: value.kind === 'true' ? NO_END : effortOf(wordOf(text, value)) }];
  if (key === 'messages')
    return itemsOf(value).flatMap((message) =>
      itemsOf(memberOf(message, 'images')).map((): FeatureUse => ({ feature: 'image_input' })),
    );
  const feature = featureOf(key);
  return feature === undefined ? [] : [{ feature }];
}

const EFFORTS = ['false', '"low"', '"low"', '"medium"', '"high"', '"high"', '"high"'];

export const adapt = adapter({
  featureOf,
  fixed: ['image_input'],
  ofTools: ['tools'],
  bounds: [{ holder: 'options', key: 'num_predict' }],
  effort: { key: 'think', word: (effort) => EFFORTS[effort] ?? 'true' },
});

/** Reads request bodies: what is asked of the model of the path, and every text. */
import type { Operation } from '../../core/operation.ts';
import type { Refusal } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, stringValue } from '../../json/document.ts';
import type { AskedModel, RequestView, Role } from '../dialect.ts';
import { modelInPath } from '../reading/body.ts';
import { itemsOf, numberIn, oneOrMore } from '../reading/features.ts';
import {
  invalid,
  judgeElsewhere,
  judgeTypes,
  type Rules,
  readEach,
  TOKENS,
  whole,
} from '../reading/governed.ts';
import { RequestTexts } from '../reading/request-texts.ts';
import { readContents } from './contents.ts';
import { featuresOf } from './features.ts';
import { camel, judgeNames, named } from './names.ts';
import { objectsIn } from './objects.ts';

const NAMES = [
  'contents',
  'content',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'cachedContent',
  'model',
  'requests',
];
const CONFIG_NAMES = [
  'maxOutputTokens',
  'candidateCount',
  'thinkingConfig',
  'responseMimeType',
  'responseSchema',
  'responseModalities',
];
const CONFIG_RULES: Rules = new Map([
  ['maxOutputTokens', TOKENS],
  ['max_output_tokens', TOKENS],
  ['candidateCount', whole(1, 128)],
  ['candidate_count', whole(1, 128)],
]);

export function readRequest(operation: Operation, text: string, root: JsonNode): RequestView | Refusal {
  if (root.kind !== 'object') return invalid('The body must be an object.');
  if (operation.name === 'uploads.create') return readAnnouncement(text, root);
  const wrong = judgeBody(text, root);
  if (wrong !== undefined) return wrong;
  const texts = new RequestTexts(text);
  const refused = readBody(texts, root);
  if (refused !== undefined) return refused;
  const config = named(root, 'generationConfig');
  return {
    model: modelOf(operation, text, root),
    stream: operation.stream === true,
    segments: texts.segments,
    opaque: texts.opaque,
    tokenInputs: 0,
    features: featuresOf(operation, text, root),
    objects: objectsIn(text, root),
    n: numberIn(text, named(config, 'candidateCount')),
    maxOutputTokens: numberIn(text, named(config, 'maxOutputTokens')),
    usageEdits: [],
  };
}

/** What a file is called, before it comes. */
function readAnnouncement(text: string, root: JsonObject): RequestView {
  const texts = new RequestTexts(text);
  texts.all(root, 'user');
  return {
    model: undefined,
    stream: false,
    segments: texts.segments,
    opaque: [],
    tokenInputs: 0,
    features: [{ feature: 'file_input' }],
    objects: [],
    n: undefined,
    maxOutputTokens: undefined,
    usageEdits: [],
  };
}

function judgeBody(text: string, root: JsonObject): Refusal | undefined {
  const wrong = judgeNames(root, NAMES) ?? judgeElsewhere(root);
  const config = named(root, 'generationConfig');
  if (wrong !== undefined || config === undefined || config.kind === 'null') return wrong;
  if (config.kind !== 'object') return invalid('"generationConfig" must be an object.');
  const thinking = named(config, 'thinkingConfig');
  return (
    judgeNames(config, CONFIG_NAMES) ??
    judgeTypes(text, config.members, CONFIG_RULES) ??
    (thinking?.kind === 'object' ? judgeNames(thinking, ['thinkingBudget', 'thinkingLevel']) : undefined)
  );
}

/** What the application says rather than its user. Tools are nobody's to trust. */
const ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['tools', 'tool'],
  ['toolConfig', 'tool'],
  ['generationConfig', 'system'],
]);
const UNREAD = new Set([
  'model',
  'cachedContent',
  'labels',
  'safetySettings',
  'taskType',
  'ttl',
  'expireTime',
]);

/** Requests may hold requests: several to embed, or the one whose tokens are to be counted. */
function readBody(texts: RequestTexts, body: JsonObject): Refusal | undefined {
  return readEach(body.members, ({ key, value }) => readMember(texts, key, value));
}

function readMember(texts: RequestTexts, key: string, value: JsonNode): Refusal | undefined {
  const name = camel(key);
  if (UNREAD.has(name) || value.kind === 'null') return undefined;
  if (name === 'contents' || name === 'content') return readContents(texts, value, 'user');
  if (name === 'systemInstruction') return readContents(texts, value, 'system');
  if (name === 'requests' || name === 'generateContentRequest') {
    return readEach(oneOrMore(value), (inner) =>
      inner.kind === 'object'
        ? (judgeNames(inner, NAMES) ?? readBody(texts, inner))
        : invalid(`"${name}" is malformed.`),
    );
  }
  texts.all(value, ROLES.get(name) ?? 'user', key);
  return undefined;
}

/** The path names the model; a body may repeat it. */
function modelOf({ pathModel, name }: Operation, text: string, root: JsonObject): AskedModel | undefined {
  const inner = [root, named(root, 'generateContentRequest'), ...itemsOf(named(root, 'requests'))];
  const said = inner.flatMap((node) => {
    const place = named(node, 'model');
    if (place?.kind !== 'string') return [];
    return [{ name: stringValue(text, place).replace(/^(?:.*\/)?models\//, ''), place }];
  });
  if (pathModel !== undefined) return modelInPath(pathModel, said);
  const [first] = said;
  if (name !== 'caches.create' || first === undefined) return undefined;
  return { name: first.name, places: [first.place] };
}

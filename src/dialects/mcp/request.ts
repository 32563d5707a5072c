/**
 * Reads messages of the Model Context Protocol (JSON-RPC 2.0): requests, notifications, and a client's answers to what
 * its server asked. The server is named by the path, and granted as a model is; its tools are gated by the feature
 * `mcp`, as where a model's provider calls them.
 */
import type { FeatureUse } from '../../core/feature.ts';
import type { Operation } from '../../core/operation.ts';
import type { Refusal } from '../../core/refusal.ts';
import { type JsonNode, type JsonObject, memberOf, stringValue } from '../../json/document.ts';
import type { RequestView, Role } from '../dialect.ts';
import { wordOf } from '../reading/features.ts';
import { invalid, judgeSpelling, namesOf } from '../reading/governed.ts';
import { RequestTexts } from '../reading/request-texts.ts';

const ENVELOPE = ['jsonrpc', 'id', 'method', 'params', 'result', 'error'];
const ENVELOPE_NAMES = namesOf(ENVELOPE);
const PARAMS = namesOf(['name', 'arguments', 'uri']);

/** What a client may ask of a server; anything else may do anything. */
const METHODS: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
]);

/** What a call of a server asks for. @param tools that it calls; none for what calls no tool */
export function useOf(server: string, tools: readonly string[]): FeatureUse {
  // The client calls it, and so asks whoever it will.
  return { feature: 'mcp', server, tools, approval: true };
}

export function readRequest(
  { pathModel = '' }: Operation,
  text: string,
  root: JsonNode,
): RequestView | Refusal {
  if (root.kind !== 'object') return invalid('The body must be one message.');
  const params = memberOf(root, 'params');
  const wrong =
    judgeEnvelope(text, root) ??
    (params?.kind === 'object' ? judgeSpelling(params.members, PARAMS) : undefined) ??
    judgeCall(text, root);
  if (wrong !== undefined) return wrong;
  const texts = new RequestTexts(text);
  readTexts(texts, text, root);
  return {
    model: pathModel === '' ? undefined : { name: pathModel, places: [] },
    stream: false,
    segments: texts.segments,
    opaque: texts.opaque,
    features: usesOf(text, root, pathModel),
    objects: [],
    n: undefined,
    maxOutputTokens: undefined,
    tokenInputs: texts.tokenInputs,
    usageEdits: [],
    ...callOf(text, root),
  };
}

/** A notification has no id, and no answer. */
function callOf(text: string, root: JsonObject): { call?: string } {
  const id = memberOf(root, 'id');
  return id === undefined ? {} : { call: text.slice(id.start, id.end) };
}

function judgeEnvelope(text: string, root: JsonObject): Refusal | undefined {
  const misspelled = judgeSpelling(root.members, ENVELOPE_NAMES);
  if (misspelled !== undefined) return misspelled;
  const other = root.members.find(({ key }) => !ENVELOPE.includes(key));
  if (other !== undefined) return invalid('The message has a member that is not known.');
  if (wordOf(text, memberOf(root, 'jsonrpc')) !== '2.0') return invalid('"jsonrpc" must be "2.0".');
  const method = memberOf(root, 'method');
  const answer = memberOf(root, 'result') ?? memberOf(root, 'error');
  if (method === undefined) return answer === undefined ? invalid('"method" is missing.') : undefined;
  return method.kind === 'string' && answer === undefined ? undefined : invalid('"method" must be a text.');
}

const NAME = /^[\x21-\x7e]{1,256}$/;

/** A tool is looked up as it is named, so its name must have no look-alikes. */
function judgeCall(text: string, root: JsonObject): Refusal | undefined {
  if (wordOf(text, memberOf(root, 'method')) !== 'tools/call') return undefined;
  const name = memberOf(memberOf(root, 'params'), 'name');
  const plain = name?.kind === 'string' && NAME.test(stringValue(text, name));
  return plain ? undefined : invalid('"name" of a tool must be 1 to 256 printable ASCII characters.');
}

function usesOf(text: string, root: JsonObject, server: string): readonly FeatureUse[] {
  const method = wordOf(text, memberOf(root, 'method'));
  const params = memberOf(root, 'params');
  if (method === 'tools/call') return [useOf(server, [wordOf(text, memberOf(params, 'name'))])];
  const use = useOf(server, []);
  return method === '' || METHODS.has(method) ? [use] : [use, { feature: 'unknown_tools' }];
}

const ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([['arguments', 'arguments']]);
/** Names of the envelope and of what is meant; what a client says of itself goes to no model. */
const UNREAD = new Set([
  'name',
  'cursor',
  'protocolVersion',
  'clientInfo',
  'capabilities',
  '_meta',
  'requestId',
  'level',
]);

function readTexts(texts: RequestTexts, text: string, root: JsonObject): void {
  const params = memberOf(root, 'params');
  const initializing = wordOf(text, memberOf(root, 'method')) === 'initialize';
  if (params?.kind === 'object')
    for (const { key, value } of params.members)
      if (!UNREAD.has(key) || (!initializing && value.kind !== 'string' && key !== '_meta'))
        texts.all(value, ROLES.get(key) ?? 'user', key);
  for (const key of ['result', 'error']) {
    const answer = memberOf(root, key);
    if (answer !== undefined) texts.all(answer, 'user', key);
  }
}

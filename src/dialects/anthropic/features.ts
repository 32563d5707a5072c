/** Which capabilities a request asks for, whatever place of it asks for them: body or betas. */
import type { Feature, FeatureUse } from '../../core/feature.ts';
import type { OperationName } from '../../core/operation.ts';
import { type JsonNode, type JsonObject, type Member, memberOf } from '../../json/document.ts';
import {
  asks,
  effortOf,
  effortOfTokens,
  itemsOf,
  NO_END,
  numberIn,
  oneOrMore,
  outputUse,
  textIn,
  unknownFeature,
  wordOf,
} from '../reading/features.ts';
import { featureOfBeta } from './betas.ts';

/** Kinds of tools, without their dates. Those that the client runs itself are named for what they let the model do. */
const TOOLS: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['custom', 'functions'],
  ['memory', 'functions'],
  ['tool_search_tool_regex', 'functions'],
  ['tool_search_tool_bm25', 'functions'],
  ['bash', 'code_execution'],
  ['text_editor', 'code_execution'],
  ['code_execution', 'code_execution'],
  ['web_search', 'web_access'],
  ['web_fetch', 'web_access'],
  ['computer', 'computer_use'],
  ['mcp_toolset', 'mcp'],
]);
const DATE = /_\d{8}$/;

const PARTS: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['image', 'image_input'],
  ['document', 'file_input'],
  ['container_upload', 'file_input'],
]);

/** Members whose mere presence asks for something. */
const ASKING: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['output_format', 'structured_output'],
  ['container', 'code_execution'],
  ['inference_geo', 'routing'],
  ['speed', 'service_tier'],
]);

const PLAIN = new Set([
  'model',
  'messages',
  'system',
  'prompt',
  'max_tokens',
  'max_tokens_to_sample',
  'metadata',
  'stop_sequences',
  'stream',
  'temperature',
  'top_k',
  'top_p',
  'tool_choice',
  'cache_control',
  'context_management',
  'anthropic_version',
  'tools',
  'mcp_servers',
  'thinking',
  'output_config',
  'service_tier',
  'anthropic_beta',
]);

/** Every member that means something. */
export const KNOWN: readonly string[] = [...ASKING.keys(), ...PLAIN];

/** What a member asks for as a whole; undefined for those that ask for nothing, or are judged by what they hold. */
export function featureOfMember(key: string): Feature | undefined {
  return ASKING.get(key) ?? (PLAIN.has(key) ? undefined : unknownFeature(key));
}

/** One use for each place that asks; a feature may come several times. @param betas asked for beside the body */
export function featuresOf(
  operation: OperationName,
  text: string,
  root: JsonObject,
  betas: readonly string[],
): readonly FeatureUse[] {
  const uses = [...usesOfMembers(text, root)];
  for (const beta of betas) uses.push(...betaUse(beta));
  if (operation === 'tokens.count' || operation === 'batches.create') return uses;
  const bounds = ['max_tokens', 'max_tokens_to_sample'].map((key) => numberIn(text, memberOf(root, key)));
  return [...uses, outputUse(bounds)];
}

/** What the members of a body ask for. */
export function usesOfMembers(text: string, root: JsonObject): readonly FeatureUse[] {
  return root.members.filter(({ value }) => asks(value)).flatMap((member) => usesOf(text, member));
}

function betaUse(beta: string): readonly FeatureUse[] {
  const feature = featureOfBeta(beta);
  return feature === undefined ? [] : [{ feature }];
}

function usesOf(text: string, { key, value }: Member): readonly FeatureUse[] {
  switch (key) {
    case 'tools':
      // The servers of a toolset are named apart, and judged there.
      return oneOrMore(value).flatMap((tool) => {
        const feature = featureOfTool(text, tool);
        return feature === 'mcp' ? [] : [{ feature }];
      });
    case 'mcp_servers':
      return oneOrMore(value).map((server) => mcpUse(text, server));
    case 'messages':
      return itemsOf(value).flatMap((message) => partsIn(text, memberOf(message, 'content')));
    case 'system':
      return partsIn(text, value);
    case 'thinking':
      return thinkingUse(text, value);
    case 'output_config':
      return outputConfigUses(text, value);
    case 'service_tier':
      return ['auto', 'standard_only'].includes(wordOf(text, value)) ? [] : [{ feature: 'service_tier' }];
    case 'anthropic_beta':
      return itemsOf(value).flatMap((beta) => betaUse(wordOf(text, beta)));
    default: {
      const feature = featureOfMember(key);
      return feature === undefined ? [] : [{ feature }];
    }
  }
}

/** A tool without a kind is one of the client's own. */
export function featureOfTool(text: string, tool: JsonNode): Feature {
  const kind = memberOf(tool, 'type');
  const type = kind === undefined || kind.kind === 'null' ? 'custom' : wordOf(text, kind);
  return TOOLS.get(type.replace(DATE, '')) ?? 'unknown_tools';
}

function mcpUse(text: string, server: JsonNode): FeatureUse {
  const url = textIn(text, server, 'url');
  const allowed = memberOf(memberOf(server, 'tool_configuration'), 'allowed_tools');
  return {
    feature: 'mcp',
    ...(url !== undefined && { server: url }),
    ...(allowed?.kind === 'array' && { tools: allowed.items.map((item) => wordOf(text, item)) }),
    // Nobody is asked before a tool runs there.
    approval: false,
  };
}

function thinkingUse(text: string, value: JsonNode): readonly FeatureUse[] {
  if (textIn(text, value, 'type') === 'disabled') return [];
  const budget = numberIn(text, memberOf(value, 'budget_tokens'));
  return [{ feature: 'reasoning', amount: budget === undefined ? NO_END : effortOfTokens(budget) }];
}

function outputConfigUses(text: string, value: JsonNode): readonly FeatureUse[] {
  const effort = textIn(text, value, 'effort');
  const structured = memberOf(value, 'format');
  return [
    ...(effort === undefined ? [] : [{ feature: 'reasoning' as const, amount: effortOf(effort) }]),
    ...(structured === undefined || !asks(structured) ? [] : [{ feature: 'structured_output' as const }]),
  ];
}

/** Blocks of a content, and of what tools gave back within it. */
function partsIn(text: string, content: JsonNode | undefined): readonly FeatureUse[] {
  return itemsOf(content).flatMap((block) => {
    const feature = PARTS.get(textIn(text, block, 'type') ?? '');
    const inner = partsIn(text, memberOf(block, 'content'));
    return feature === undefined ? inner : [{ feature }, ...inner];
  });
}

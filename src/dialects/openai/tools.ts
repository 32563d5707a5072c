/** Tools of a request: which feature each asks for. */
import type { Feature, FeatureUse } from '../../core/feature.ts';
import { type JsonNode, memberOf, stringValue } from '../../json/document.ts';
import { itemsOf, textIn, wordOf } from '../reading/features.ts';

/** Kinds of tools; a kind that is not here is one that nobody knows. */
const KINDS: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['function', 'functions'],
  ['custom', 'functions'],
  ['code_interpreter', 'code_execution'],
  ['local_shell', 'code_execution'],
  ['shell', 'code_execution'],
  ['apply_patch', 'code_execution'],
  ['web_search', 'web_access'],
  ['web_search_preview', 'web_access'],
  ['file_search', 'file_search'],
  ['mcp', 'mcp'],
  ['computer', 'computer_use'],
  ['computer_use', 'computer_use'],
  ['computer_use_preview', 'computer_use'],
  ['image_generation', 'image_output'],
]);

/** Kinds carry dates: `web_search_preview_2025_03_11`, `web_search_20250305`. */
const DATE = /[_-]\d{4}[_-]?\d{2}[_-]?\d{2}$/;

export function toolUse(text: string, tool: JsonNode): FeatureUse {
  const feature = featureOf(text, tool);
  return feature === 'mcp' ? mcpUse(text, tool) : { feature };
}

function featureOf(text: string, tool: JsonNode): Feature {
  const type = memberOf(tool, 'type');
  if (type === undefined) return isPlainFunction(tool) ? 'functions' : 'unknown_tools';
  const kind = wordOf(text, type);
  // It holds tools of its own.
  if (kind === 'namespace')
    return itemsOf(memberOf(tool, 'tools')).every((inner) => featureOf(text, inner) === 'functions')
      ? 'functions'
      : 'unknown_tools';
  return KINDS.get(kind) ?? KINDS.get(kind.replace(DATE, '')) ?? 'unknown_tools';
}

/** A tool without a kind is a function, as it always was; but some name what they are by another member. */
function isPlainFunction(tool: JsonNode): boolean {
  return ['function', 'name'].some((key) => memberOf(tool, key) !== undefined);
}

const SERVER_MEMBERS = ['server_url', 'connector_id', 'url'];

/** Where several members name a server, each reader could take its own: then none is named. */
function serverOf(text: string, tool: JsonNode): string | undefined {
  const [only, more] = SERVER_MEMBERS.filter((key) => memberOf(tool, key) !== undefined);
  return only === undefined || more !== undefined ? undefined : textIn(text, tool, only);
}

export function mcpUse(text: string, tool: JsonNode): FeatureUse {
  const server = serverOf(text, tool);
  const allowed = memberOf(tool, 'allowed_tools');
  const names = allowed?.kind === 'object' ? memberOf(allowed, 'tool_names') : allowed;
  const tools =
    names?.kind === 'array'
      ? names.items.map((item) => (item.kind === 'string' ? stringValue(text, item) : ''))
      : undefined;
  const approval = memberOf(tool, 'require_approval');
  // Left out, the provider asks for every tool.
  const asked =
    approval === undefined || (approval.kind === 'string' && stringValue(text, approval) === 'always');
  return {
    feature: 'mcp',
    ...(server !== undefined && { server }),
    ...(tools !== undefined && { tools }),
    approval: asked,
  };
}

/** Tools of a request: which feature each asks for. */
import type { Feature, FeatureUse } from '../../core/feature.ts';
import { type JsonNode, memberOf, stringValue } from '../../json/document.ts';
import { textIn } from '../reading/features.ts';

/** Kinds of tools; a kind that is not here is one that nobody knows. */
const KINDS: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['function', 'functions'],
  ['custom', 'functions'],
  ['namespace', 'functions'],
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

/** A tool without a kind is a function, as it always was. */
export function toolUse(text: string, tool: JsonNode): FeatureUse {
  const type = textIn(text, tool, 'type') ?? 'function';
  const feature = KINDS.get(type) ?? KINDS.get(type.replace(DATE, '')) ?? 'unknown_tools';
  return feature === 'mcp' ? mcpUse(text, tool) : { feature };
}

export function mcpUse(text: string, tool: JsonNode): FeatureUse {
  const server =
    textIn(text, tool, 'server_url') ?? textIn(text, tool, 'connector_id') ?? textIn(text, tool, 'url');
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

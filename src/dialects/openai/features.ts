/** Which capabilities a request asks for, whatever place of the body asks for them. */

import type { Feature } from '../../core/feature.ts';
import { type JsonNode, type JsonObject, memberOf, stringValue } from '../../json/document.ts';

/** Kinds of tools; a kind that is not here is a tool all the same. */
const TOOLS: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['function', 'functions'],
  ['custom', 'functions'],
  ['code_interpreter', 'code_execution'],
  ['local_shell', 'code_execution'],
  ['shell', 'code_execution'],
  ['web_search', 'web_access'],
  ['web_search_preview', 'web_access'],
  ['file_search', 'file_search'],
  ['mcp', 'mcp'],
  ['computer_use_preview', 'computer_use'],
]);

const PARTS: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['image_url', 'image_input'],
  ['input_audio', 'audio_input'],
  ['file', 'file_input'],
]);

/** Members whose mere presence asks for something; `null` and `false` ask for nothing. */
const MEMBERS: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['functions', 'functions'],
  ['web_search_options', 'web_access'],
  ['reasoning_effort', 'reasoning'],
  ['reasoning', 'reasoning'],
  ['logprobs', 'logprobs'],
  ['top_logprobs', 'logprobs'],
  ['audio', 'audio_output'],
]);

/** @returns each feature once, in the order in which the body asks for them */
export function featuresOf(text: string, root: JsonObject): Feature[] {
  const found = new Set<Feature>();
  for (const { key, value } of root.members) {
    if (value.kind === 'null' || value.kind === 'false') continue;
    const feature = MEMBERS.get(key);
    if (feature !== undefined) found.add(feature);
    else if (key === 'tools') addTools(text, value, found);
    else if (key === 'messages') addParts(text, value, found);
    else if (key === 'response_format' && typeOf(text, value) !== 'text') found.add('structured_output');
  }
  return [...found];
}

function addTools(text: string, tools: JsonNode, found: Set<Feature>): void {
  for (const tool of itemsOf(tools)) {
    const type = typeOf(text, tool) ?? 'function';
    // Kinds carry dates: web_search_preview_2025_03_11.
    found.add(TOOLS.get(type) ?? TOOLS.get(type.replace(/_\d{4}_\d{2}_\d{2}$/, '')) ?? 'functions');
  }
}

function addParts(text: string, messages: JsonNode, found: Set<Feature>): void {
  for (const message of itemsOf(messages)) {
    for (const part of itemsOf(memberOf(message, 'content'))) {
      const feature = PARTS.get(typeOf(text, part) ?? '');
      if (feature !== undefined) found.add(feature);
    }
  }
}

function itemsOf(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.kind === 'array' ? node.items : [];
}

function typeOf(text: string, node: JsonNode): string | undefined {
  const type = memberOf(node, 'type');
  return type?.kind === 'string' ? stringValue(text, type) : undefined;
}

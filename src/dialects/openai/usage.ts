/** What a backend says that it used, believed only where it can be true. */
import type { Usage } from '../../core/money.ts';
import { type JsonNode, memberOf } from '../../json/document.ts';

/** Far above any context window. */
const MOST_TOKENS = 1e9;

/**
 * Reads the `usage` member of an answer or a chunk.
 * @returns undefined where there is none, or one that no real request has: no prompt tokens, negative, fractions, text
 */
export function readUsage(text: string, root: JsonNode): Usage | undefined {
  const usage = memberOf(root, 'usage');
  const input = count(text, memberOf(usage, 'prompt_tokens') ?? memberOf(usage, 'input_tokens'));
  const completion = memberOf(usage, 'completion_tokens') ?? memberOf(usage, 'output_tokens');
  // Embeddings have no output, and say nothing about it.
  const output = completion === undefined ? 0 : count(text, completion);
  return input === undefined || input === 0 || output === undefined
    ? undefined
    : { input, output, source: 'reported' };
}

function count(text: string, node: JsonNode | undefined): number | undefined {
  if (node?.kind !== 'number') return undefined;
  const value = Number(text.slice(node.start, node.end));
  return Number.isInteger(value) && value >= 0 && value <= MOST_TOKENS ? value : undefined;
}

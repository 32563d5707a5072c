/** What answers say that was used, each model in its own words. */
import { first, type Headers } from '../../core/headers.ts';
import type { Usage } from '../../core/money.ts';
import { type JsonNode, memberOf } from '../../json/document.ts';
import { readUsage as readMessagesUsage } from '../anthropic/usage.ts';
import type { UsageCounts } from '../dialect.ts';
import { countIn, MOST_TOKENS, wholeUsage } from '../reading/counts.ts';
import { itemsOf } from '../reading/features.ts';

interface Words {
  readonly input: string;
  readonly output: string;
  readonly cachedInput?: string;
  readonly cacheWrite?: string;
}

const CONVERSE: Words = {
  input: 'inputTokens',
  output: 'outputTokens',
  cachedInput: 'cacheReadInputTokens',
  cacheWrite: 'cacheWriteInputTokens',
};
/** What Bedrock itself counted, with the last chunk of a stream. */
const METRICS: Words = {
  input: 'inputTokenCount',
  output: 'outputTokenCount',
  cachedInput: 'cacheReadInputTokenCount',
  cacheWrite: 'cacheWriteInputTokenCount',
};
const OPENAI: Words = { input: 'prompt_tokens', output: 'completion_tokens' };
const LLAMA: Words = { input: 'prompt_token_count', output: 'generation_token_count' };
const TITAN: Words = { input: 'inputTextTokenCount', output: 'totalOutputTextTokenCount' };

export function readUsage(text: string, root: JsonNode): UsageCounts | undefined {
  const usage = memberOf(root, 'usage');
  return (
    countsIn(text, memberOf(root, 'amazon-bedrock-invocationMetrics'), METRICS) ??
    countsIn(text, usage, CONVERSE) ??
    countsIn(text, usage, OPENAI) ??
    (usage === undefined ? undefined : readMessagesUsage(text, root)) ??
    countsIn(text, root, LLAMA) ??
    countsIn(text, root, TITAN) ??
    titanResults(text, root)
  );
}

/** What a cache gave or took is counted apart from the rest of the input. */
function countsIn(text: string, node: JsonNode | undefined, words: Words): UsageCounts | undefined {
  const plain = countIn(text, node, words.input);
  const output = countIn(text, node, words.output);
  if (plain === undefined || output === undefined) return undefined;
  const cachedInput = words.cachedInput === undefined ? 0 : (countIn(text, node, words.cachedInput) ?? 0);
  const cacheWrite = words.cacheWrite === undefined ? 0 : (countIn(text, node, words.cacheWrite) ?? 0);
  return {
    input: plain + cachedInput + cacheWrite,
    output,
    ...(cachedInput > 0 && { cachedInput }),
    ...(cacheWrite > 0 && { cacheWrite }),
  };
}

function titanResults(text: string, root: JsonNode): UsageCounts | undefined {
  const input = countIn(text, root, 'inputTextTokenCount');
  if (input === undefined) return undefined;
  const counts = itemsOf(memberOf(root, 'results')).map((result) => countIn(text, result, 'tokenCount') ?? 0);
  return { input, output: counts.reduce((sum, count) => sum + count, 0) };
}

/** What Bedrock itself counted, beside the body of an answer that some models leave without a count. */
export function headerUsage(headers: Headers): Usage | undefined {
  const [input, output] = ['input', 'output'].map((side) => {
    const count = first(headers, `x-amzn-bedrock-${side}-token-count`) ?? '';
    return /^\d{1,9}$/.test(count) && Number(count) <= MOST_TOKENS ? Number(count) : undefined;
  });
  return wholeUsage({ ...(input !== undefined && { input }), ...(output !== undefined && { output }) });
}

/** What a backend says that it used, believed only where it can be true. */
import type { Usage } from '../../core/money.ts';
import { type JsonNode, memberOf } from '../../json/document.ts';
import { countIn, wholeUsage } from '../reading/counts.ts';

/**
 * Reads the `usage` member of an answer or a chunk.
 * @returns undefined where there is none, or one that no real request has: no prompt tokens, negative, fractions, text
 */
export function readUsage(text: string, root: JsonNode): Usage | undefined {
  const usage = memberOf(root, 'usage');
  if (usage?.kind !== 'object') return undefined;
  const count = (keys: readonly string[], of: JsonNode | undefined) =>
    keys.map((key) => countIn(text, of, key)).find((value) => value !== undefined);
  const says = (keys: readonly string[]) => keys.some((key) => memberOf(usage, key) !== undefined);
  // Some who only embed say but how much it was in all.
  const input = count(INPUT, usage) ?? (says(OUTPUT) ? undefined : count(['total_tokens'], usage));
  // Embeddings have no output, and say nothing about it.
  const output = says(OUTPUT) ? count(OUTPUT, usage) : 0;
  const inputDetails = memberOf(usage, 'prompt_tokens_details') ?? memberOf(usage, 'input_tokens_details');
  const outputDetails =
    memberOf(usage, 'completion_tokens_details') ?? memberOf(usage, 'output_tokens_details');
  return wholeUsage({
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...kinds({
      cachedInput: count(['cached_tokens'], inputDetails) ?? count(['prompt_cache_hit_tokens'], usage),
      audioInput: count(['audio_tokens'], inputDetails),
      reasoning: count(['reasoning_tokens'], outputDetails),
      audioOutput: count(['audio_tokens'], outputDetails),
    }),
  });
}

const INPUT = ['prompt_tokens', 'input_tokens'];
const OUTPUT = ['completion_tokens', 'output_tokens'];

/** Only those of which there was any. */
function kinds<K extends string>(
  counts: Readonly<Record<K, number | undefined>>,
): Partial<Record<K, number>> {
  const some = Object.entries<number | undefined>(counts).filter(([, count]) => (count ?? 0) > 0);
  return Object.fromEntries(some) as Partial<Record<K, number>>;
}

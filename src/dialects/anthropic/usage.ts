/** What an answer says that was used, believed only where it can be true. */
import { type JsonNode, memberOf } from '../../json/document.ts';
import type { UsageCounts } from '../dialect.ts';
import { countIn } from '../reading/counts.ts';

/**
 * Reads the `usage` member of a message or an event. Anthropic counts what its cache gave and took apart from the rest
 * of the input; here all of it is input.
 */
export function readUsage(text: string, node: JsonNode | undefined): UsageCounts | undefined {
  const usage = memberOf(node, 'usage');
  if (usage?.kind !== 'object') return undefined;
  const plain = countIn(text, usage, 'input_tokens');
  const cachedInput = countIn(text, usage, 'cache_read_input_tokens') ?? 0;
  const written = countIn(text, usage, 'cache_creation_input_tokens') ?? 0;
  // What is kept for an hour costs more than what is kept for five minutes.
  const forAnHour = countIn(text, memberOf(usage, 'cache_creation'), 'ephemeral_1h_input_tokens') ?? 0;
  const cacheWriteLong = Math.min(forAnHour, written);
  const cacheWrite = written - cacheWriteLong;
  const output = countIn(text, usage, 'output_tokens');
  const input = plain === undefined ? 0 : plain + cachedInput + written;
  return {
    ...(input > 0 && { input }),
    ...(input > 0 && cachedInput > 0 && { cachedInput }),
    ...(input > 0 && cacheWrite > 0 && { cacheWrite }),
    ...(input > 0 && cacheWriteLong > 0 && { cacheWriteLong }),
    ...(output !== undefined && { output }),
  };
}

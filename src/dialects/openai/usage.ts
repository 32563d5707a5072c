/** What a backend says that it used: its form. Whether it is believed is the doors' to say. */
import type { Usage, UsageReport } from '../../core/money.ts';
import { type JsonNode, memberOf } from '../../json/document.ts';
import { MOST_TOKENS } from '../reading/counts.ts';

/**
 * Reads the `usage` member of an answer or a chunk: of chats and completions (`prompt_tokens`), of responses
 * (`input_tokens`), and of backends that speak like them.
 * @returns undefined where there is none
 */
export function readUsage(text: string, root: JsonNode): UsageReport {
  const usage = memberOf(root, 'usage');
  if (usage?.kind !== 'object') return undefined;
  const at = (...path: readonly string[]) => countAt(text, usage, path);
  const completion = at('completion_tokens') ?? at('output_tokens');
  // Some who only embed say but how much it was in all.
  const whole = completion === undefined ? at('total_tokens') : undefined;
  const input = at('prompt_tokens') ?? at('input_tokens') ?? whole;
  if (input === undefined) return completion === undefined ? undefined : 'implausible';
  // Embeddings have no output, and say nothing about it.
  const said = completion ?? 0;
  const reasoning =
    at('completion_tokens_details', 'reasoning_tokens') ??
    at('output_tokens_details', 'reasoning_tokens') ??
    0;
  const output = said + reasoningBeside(said, reasoning, input, at('total_tokens'));
  if (input === 0 || ![input, output].every(isCount)) return 'implausible';
  const cached =
    at('prompt_tokens_details', 'cached_tokens') ??
    at('input_tokens_details', 'cached_tokens') ??
    at('prompt_cache_hit_tokens');
  const audioIn = at('prompt_tokens_details', 'audio_tokens') ?? at('input_tokens_details', 'audio_tokens');
  const imageIn = at('prompt_tokens_details', 'image_tokens') ?? at('input_tokens_details', 'image_tokens');
  const audioOut =
    at('completion_tokens_details', 'audio_tokens') ?? at('output_tokens_details', 'audio_tokens');
  const cachedInput = part(cached, input);
  return {
    input,
    output,
    ...some('cachedInput', cachedInput),
    ...some('audioInput', part(audioIn, input - cachedInput)),
    ...some('imageInput', part(imageIn, input - cachedInput - part(audioIn, input - cachedInput))),
    ...some('reasoning', part(reasoning, output)),
    ...some('audioOutput', part(audioOut, output - part(reasoning, output))),
    source: 'reported',
  };
}

/** Some backends count reasoning beside the completion and not within it; their total says so. */
function reasoningBeside(said: number, reasoning: number, input: number, total: number | undefined): number {
  return reasoning > 0 && total === input + said + reasoning ? reasoning : 0;
}

/** A part is at most its whole; one that is no count is none. */
function part(count: number | undefined, whole: number): number {
  return count !== undefined && isCount(count) ? Math.min(count, whole) : 0;
}

function some(name: Exclude<keyof Usage, 'source'>, count: number): Partial<Usage> {
  return count === 0 ? {} : { [name]: count };
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MOST_TOKENS;
}

/** @returns undefined where nothing stands, and no number for what is none */
function countAt(text: string, node: JsonNode, path: readonly string[]): number | undefined {
  let at: JsonNode | undefined = node;
  for (const key of path) at = memberOf(at, key);
  if (at === undefined) return undefined;
  return at.kind === 'number' ? Number(text.slice(at.start, at.end)) : Number.NaN;
}

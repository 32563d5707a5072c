/** Which tokenizer a model counts with, by the name that its backend knows it by. */
import type { Encoding } from '../core/ports.ts';

/** OpenAI's own table of model families (tiktoken's `model.py`): prefixes, the longer ones first. */
const FAMILIES: readonly (readonly [prefix: string, encoding: Encoding])[] = [
  ['gpt-4o', 'o200k'],
  ['chatgpt-4o', 'o200k'],
  ['gpt-4.1', 'o200k'],
  ['gpt-4.5', 'o200k'],
  ['gpt-5', 'o200k'],
  ['gpt-oss', 'o200k'],
  ['gpt-image', 'o200k'],
  ['o1', 'o200k'],
  ['o3', 'o200k'],
  ['o4', 'o200k'],
  ['codex-mini', 'o200k'],
  ['gpt-4', 'cl100k'],
  ['gpt-3.5', 'cl100k'],
  ['gpt-35', 'cl100k'],
  ['text-embedding-3', 'cl100k'],
  ['text-embedding-ada-002', 'cl100k'],
];

/**
 * @param model also with a provider before it (`openai/gpt-4o`), or as a fine-tuned one (`ft:gpt-4o:acme::id`)
 * @returns undefined for families whose tokenizer is not at hand
 */
export function encodingOf(model: string): Encoding | undefined {
  const name = model.replace(/^ft:/, '').split('/').at(-1)?.toLowerCase() ?? '';
  return FAMILIES.find(([prefix]) => name.startsWith(prefix) && isWhole(name, prefix))?.[1];
}

/** `o1-mini` is of the family `o1`; `o100` is not. */
function isWhole(name: string, prefix: string): boolean {
  const next = name[prefix.length];
  return next === undefined || !/[a-z0-9]/.test(next) || prefix === 'gpt-5';
}

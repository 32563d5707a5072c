/** Every wire format, by name and by path. */
import type { DialectName, Operation } from '../core/operation.ts';
import { isRefusal, type Refusal } from '../core/refusal.ts';
import { anthropic } from './anthropic/dialect.ts';
import { azure } from './azure/dialect.ts';
import { bedrock } from './bedrock/dialect.ts';
import { cohere } from './cohere/dialect.ts';
import type { Asked, Dialect } from './dialect.ts';
import { gemini } from './gemini/dialect.ts';
import { mcp } from './mcp/dialect.ts';
import { ollama } from './ollama/dialect.ts';
import { openai } from './openai/dialect.ts';
import { tgi } from './tgi/dialect.ts';
import { vertex } from './vertex/dialect.ts';

const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  anthropic,
  azure,
  bedrock,
  cohere,
  ollama,
  mcp,
  tgi,
  gemini,
  vertex,
  openai,
};

export function dialectOf(name: DialectName): Dialect {
  return DIALECTS[name];
}

/**
 * Finds the operation of a method and a path, in whichever dialect has it: a path is another's where only the method
 * is wrong for the first.
 * @returns undefined if none has, `method_not_allowed` if only the method is wrong
 */
export function classify(asked: Asked): Operation | Refusal | undefined {
  let wrong: Refusal | undefined;
  for (const dialect of Object.values(DIALECTS)) {
    const operation = dialect.classify(asked);
    if (operation === undefined) continue;
    if (!isRefusal(operation)) return operation;
    wrong ??= operation;
  }
  return wrong;
}

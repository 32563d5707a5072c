/** A thread of its own: counts tokens. The tables of an encoding take some 70 MB and are loaded when it is first asked for. */
import { parentPort } from 'node:worker_threads';
import type { Encoding } from '../core/ports.ts';
import type { Counted, CountRequest } from './counter.ts';
import { piecesOf } from './pieces.ts';

/** Merges that the tokenizer remembers; a client that makes words up cannot make it hold more. */
const MERGES = 20_000;

interface Tokenizer {
  countTokens(text: string, options: { readonly disallowedSpecial: Set<string> }): number;
  setMergeCacheSize(size: number): void;
}

/** Nothing that a client writes is a control token: `<|endoftext|>` counts as the text that it is. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

const LOADED = new Map<Encoding, Promise<Tokenizer>>();

function load(encoding: Encoding): Promise<Tokenizer> {
  const loading =
    encoding === 'o200k'
      ? import('gpt-tokenizer/encoding/o200k_base')
      : import('gpt-tokenizer/encoding/cl100k_base');
  return loading.then((tokenizer) => {
    tokenizer.setMergeCacheSize(MERGES);
    return tokenizer;
  });
}

function tokenizerOf(encoding: Encoding): Promise<Tokenizer> {
  const known = LOADED.get(encoding) ?? load(encoding);
  LOADED.set(encoding, known);
  return known;
}

parentPort?.on('message', async ({ id, texts, encoding }: CountRequest) => {
  const tokenizer = await tokenizerOf(encoding);
  const count = (text: string) =>
    piecesOf(text).reduce((sum, piece) => sum + tokenizer.countTokens(piece, AS_TEXT), 0);
  parentPort?.postMessage({ id, counts: texts.map(count) } satisfies Counted);
});

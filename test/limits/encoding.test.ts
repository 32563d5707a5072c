import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodingOf } from '../../src/limits/encoding.ts';

test('a model is counted with the tokenizer of its family, whatever stands around its name', () => {
  const families = {
    o200k: [
      'gpt-4o',
      'gpt-4o-mini-2024-07-18',
      'gpt-4.1-mini',
      'gpt-5.2',
      'gpt-5-nano',
      'o1',
      'o3-mini',
      'openai/gpt-4o',
      'ft:gpt-4o:acme::id',
      'GPT-4o',
      'gpt-oss-120b',
    ],
    cl100k: [
      'gpt-4',
      'gpt-4-turbo',
      'gpt-4-0613',
      'gpt-3.5-turbo',
      'gpt-35-turbo',
      'text-embedding-3-small',
      'text-embedding-ada-002',
    ],
    none: ['llama-3-70b', 'claude-sonnet-4-5', 'o100', 'gpt-40', 'o3o', 'mistral-large', '', 'my-gpt-4o'],
  };
  for (const [encoding, models] of Object.entries(families))
    for (const model of models) assert.equal(encodingOf(model) ?? 'none', encoding, model);
});
